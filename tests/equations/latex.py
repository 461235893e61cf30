r"""Evaluate the LaTeX that a page prints, in the part of the language that the course's formulas use.

The conventions are those of mathematicians: a sum covers the product that follows it and stops at + or -; side by side
means times, a matrix product where both sides are arrays; y_i picks entry i, counted from 1. What can be read in two
ways (a/b c, \log p q, \log(x)^2) is an error and not a guess, and so is everything unknown: nothing is skipped.
"""

import re
from math import e, inf, pi
from numbers import Integral

import numpy as np

from tests.equations.arithmetic import (
    OPERATORS,
    absolute,
    add,
    factorial,
    integer,
    pick,
    power,
    scalar,
    times,
    transpose,
)
from tests.equations.notation import BARS, BRACKETS, LatexError, sides, split, statements, text_of, tokens_of

__all__ = ["LatexError", "evaluate", "holds", "sides"]

COMPARE = {"=": np.array_equal, r"\ne": np.not_equal, "<": np.less, ">": np.greater, r"\le": np.less_equal,
           r"\ge": np.greater_equal, r"\approx": np.isclose}
CLOSING = {opening: closing for opening, closing in (BRACKETS | BARS).items() if opening != r"\begin{cases}"}
ENDS = {None, "+", "-", ",", ";", "&", r"\\", r"\quad", r"\qquad", *COMPARE, *BRACKETS.values()}
FUNCTIONS = {r"\exp": np.exp, r"\log": np.log, r"\ln": np.log, r"\tanh": np.tanh, r"\cosh": np.cosh, r"\sinh": np.sinh,
             r"\sin": np.sin, r"\cos": np.cos, r"\max": lambda *a: np.max(a), r"\min": lambda *a: np.min(a),
             r"\operatorname{sign}": np.sign, r"\operatorname{sgn}": np.sign}
CONSTANTS = {"e": e, r"\pi": pi, r"\infty": inf}
NUMBER = re.compile(r"\d+(\.\d+)?")



def evaluate(tex, env):
    """The value of one side; `env` maps symbols, as typed, to numbers, arrays and functions."""
    parser = Parser(tokens_of(tex), {text_of(tokens_of(name)): value for name, value in env.items()})
    try:
        with np.errstate(all="ignore"):  # a case that does not apply may divide by zero
            return parser.whole(parser.expression)
    except LatexError as error:
        raise LatexError(f"{error} (in {tex.strip()})") from None


def holds(tex, env, rtol=1e-12):
    """Assert each statement: equal sides agree, approximate ones agree to the digits printed."""
    for parts, relations in statements(tex):
        if not relations:
            raise LatexError(f"there is no relation in {tex}")
        values = [evaluate(part, env) for part in parts]
        for left, right, relation, printed in zip(values, values[1:], relations, parts[1:], strict=False):
            digits = re.fullmatch(r"-?\d+\.?(\d*)", printed)
            if relation == "=":
                true = np.shape(left) == np.shape(right) and np.allclose(left, right, rtol=rtol, atol=1e-300)
            elif relation == r"\approx" and digits:
                true = abs(left - right) <= 0.5000001 * 10.0 ** -len(digits[1])
            else:
                true = np.all(COMPARE[relation](left, right))
            assert true, f"{tex}\ndoes not hold: {left} {relation} {right}"


