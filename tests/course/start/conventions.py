"""The equation and the claims of the page on conventions, held against descent and against the loss objects."""

import re

import nbformat
import numpy as np

from lossedu import bce, cross_entropy, cross_entropy_logits, mape, mse
from lossedu.autodiff import Tensor
from lossedu.optim import Adam
from tests.claims.experiments import seeds
from tests.claims.registry import claim
from tests.equations.latex import evaluate, sides
from tests.equations.registry import equation
from tools.pages import page, read

FACTORS = {"sum": 1.0, "mean": 1 / 5, "half sum": 1 / 2, "half mean": 1 / 10}  # times the sum, for five samples


@equation("eq-rate-of-sum")
def rate_of_sum(tex, rng):
    """One step on the sum with this learning rate is one step on the mean with its own."""
    (y, p), rate = rng.normal(size=(2, 5)), rng.uniform(0.1, 1)
    other = evaluate(sides(tex)[1], {r"\eta_{\mathrm{mean}}": rate, "n": len(y)})
    assert np.allclose(other * 2 * (p - y), rate * mse.gradient(y, p))


@claim("conventions-same-steps", "With the learning rate divided by the number of samples, descent on the sum takes "
       "the same steps as descent on the mean.")
def same_steps():
    """Other data and another learning rate each time; only with the division are the steps the same."""
    for rng in seeds(100):
        x, y, rate = *rng.normal(size=(2, 6)), rng.uniform(0.01, 0.1)
        mean, total, undivided = 0.0, 0.0, 0.0
        for _ in range(20):
            mean -= rate * mse.gradient(y, mean * x) @ x
            total -= rate / 6 * 2 * np.sum((total * x - y) * x)
            undivided -= rate * 2 * np.sum((undivided * x - y) * x)
            assert np.isclose(mean, total)
        assert not np.isclose(mean, undivided, rtol=1e-3)


@claim("conventions-adam", "[Adam](../descent/momentum-adam.ipynb) divides its steps by the size of the last "
       "gradients, so with the same learning rate it goes nearly the same way on the sum and on the mean.")
def adam_needs_no_other_rate():
    """Other data, of another number, and another learning rate each time; plain descent would go elsewhere."""
    for rng in seeds(100):
        n = int(rng.integers(5, 100))
        (x, noise), rate = rng.normal(size=(2, n)), rng.uniform(0.01, 0.1)
        y, paths = 2 * x + noise, []
        for factor in (1, n):
            slope, adam, memory = np.zeros(1), Adam([Tensor(0.0)], rate), {}
            for _ in range(20):
                slope = slope + adam.change(slope, factor * np.array([mse.gradient(y, slope * x) @ x]), memory, rate)
                paths.append(slope[0])
        assert np.allclose(paths[:20], paths[20:], atol=1e-5) and np.ptp(paths) > rate


def best_slope(x, y, factor, price):
    """The slope of a line through the origin with the least factor · Σ(wx - y)² + price · w², from a fine grid."""
    slopes = np.linspace(-8, 8, 8001)
    total = ((slopes[:, None] * x - y) ** 2).sum(axis=1)
    return slopes[np.argmin(factor * total + price * slopes**2)]


@claim("conventions-penalty", "If nothing is added to the loss, the best model is the same under all four "
       "conventions.",
       r"With the penalty, the same $\lambda = 0.5$ gives four different slopes, because it weighs little beside a "
       "large sum and much beside a small mean.",
       r"If $\lambda$ is multiplied by the same factor as the loss, the best slope stays where it was.")
def penalty():
    """On the five rides of the page, and on other data each time; the larger the loss, the less the slope shrinks."""
    rides = np.arange(1.0, 6), np.array([6.0, 9, 13, 15, 22]) - 1.6
    for x, y in [rides, *((x, 2 * x + rng.normal(size=5)) for rng in seeds(50) for x in [rng.uniform(1, 3, 5)])]:
        alone, same, scaled = ([best_slope(x, y, factor, price(factor)) for factor in FACTORS.values()]
                               for price in (lambda factor: 0, lambda factor: 0.5, lambda factor: 0.5 * factor))
        assert np.ptp(alone) < 0.003 > np.ptp(scaled) and len(set(same)) == 4
        by_size = [slope for _, slope in sorted(zip(FACTORS.values(), same))]
        assert by_size == sorted(by_size) and by_size[-1] < alone[0]
    return ["0.5"]


