"""A page computes what the package computes: each recorded loss in a real JavaScript engine, over its domain."""

import itertools
import math

import numpy as np
import pytest

from lossedu import catalogue, huber
from lossedu.explore.classes import forecast_function
from lossedu.explore.formulas import loss_function, parameters, row_function
from lossedu.explore.javascript import function_of
from lossedu.explore.record import symbol, symbols
from lossedu.losses.base import DistanceLoss, ElementwiseLoss, RowLoss
from lossedu.losses.domain import ONE_HOT, REAL, RELEVANCES, SIGNS, TIMES, Simplex
from lossedu.losses.likelihood import LogMeanLoss
from lossedu.losses.numerics import sigmoid, softmax
from tests.losses.draws import EVERY, in_order

TOLERANCE = 1e-12  # of value and slope, relative
ELEMENTWISE = [loss for loss in EVERY if isinstance(loss, ElementwiseLoss)]
ROWS = [loss for loss in EVERY if isinstance(loss, RowLoss)]
RUN = """([code, calls]) => {
  const loss = (0, eval)(code);
  return calls.map(given => loss(...given).map(String));
}"""


@pytest.fixture(scope="module")
def engine(browser):
    """Call a JavaScript function with lists of arguments; numbers come back as text, since JSON has no infinity."""
    page = browser.new_page()

    def call(code, calls):
        return np.array(page.evaluate(RUN, [code, calls]), dtype=float)

    yield call
    page.close()


def numbers(domain, rng):
    """Numbers of a domain: its ends, its middle, far out, close together, and some at random."""
    if domain == SIGNS:
        return [-1.0, 1.0]
    low, high = max(domain.low, -1000.0), min(domain.high, 1000.0)
    wide = [low, high, -1000.0, -30.0, -2.0, -1.0, -0.5, -1e-3, -1e-9, 0.0, 1e-9, 1e-3, 0.5, 1.0, 2.0, 30.0, 1000.0]
    inside = [math.nextafter(low, 2), math.nextafter(high, -2), *rng.uniform(low, high, 12), *rng.normal(0, 2, 12)]
    if domain.bounded:
        inside += [*rng.uniform(low, high, 12)]
    return [float(x) for x in dict.fromkeys([*wide, *inside]) if domain.includes(float(x))]


def agree(found, wanted, scale=0.0):
    """Both numbers are the same infinity, both are undefined, or they differ by no more than the tolerance."""
    with np.errstate(invalid="ignore"):
        close = np.abs(found - wanted) <= TOLERANCE * np.maximum(np.abs(wanted), scale) + 1e-300
    return np.isfinite(found) & np.isfinite(wanted) & close | (found == wanted) | (np.isnan(found) & np.isnan(wanted))


def wrong(loss, engine):
    """The arguments at which page and package differ, each with both answers."""
    rng = np.random.default_rng(0)
    pairs = np.array(list(itertools.product(numbers(loss.target_domain, rng), numbers(loss.prediction_domain, rng))))
    if isinstance(loss, DistanceLoss):  # the kinks lie at residuals of 0 and of each parameter
        kinks = [sign * value for value in parameters(loss).values() for sign in (-1, 1)]
        pairs = np.array([*pairs, *((1.0, 1.0 + kink) for kink in (0, *kinks))])
    y, p = pairs.T
    with np.errstate(all="ignore"):
        wanted = np.stack([np.broadcast_to(part, y.shape) for part in loss.of(y, p)], axis=1)
    found = engine(loss_function(loss), [[*pair, *parameters(loss).values()] for pair in pairs.tolist()])
    # At the mean the slope of these losses is the difference of two equal terms, exact compared with the terms.
    scale = np.where(np.isfinite(wanted), np.abs(wanted), 0).max(axis=1, keepdims=True)
    same = agree(found, wanted, scale if isinstance(loss, LogMeanLoss) else 0.0).all(axis=1)
    return [(pair, a, b) for pair, a, b, one in zip(pairs, found, wanted, same) if not one]


@pytest.mark.parametrize("loss", ELEMENTWISE, ids=repr)
def test_a_loss_of_one_prediction_is_the_same_in_the_page(loss, engine):
    assert wrong(loss, engine) == []


def rows(loss, rng):
    """Targets and predictions of a row loss, 40 rows of 2 and of 4 entries, far out and at the edges among them."""
    for k in (2,) if loss.target_domain is REAL else (2, 4):
        n = 40
        scale = rng.choice([1e-3, 1.0, 30.0, 800.0], (n, 1))
        p = rng.normal(size=(n, k)) * scale
        if loss.prediction_domain.bounded:
            p = rng.uniform(size=(n, k)) ** rng.choice([1, 8], (n, 1))
            if isinstance(loss.prediction_domain, Simplex):
                p /= p.sum(axis=1, keepdims=True)
        if loss.target_domain is REAL:
            y, p[:, 1] = rng.normal(size=n), rng.uniform(-3, 3, n)
        elif loss.target_domain == RELEVANCES:
            y = np.column_stack([np.full(n, 4.0), rng.integers(0, 4, (n, k - 1))])
        elif loss.target_domain == TIMES:
            y = rng.choice([-1.0, 1.0], (n, k)) * rng.integers(1, 5, (n, k))
        elif loss.name == "cosine":
            y, p[:10] = rng.normal(size=(n, k)), p[:10] * 1e-8
        else:
            classes = k + loss.extra_classes
            y = np.eye(classes)[rng.integers(classes, size=n)]
            if isinstance(loss.target_domain, Simplex) and loss.target_domain is not ONE_HOT:
                y[::3] = rng.dirichlet(np.ones(classes), len(y[::3]))
            p[::7] = p[::7, :1]  # ties
            if isinstance(loss.prediction_domain, Simplex):
                p[::7] = 1 / k
        yield k, y, in_order(loss, p)