class Parser:
    """Recursive descent: each method reads one piece and returns its value."""

    def __init__(self, tokens, env, bound=frozenset()):
        self.tokens, self.env, self.bound, self.at, self.bars = list(tokens), env, bound, 0, []

    def fail(self, problem):
        raise LatexError(f"{problem}, after {text_of(self.tokens[:self.at])!r} in {text_of(self.tokens)!r}")

    def peek(self, *wanted):
        token = self.tokens[self.at] if self.at < len(self.tokens) else None
        return token in wanted if wanted else token

    def take(self, *wanted):
        if self.peek() is None or (wanted and not self.peek(*wanted)):
            self.fail(f"expected {' or '.join(wanted) or 'more'}, found {self.peek() or 'the end'}")
        self.at += 1
        return self.tokens[self.at - 1]

    def took(self, *wanted):
        """Take the next token if it is wanted."""
        return self.peek(*wanted) and self.take()

    def whole(self, piece):
        value = piece()
        return value if self.peek() is None else self.fail(f"unexpected {self.peek()}")

    def argument(self):
        """The tokens of an argument: one token, or what stands in braces."""
        start, token = self.at, self.take()
        while token == "{" and (inside := self.tokens[start:self.at]).count("{") > inside.count("}"):
            self.take()
        return [token] if token != "{" else self.tokens[start + 1:self.at - 1]

    def value_of(self, tokens, piece="expression"):
        parser = Parser(tokens, self.env, self.bound)
        return parser.whole(getattr(parser, piece))

    def relation(self):
        """A comparison or a chain of them, true or false; or a plain expression."""
        values, true = [self.expression()], True
        while self.peek() in COMPARE:
            relation = COMPARE[self.take()]
            values.append(self.expression())
            true = true and bool(relation(*values[-2:]))
        return values[0] if len(values) == 1 else true

    def expression(self):
        total = None
        while total is None or self.peek("+", "-"):
            minus, _ = self.took("-"), self.took("+")
            term = -self.product() if minus else self.product()
            total = term if total is None else add(total, term)
        return total

    def ends(self):
        return self.peek() in ENDS or self.peek(*self.bars[-1:] or [""])

    def product(self):
        value, operator = self.factor(), None
        while not self.ends():
            before, operator = operator, self.take() if self.peek() in OPERATORS else ""
            both = " ".join(map(str, [self.tokens[self.at - 1], self.peek()]))
            if operator == "" and (before == "/" or re.fullmatch(r"[\d.]+ [\d.]+", both)):
                self.fail("side by side can be read in two ways here; use brackets, \\frac or \\cdot")
            value = OPERATORS[operator](value, self.factor())
        return value

    def factor(self):
        value = self.primary()
        while self.took("!"):
            value = factorial(value)
        if self.took("^"):
            upper = self.argument()
            value = transpose(value) if upper == [r"\top"] else power(value, self.value_of(upper))
        return self.fail(f"unexpected {self.peek()}") if self.peek("^", "_", "'") else value

    def primary(self):
        if self.peek() in ENDS:
            self.fail(f"expected a value, found {self.peek() or 'the end'}")
        token = self.take()
        if NUMBER.fullmatch(token):
            return np.float64(token)
        if token in CLOSING:
            self.at -= 1
            return self.bracket()
        special = {r"\frac": self.fraction, r"\sqrt": lambda: np.sqrt(self.value_of(self.argument())),
                   r"\begin{cases}": self.cases, r"\mathbb{1}": self.indicator,
                   r"\sum": lambda: self.over(add), r"\prod": lambda: self.over(times)}
        if token in special:
            return special[token]()
        return self.function(token) if token in FUNCTIONS else self.symbol()

    def inside(self):
        """The values between brackets."""
        opening = self.take(*CLOSING)
        self.bars.append(CLOSING[opening])
        values = [self.relation()]
        while self.took(",", ";"):
            values.append(self.relation())
        self.take(self.bars.pop())
        return values

    def bracket(self):
        opening, values = self.peek(), self.inside()
        if len(values) > 1:
            self.fail("a list where one value was expected")
        if opening in ("|", r"\lvert"):
            return absolute(*values)
        if opening in (r"\|", r"\lVert"):
            kind = text_of(self.argument()) if self.took("_") else "2"
            return np.linalg.norm(*values, {"1": 1, "2": None, r"\infty": inf}[kind])
        return values[0]

    def function(self, name):
        if self.peek("_") and name in (r"\max", r"\min"):
            return self.over(np.maximum if name == r"\max" else np.minimum)
        base = np.log(self.value_of(self.argument())) if name == r"\log" and self.took("_") else 1
        if self.peek("(", "[", r"\{"):
            values = self.inside()
            if self.peek("^"):
                self.fail(f"is it the power of {name} or of its argument? use brackets")
        else:
            values = [self.factor()]
            if not self.ends() and self.peek() not in {*OPERATORS, *FUNCTIONS}:
                self.fail(f"where does the argument of {name} end? use brackets")
        if len(values) > 1 and name not in (r"\max", r"\min"):
            self.fail(f"{name} takes one argument")
        return FUNCTIONS[name](*values) / base

    def fraction(self):
        top, bottom = self.argument(), self.argument()
        name = text_of([r"\frac", "{", *top, "}", "{", *bottom, "}"])
        if name in self.env:
            return self.derivative(name, [*top, *bottom])
        if r"\partial" in top[:1]:
            self.fail(f"no value is given for {name}")
        return self.value_of(top) / scalar(self.value_of(bottom))

    def derivative(self, name, tokens):
        """A value looked up by its text; its index letters, in order, pick from an array of all values."""
        lower = re.findall(r"_(?:{([A-Za-z ]+)}|([A-Za-z]))", " ".join(tokens).replace("_ ", "_").replace("{ ", "{"))
        letters = [t for t in "".join(map("".join, lower)) if isinstance(self.env.get(t), Integral)]
        if letters and np.ndim(self.env[name]) == len(letters):
            return pick(self.env[name], [self.env[t] for t in letters], name)
        return self.fail(f"{name} needs an array") if self.bound.intersection(letters) else self.env[name]

    def indicator(self):
        true = self.value_of(self.argument(), "relation") if self.took("_") else self.bracket()
        return float(true) if isinstance(true, bool) else self.fail("the indicator needs a condition")

    def cases(self):
        chosen = None
        while not self.took(r"\end{cases}"):
            value, _, _ = self.expression(), self.took(","), self.take("&")
            applies = self.took(r"\text{otherwise}", r"\text{else}") or (self.took(r"\text{if}"), self.relation())[1]
            chosen = value if chosen is None and applies else chosen
            self.took(",")
            if not self.peek(r"\end{cases}"):
                self.take(r"\\")
        return self.fail("no case applies") if chosen is None else chosen

    def over(self, combine):
        r"""The product that follows, for \sum_{i=1}^{n}, \sum_{i \in B}, \sum_{j=1, j \ne i}^{n} or \max_{k \ne y}.

        Without limits the environment says under the index's own letter what it runs over.
        """
        self.take("_")
        (first, *rest), _ = split(self.argument(), ",")
        index, link, lower = first[0], first[1:2], first[2:]
        if index in self.bound:
            self.fail(f"{index} is summed over twice")
        if link == ["="]:
            self.take("^")
            members = range(integer(self.value_of(lower)), integer(self.value_of(self.argument())) + 1)
        else:
            members = self.env.get(text_of(lower) if link == [r"\in"] else index)
            rest += [] if link in ([], [r"\in"]) else [first]
        if not isinstance(members, (range, list)):
            self.fail(f"cannot tell what {text_of(first)} runs over")
        start, env, bound, total = self.at, self.env, self.bound, None
        for member in members:
            self.at, self.env, self.bound = start, {**env, index: int(member)}, bound | {index}
            term = self.product()
            if all(self.value_of(condition, "relation") for condition in rest):
                total = term if total is None else combine(total, term)
        self.env, self.bound = env, bound
        return self.fail("nothing to add up or multiply") if total is None else total

    def symbol(self):
        start = self.at - 1
        if self.tokens[start] == r"\nabla":  # one name with what it is the gradient of
            _ = self.took("_") and self.argument()
            self.take()
        while self.took("'") or self.named():
            _ = self.took("^") and self.argument()
        if self.bound.intersection(self.tokens[start + 1:self.at]):
            self.fail("the letter that a sum runs over belongs in a subscript")
        name = text_of(self.tokens[start:self.at])
        lower = self.argument() if self.took("_") else []
        full = text_of(self.tokens[start:self.at])
        if self.peek("("):
            end, depth = self.at, 0
            for token in self.tokens[self.at:]:
                end, depth = end + 1, depth + (token == "(") - (token == ")")
                if depth == 0:
                    break
            whole = text_of(self.tokens[start:end])
            if whole in self.env and not self.bound.intersection(self.tokens[start:end]):
                self.at = end
                return self.env[whole]
        if full in self.env and not self.bound.intersection(lower):
            value, lower = self.env[full], []
        elif name in self.env or name in CONSTANTS:
            value = self.env.get(name, CONSTANTS.get(name))
        else:
            self.fail(f"unknown symbol {full}")
        if callable(value):
            return value(*self.inside()) if self.peek("(", "[") and not lower else self.fail(f"{full} is a function")
        plain = all(NUMBER.fullmatch(t) or re.fullmatch(r"[A-Za-z]", t) for t in lower)
        parts = [[t] for t in lower] if plain else split(lower, ",")[0]
        return pick(value, [self.value_of(part) for part in parts], full) if lower else value

    def named(self):
        """Does a superscript follow that is no power, but names a layer or an optimum, as in W^{(1)} and w^*?"""
        upper = self.tokens[self.at:self.at + 3]
        return upper[:2] in (["^", "*"], ["^", r"\star"]) or upper == ["^", "{", "("]