# The cases of the page's table: for each question what programs of two or more conventions answer.
CASES = {
    "half": lambda: [mse(0, 3), mse(0, 3) / 2],
    "sum": lambda: [2 * mse([0, 0], [1, 3]), mse([0, 0], [1, 3])],
    "weights": lambda: [4 * mse([0, 0], [1, 3], weight=[1, 3]), 2 * mse([0, 0], [1, 3], weight=[1, 3]),
                        mse([0, 0], [1, 3], weight=[1, 3])],
    "order": lambda: [mape([100], [150]), mape([150], [100])],
    "shapes": lambda: [0, np.mean((np.array([1.0, 2]) - np.array([[1.0], [2]])) ** 2)],
    "axis": lambda: [mse(np.zeros((2, 3)), [[3, 0, 0], [0, 0, 0]]), *np.mean([[9, 0, 0], [0, 0, 0]], axis=1)],
    "logits": lambda: [cross_entropy([0], [[0.9, 0.1]]), cross_entropy_logits([0], [[0.9, 0.1]])],
    "logarithm": lambda: [bce([1], [0.5]), bce([1], [0.5]) / np.log(2)],
    "clipping": lambda: [bce([1], [0.0]), bce([1], [2.0**-23]), bce([1], [1e-7]), bce([1], [2.0**-52]), 100],
}
ANSWERS = {"half": "9 4.5", "sum": "10 5", "weights": "28 14 7", "order": "0.5 0.333333", "shapes": "0 0.5",
           "axis": "1.5 3 0", "logits": "0.105361 0.371101", "logarithm": "0.693147 1",
           "clipping": "inf 15.9424 16.1181 36.0437 100"}


def printed():
    """Yield the answers that each row of the page's table prints, without those in brackets and with a ½."""
    cells = nbformat.reads(read(page("en", "start/conventions")), as_version=4).cells
    [table] = [cell.source for cell in cells if cell.id == "two-programs"]
    for row in re.findall(r"^\| \d.*\|(.*)\|$", table, flags=re.M):
        answers = re.findall(r"[\d.]+|infinity", re.sub(r"\(.*?\)|;.*", "", row))
        yield [text.replace("infinity", "inf") for text in answers]


@claim("conventions-cases", "Two programs that agree on the first three cases can still differ in all of the others: "
       "plain squares of one row say nothing about order, shapes, axes, logits, logarithms and clipping.")
def cases():
    """Each case tells its conventions apart, and the page prints what it gives; a program that swaps and broadcasts
    passes the first three."""
    found = {question: [f"{answer:.6g}" for answer in answers()] for question, answers in CASES.items()}
    for row, answers in zip(printed(), CASES.values(), strict=True):
        assert row == [f"{answer:.{len(text.partition('.')[2])}f}" for text, answer in zip(row, answers(), strict=True)]
    assert found == {question: answers.split() for question, answers in ANSWERS.items()}
    assert all(len(set(answers)) == len(answers) for answers in found.values())

    def careless(y, p, weight=None):  # prediction first, any shapes, the mean of each row
        y, p = np.asarray(p, float), np.asarray(y, float)
        return np.average((p - y) ** 2, axis=-1, weights=weight)

    for given in (([0], [3]), ([0, 0], [1, 3]), ([0, 0], [1, 3], [1, 3])):
        assert careless(*given) == mse(*given[:2], weight=given[2] if given[2:] else None)
    assert careless(np.zeros((2, 3)), [[3, 0, 0], [0, 0, 0]]).tolist() == [3, 0]
    assert careless([1, 2], [[1], [2]]).mean() == 0.5
