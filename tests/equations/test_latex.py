"""The evaluator reads formulas as mathematicians do, and refuses what it cannot read for certain."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.equations.latex import LatexError, evaluate, holds, sides
from tests.equations.notation import statements, text_of, tokens_of

A = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
ENV = {
    "x": 2.0, "y": 3.0, "z": -4.0, "n": 3, "i": 2, r"\eta": 0.1, r"\hat{y}": 5.0, r"\bar{x}": 14.0, r"\mathbf{x}": 15.0,
    "w_0": 7.0, "w_{t+1}": 8.0, "W^{(1)}": 9.0, "w^*": 10.0, "B": [1, 3],
    "A": A, "a": np.array([1.0, 2.0, 4.0]), "b": np.array([3.0, -1.0, 2.0]), "v": np.array([1.0, -1.0]),
    "f": lambda x: x + 1, r"\sigma": lambda x: 1 / (1 + np.exp(-x)),
    r"\operatorname{softplus}": lambda x: np.log1p(np.exp(x)),
    r"\nabla L": lambda x: 2 * x, r"\nabla_w L": 12.0, "L'": lambda r: 3 * r,
    r"\frac{\partial L}{\partial a_i}": np.array([5, 6, 7]), r"\frac{d \ell}{d r}": 13.0,
}


@pytest.mark.parametrize(
    ("tex", "value"),
    [
        ("2.5", 2.5),
        ("-x + y - z", 5),
        ("2 x y", 12),
        (r"x \cdot y \times 2", 12),
        ("x / y", 2 / 3),
        (r"\frac{x + y}{2} x", 5),
        (r"\tfrac12 x \dfrac{1}{4}", 0.25),
        (r"\frac1n", 1 / 3),
        ("x^3", 8),
        ("x^{-1}", 0.5),
        ("-x^2", -4),
        ("(-x)^2", 4),
        ("2 x^2 y", 24),
        ("3!", 6),
        (r"\sqrt{x y + 10}", 4),
        ("|z|", 4),
        ("2|z|x", 16),
        ("|x - |z||", 2),
        (r"\left| z \right| - |x|", 2),
        (r"\lvert z \rvert^2", 16),
        ("|B|", 2),
        (r"\lVert v \rVert", 2**0.5),
        (r"\left\| a \right\|_2^2", 21),
        (r"\|a\|_1", 7),
        (r"\lVert a \rVert_\infty", 4),
        (r"\left[ x + \{ y (x - 1) \} \right]", 5),
        (r"\exp(x) + \log y + \ln(y)", np.exp(2) + 2 * np.log(3)),
        (r"y \log x", 3 * np.log(2)),
        (r"\log x \log y", np.log(2) * np.log(3)),
        (r"\log x^2", np.log(4)),
        (r"\log\frac{x}{y}", np.log(2 / 3)),
        (r"\log_2 (8)", 3),
        (r"e^{-x} + \pi", np.exp(-2) + np.pi),
        (r"\tanh(x) \cosh(x)", np.sinh(2)),
        (r"\max(x, y, z)", 3),
        (r"\min\left\{ x, \, z \right\}", -4),
        (r"\operatorname{sign}(z)", -1),
        (r"\operatorname{softplus}(x)", np.log1p(np.exp(2))),
        (r"f(x)", 3),
        ("f(x)^2", 9),
        (r"f \left( f(x) y \right)", 10),
        (r"\sigma(0)", 0.5),
        ("x(y - 1)", 4),
        (r"\hat y + \hat{y}", 10),
        (r"\bar x \mathbf{x}", 210),
        ("w_0 + w_{t + 1} + W^{(1)} + w^*", 34),
        ("{w^*}^2", 100),
        ("a_1 + a_i + a_{i+1}", 7),
        ("A_{3,1} + A_{i2}", 9),
        (r"\sum_{i=1}^{n} a_i", 7),
        (r"\sum_{i=1}^n a_i b_i + 1", 10),
        (r"\sum_{i=1}^n a_i - b_3", 5),
        (r"\sum_{i=1}^n (a_i - 1)", 4),
        (r"\frac{1}{n} \sum_{i=1}^{n} a_i / 2", 7 / 6),
        (r"2 \sum_{i=1}^n \sum_{j=1}^2 A_{ij} j", 66),
        (r"\sum_{i=2}^{n-1} a_i", 2),
        (r"\sum_{i \in B} a_i", 5),
        (r"\sum_{j=1,\, j \ne i}^{n} a_j", 5),
        (r"\prod_{i=1}^n a_i", 8),
        (r"\log\sum_{i=1}^n \exp(a_i)", np.log(np.exp([1, 2, 4]).sum())),
        (r"\begin{cases} x & \text{if } x > y \\ y & \text{otherwise} \end{cases}", 3),
        (r"\begin{cases} x, & \text{if } 0 < x \le 2, \\ 1 / (x - 2), & x > 2 \end{cases}", 2),
        (r"\mathbb{1}[x < y] + \mathbb{1}\{x = y\} + \mathbb{1}_{y \ge 3}", 2),
        (r"x [x \ne y]", 2),
        (r"v^\top v", 2),
        (r"v \cdot v", 2),
        (r"v^{\top} A^\top A v", 3),
        (r"\lVert A v \rVert^2", 3),
        (r"\nabla L(x) + \nabla_w L", 16),
        ("L'(x)", 6),
        (r"\frac{\partial L}{\partial a_i}", 6),
        (r"\sum_{i=1}^n \frac{\partial L}{\partial a_i}", 18),
        (r"\frac{d\ell}{dr}", 13),
    ],
)
def test_value(tex, value):
    assert evaluate(tex, ENV) == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize(
    ("tex", "value"),
    [
        ("A v", A @ [1, -1]),
        (r"A^\top", A.T),
        (r"a b^\top", np.outer(ENV["a"], ENV["b"])),
        (r"a \odot b", ENV["a"] * ENV["b"]),
        ("a - x b", ENV["a"] - 2 * ENV["b"]),
        ("A + v", A + [1, -1]),
        (r"A^\top a", A.T @ ENV["a"]),
        ("A_2", [3, 4]),
        (r"\exp(a)", np.exp(ENV["a"])),
    ],
)
def test_array(tex, value):
    np.testing.assert_allclose(evaluate(tex, ENV), value, rtol=1e-15, strict=False)


@pytest.mark.parametrize(
    ("tex", "message"),
    [
        ("x + q", "unknown symbol q, after 'x\\+q'"),
        (r"x \foo", r"unknown symbol \\foo"),
        (r"x \text{ for all } y", "unknown symbol"),
        ("q_i", "unknown symbol q_i"),
        ("f_i(x)", "unknown symbol|is a function"),
        ("f + 1", "f is a function"),
        (r"\frac{\partial L}{\partial x}", r"no value is given for \\frac{\\partial L}{\\partial x}"),
        (r"\partial x", "unknown symbol"),
        (r"\nabla J", "unknown symbol"),
        ("x = y", "unexpected ="),
        ("x +", "found the end"),
        ("x + * y", r"unknown symbol \*|expected"),
        ("(x", r"expected \)"),
        ("f(x", r"expected \)"),
        ("200!", "double precision"),
        ("(1/2)!", "whole number"),
        ("x)", r"unexpected \)"),
        ("(x, y)", "a list"),
        ("|x", r"expected \|"),
        ("1/2 x", "two ways"),
        (r"2 3", "two ways"),
        (r"\log x y", "where does the argument of"),
        (r"\log x (1 - y)", "where does the argument of"),
        (r"\log(x)^2", "power of"),
        (r"\exp(x, y)", "one argument"),
        (r"x^2^3", "unexpected"),
        ("x^2_3", "unexpected _"),
        (r"\sum_i a_i", "cannot tell what i runs over"),
        (r"\sum_{i=1}^n \sum_{i=1}^n a_i", "summed over twice"),
        (r"\sum_{i=1}^{x/4} a_i", "not a whole number"),
        (r"\sum_{i=1}^n a_{i+1}", r"entry \[4\] of an array of shape \(3,\)"),
        ("a_0", r"entry \[0\]"),
        ("A_{31}", r"entry \[31\]"),
        ("x_1", r"entry \[1\] of an array of shape \(\)"),
        (r"\sum_{j=1}^n x^{(j)}", "belongs in a subscript"),
        ("a b", "no matrix product"),
        ("v A", "no matrix product"),
        ("a + v", "do not fit"),
        (r"a \odot v", "do not fit"),
        ("x / a", "a number was expected"),
        ("a^2", "a number was expected"),
        ("|a|", "a number was expected"),
        (r"\begin{cases} x & \text{if } x > y \end{cases}", "no case applies"),
        (r"\begin{cases} x & \text{perhaps} \end{cases}", "unknown symbol"),
        (r"\mathbb{1}[x]", "needs a condition"),
        ("", "found the end"),
    ],
)
def test_what_cannot_be_read_is_an_error_that_says_where(tex, message):
    with pytest.raises(LatexError, match=message):
        evaluate(tex, ENV)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (r"\hat y_i", r"\hat{y}_{i}"),
        (r"\frac12", r"\tfrac{1}{2}"),
        (r"\left( x \right)^{2}", "(x)^2"),
        (r"x \, y \; z \! \ w", "x y z w"),
        (r"a \leq b \geq c \neq d", r"a \le b \ge c \ne d"),
        (r"\frac{\partial L}{ \partial \hat y_i }", r"\frac{\partial L}{\partial\hat{y}_i}"),
        (r"\begin{cases} 1 \\ 2 \end{cases}", r"\begin{cases}1\\2\end{cases}"),
    ],
)
def test_spellings_of_the_same_formula_are_one(one, other):
    assert tokens_of(one) == tokens_of(other)
    assert tokens_of(text_of(tokens_of(one))) == tokens_of(one)


def test_sides():
    assert sides(r"L(y, \hat{y}) = \frac{1}{n} \sum_{i=1}^{n} (y_i - x) = 0.") == [
        r"L(y,\hat{y})", r"\frac{1}{n}\sum_{i=1}^n(y_i-x)", "0",
    ]
    with pytest.raises(LatexError, match="2 statements"):
        sides(r"x = 1, \qquad y = 2")


def test_rows_go_on_or_begin_anew():
    rows = r"\begin{aligned} x &= 1 \\ &= 2 - 1 \\ &\quad + 0, \\ y &\approx 3. \end{aligned}"
    assert list(statements(rows)) == [(["x", "1", "2-1+0"], ["=", "="]), (["y", "3"], [r"\approx"])]


def test_every_relation_of_every_statement_must_hold():
    holds(r"x = 2 = y - 1 < y \le 3, \qquad \frac{x}{y} \approx 0.667 \ge 0.6", ENV)
    for wrong in (
        "x = 2 = y - 2",
        r"x = 2, \qquad y = 4",
        "x > y",
        r"\frac{x}{y} \approx 0.666",
        r"\frac{x}{y} \approx 0.6668",
        r"x \ne 2",
        "A v = v",
        "x = 2.000001",
    ):
        with pytest.raises(AssertionError, match="does not hold"):
            holds(wrong, ENV)
    with pytest.raises(LatexError, match="no relation"):
        holds("x + 2", ENV)


def test_the_missing_brackets_of_a_cross_entropy_are_seen():
    """Without brackets the sum stops before the second term, so its i means nothing there."""
    y, p = np.array([1, 0, 1]), np.array([0.8, 0.4, 0.6])
    env = {"y": y, r"\hat{y}": p, "n": 3, "L": lambda y, p: -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))}
    terms = r"y_i \log(\hat{y}_i) + (1 - y_i) \log(1 - \hat{y}_i)"
    right = rf"L(y, \hat{{y}}) = -\frac{{1}}{{n}} \sum_{{i=1}}^{{n}} \left[ {terms} \right]"
    wrong = right.replace(r"\left[", "").replace(r"\right]", "")
    holds(right, env)
    with pytest.raises(LatexError, match="unknown symbol i"):
        holds(wrong, env)
    with pytest.raises(AssertionError):
        holds(wrong, env | {"i": 2})


@pytest.mark.parametrize(
    "wrong",
    [
        r"L(y, \hat{y}) = -\frac{1}{n} \sum_{i=1}^{n} (y_i - \hat{y}_i)^2",  # sign
        r"L(y, \hat{y}) = \frac{1}{n} \sum_{i=1}^{n} (y_i + \hat{y}_i)^2",  # sign inside
        r"L(y, \hat{y}) = \frac{1}{n} \sum_{i=1}^{n} (y_i - \hat{y}_i)^3",  # exponent
        r"L(y, \hat{y}) = \frac{1}{n} \sum_{i=1}^{n} (y_i - \hat{y}_i)",  # exponent lost
        r"L(y, \hat{y}) = \frac{1}{n} \left( \sum_{i=1}^{n} y_i - \hat{y}_1 \right)^2",  # bracket in the wrong place
        r"L(y, \hat{y}) = \frac{1}{2n} \sum_{i=1}^{n} (y_i - \hat{y}_i)^2",  # a half
        r"L(y, \hat{y}) = \sum_{i=1}^{n} (y_i - \hat{y}_i)^2",  # mean lost
        r"L(y, \hat{y}) = \frac{1}{n} \sum_{i=1}^{n-1} (y_i - \hat{y}_i)^2",  # one too few
    ],
)
def test_misprints_of_the_mean_squared_error_are_caught(wrong):
    y, p = np.array([1.0, 2.0, 4.0]), np.array([1.5, 1.0, 5.0])
    env = {"y": y, r"\hat{y}": p, "n": 3, "L": lambda y, p: np.mean((y - p) ** 2)}
    holds(r"L(y, \hat{y}) = \frac{1}{n} \sum_{i=1}^{n} (y_i - \hat{y}_i)^2", env)
    with pytest.raises(AssertionError):
        holds(wrong, env)


NUMBERS = st.integers(1, 9).map(lambda n: (str(n), float(n)))


def joined(pieces):
    """A formula of two smaller ones, with its value."""
    (left, a), (right, b) = pieces
    index = next(letter for letter in "jklm" if f"{{{letter}=" not in left)  # an outer sum needs a letter of its own
    return st.sampled_from([
        (rf"\left( {left} + {right} \right)", a + b),
        (f"({left} - ({right}))", a - b),
        (rf"({left}) \cdot ({right})", a * b),
        (rf"\frac{{{left}}}{{{right}}}", a / b if b else None),
        (rf"\left| {left} \right| + |{right}|", abs(a) + abs(b)),
        (rf"\max({left}, {right})", max(a, b)),
        (rf"\sum_{{{index}=1}}^{{2}} {index} ({left})", 3 * a),
    ]).filter(lambda formula: formula[1] is not None)


@given(st.recursive(NUMBERS, lambda inner: st.tuples(inner, inner).flatmap(joined), max_leaves=4))
def test_formulas_of_formulas(formula):
    tex, value = formula
    assert evaluate(f"({tex})", {}) == pytest.approx(value, rel=1e-9, abs=1e-9)


@given(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=6), st.floats(-10, 10))
def test_a_sum_covers_the_product_and_stops_at_a_sign(values, c):
    env = {"a": np.array(values), "n": len(values), "c": c}
    total = float(sum(c * value for value in values))
    assert evaluate(r"\sum_{i=1}^{n} c a_i + c", env) == pytest.approx(total + c, abs=1e-6)
    assert evaluate(r"\sum_{i=1}^{n} a_i c - c", env) == pytest.approx(total - c, abs=1e-6)


@settings(max_examples=2000)
@given(st.text(alphabet=r"\{}()[]|_^+-/=&,.!'xyni123 sumfracloge", max_size=30))
def test_any_text_gives_a_value_or_a_clear_error(tex):
    try:
        evaluate(tex, {"x": 1.5, "y": np.ones(3), "n": 3, "i": 1})
    except LatexError:
        pass


def test_a_bound_of_two_digits_may_stand_before_a_letter():
    """A side of an equation is read twice: once to find it, once to compute it."""
    holds(r"S = \sum_{k=1}^{10} a^{k}", {"S": 2046.0, "a": 2.0})
    holds(r"S = \sum_{k=1}^{12} k", {"S": 78.0})