@pytest.mark.parametrize("loss", ROWS, ids=repr)
def test_a_loss_of_a_row_is_the_same_in_the_page(loss, engine):
    for k, y, p in rows(loss, np.random.default_rng(1)):
        given = y.argmax(axis=1) if loss.target_domain is ONE_HOT else y
        with np.errstate(all="ignore"):
            value, slopes = loss.of_rows(given, p)
        wanted = np.column_stack([value, slopes])
        calls = [[a, b, *parameters(loss).values()] for a, b in zip(y.tolist(), p.tolist())]
        found = engine(row_function(loss, k), calls)
        # The slopes of a row are differences of shares, and each is exact compared with the largest of its row.
        scale = np.abs(np.where(np.isfinite(wanted), wanted, 0)).max(axis=1, keepdims=True)
        assert agree(found, wanted, scale).all()


def test_forecasts_are_the_same_in_the_page(engine):
    scores = np.random.default_rng(2).normal(size=(60, 3)) * np.array([[0.1], [1], [30], [800]]).repeat(15, axis=0)
    assert agree(engine(forecast_function(3), [[row] for row in scores.tolist()]), softmax(scores)).all()
    assert agree(engine(forecast_function(2), [[[score]] for score in scores[:, 0].tolist()])[:, 0],
                 sigmoid(scores[:, 0])).all()


def test_every_loss_of_the_catalogue_is_in_one_of_the_tests_or_compares_whole_batches():
    left = [name for name, loss in catalogue.items() if loss not in ELEMENTWISE and loss not in ROWS]
    assert left == ["triplet", "info_nce", "sigmoid_pair", "supervised_contrastive", "dpo"]


PLANTED = [("p-y", "y-p"), ("t1/2", "t1/3"), ("-delta", "delta"), ("Math.max", "Math.min"),
           ("return[", "return[1e-11+")]


@pytest.mark.parametrize(("old", "new"), PLANTED)
def test_a_fault_in_the_printed_code_is_seen(old, new, engine, monkeypatch):
    printed = loss_function(huber)
    assert old in printed
    monkeypatch.setattr("tests.explore.test_formulas.loss_function", lambda loss: printed.replace(old, new))
    assert wrong(huber, engine) != []


# The printer alone: each expression of recorded numbers, and what NumPy makes of the same numbers.
EXPRESSIONS = {
    "signs": lambda x, y: x - -y - (-x - np.negative(-y)),
    "brackets": lambda x, y: (x - (y - 1)) / (x / (y / 3)) * (2 - (x + y)),
    "minus of a product": lambda x, y: -(x * y) - x * -y,
    "powers": lambda x, y: np.abs(x) ** y + x**2 + y**1,
    "choices": lambda x, y: np.where(x > y, np.where(y > 0, 1.0, x), 2 * y) + np.where((x > 0) & (y > 0), 1, x),
    "not": lambda x, y: np.where(~(x > y) | (x == y), x, y),
    "sign of zero": lambda x, y: np.copysign(1.0, -(x * 0.0)) / np.copysign(3.0, y),
    "quotient of signs": lambda x, y: x / np.copysign(y, x),
    "sums of truths": lambda x, y: (x > 0.0) * 2 + (y > 0.0) * x,
    "elementary": lambda x, y: np.exp(-np.abs(x)) + np.log1p(y * y) + np.tanh(x) * np.hypot(x, y) + np.expm1(-x * x),
    "clipped": lambda x, y: np.clip(x, -1, 1) + np.maximum(y, 0) - np.minimum(x, y),
    "constants": lambda x, y: x * -1.5 + 1e-300 * y + (x + 0) * 1 + 1e21 * x,
    "infinity": lambda x, y: np.maximum(x, -np.inf) + np.minimum(y, np.inf),
}


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_an_expression_is_printed_as_it_was_meant(name, engine):
    expression = EXPRESSIONS[name]
    code = function_of(["x", "y"], [expression(symbol("x"), symbol("y")).nodes.item()])
    points = [(a, b) for a in (-2.5, -1.0, -0.0, 0.0, 0.3, 1.0, 7.0) for b in (-3.0, -1.0, 0.5, 1.0, 4.0)]
    with np.errstate(all="ignore"):
        wanted = [[float(expression(np.float64(a), np.float64(b)))] for a, b in points]
    assert agree(engine(code, points), np.array(wanted)).all(), code


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_rows_are_recorded_entry_by_entry(name, engine):
    expression = EXPRESSIONS[name]
    row = symbols("a", "b", "c")
    made = expression(row, row[:, ::-1]).nodes[0]
    code = function_of(["a", "b", "c"], made)
    x = np.array([-1.5, 0.25, 2.0])
    assert agree(engine(code, [x.tolist()])[0], expression(x, x[::-1])).all()


@pytest.mark.parametrize("refused", [
    lambda x: x if x > 0 else -x, lambda x: np.sort(x), lambda x: math.exp(x), lambda x: np.linalg.norm(x),
    lambda x: np.add.accumulate(x), lambda x: np.add(x, 1, where=x > 0), lambda x: x + "1", float,
    lambda x: np.sum(x, initial=3), lambda x: function_of(["x"], [np.spacing(x).nodes.item()]),
])
def test_what_cannot_be_recorded_is_refused(refused):
    with pytest.raises(TypeError):
        refused(symbol("x"))


def test_no_number_is_shortened():
    code = function_of(["x"], [(symbol("x") * 0.1 + 1 / 3).nodes.item()])
    assert code == "(x)=>{return[x*0.1+0.3333333333333333]}"
