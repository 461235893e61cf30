"""What the pages say about their pictures is so."""

import contextlib
import io

import nbformat
import numpy as np
import pytest

from lossedu import Huber, Quantile, Tensor, Tukey, autodiff, mae, mse, optim
from tools.pages import ROOT

WAITS, SCALES = np.array([3.0, 4, 4, 5, 14]), np.array([9.8, 10, 10.1, 10.3, 47])
X, Y = np.arange(1.0, 6), np.array([4.0, 9, 11, 16, 20])


def variables(page, last):
    """What a page has computed when its code cells have run up to one of them."""
    shown = {}
    with contextlib.redirect_stdout(io.StringIO()):
        for cell in nbformat.read(ROOT / "book" / "en" / f"{page}.ipynb", as_version=4).cells:
            if cell.cell_type == "code":
                exec(cell.source, shown)
            if cell.id == last:
                return shown
    raise ValueError(f"{page} has no cell {last}")


def loss_after(steps, rate):
    """The average loss of the cover's line after so many steps from where its picture begins."""
    w, b = Tensor(7.0), Tensor(-9.0)
    walk = optim.GradientDescent([w, b], rate)
    for _ in range(steps):
        mse(Y, Tensor(X) * w + b).backward()
        walk.step()
    return mse(Y, w.data * X + b.data)


def test_the_cover_says_what_its_rates_do():
    best = mse(Y, np.polyval(np.polyfit(X, Y, 1), X))
    assert round(best, 2) == 0.38
    assert round(loss_after(100, 0.02), 2) == 4.55 and round(loss_after(100, 0.08), 2) == 0.45
    dropped, start = loss_after(3, 0.02), loss_after(0, 0.02)
    assert start - dropped > 3 > 3 * (loss_after(3, 0.02) - loss_after(6, 0.02))  # at once, and then slowly
    bend = 2 * np.array([[np.mean(X * X), X.mean()], [X.mean(), 1]])
    assert 0.084 < 2 / np.linalg.eigvalsh(bend)[-1] < 0.085
    assert loss_after(300, 0.085) > 100 * loss_after(0, 0.085)


def test_the_mean_has_a_fifth_of_a_say_of_each_day_and_the_median_stays():
    for moved in (0, 5, 10):
        days = [*WAITS[:4], 14.0 + moved]
        assert mse.minimiser(days) == pytest.approx(6 + moved / 5) and mae.minimiser(days) == 4


def test_delta_goes_from_the_median_to_the_mean():
    best = [Huber(delta=delta).minimiser(WAITS) for delta in np.arange(0.2, 12, 0.2)]
    assert best[0] < 4.15 and np.all(np.diff(best) >= -1e-12)
    assert Huber(delta=8.0).minimiser(WAITS) == pytest.approx(6) and Huber(delta=7.8).minimiser(WAITS) < 5.99


def test_the_level_walks_through_the_sorted_waits():
    best = [Quantile(tau=tau).minimiser(WAITS) for tau in np.arange(0.05, 0.951, 0.05)]
    assert np.all(np.diff(best) >= 0) and best[0] == 3 and best[-1] == 14
    assert Quantile(tau=0.9).derivative([1, 1], [0, 2]) == pytest.approx([-0.9, 0.1])


def test_tukey_has_a_valley_at_the_broken_scale_and_no_pull_between():
    tukey = Tukey(c=2.0)
    assert tukey.minimiser(SCALES) == pytest.approx(np.mean(SCALES[:4]), abs=0.005)
    answers = np.linspace(13, 44, 50)
    slopes = [tukey.gradient(SCALES, np.full(5, answer)).sum() for answer in answers]
    assert slopes == pytest.approx(np.zeros(50))
    at, beside = (tukey(SCALES, np.full(5, answer)) for answer in (47.0, 46.0))
    assert tukey(SCALES, np.full(5, 10.05)) < at < beside


def test_the_slope_of_the_chain_vanishes_at_three_places():
    def slope(value):
        x = Tensor(value)
        autodiff.sqrt(1 + (x * autodiff.log(1 + autodiff.exp(-(x**2)))) ** 2).backward()
        return float(x.grad)

    assert slope(0.0) == 0 and slope(0.75) > 0 > slope(0.85) and slope(-0.85) > 0 > slope(-0.75)


def test_in_the_valley_momentum_swings_across_first_and_the_saddle_holds_the_walk_up():
    curvatures = np.array([1.0, 40.0])

    def valley(w):
        return curvatures @ w**2 / 2, curvatures * w

    walk = [step.parameters for step in optim.gradient_descent(valley, [-2.5, 1.0], 0.01, 30, optim.Momentum)]
    along, across = np.array(walk).T
    first_turn = [np.flatnonzero(np.diff(np.sign(way)))[0] for way in (across, along)]
    assert first_turn[0] < first_turn[1] and round(valley(walk[-1])[0], 2) == 0.19

    def product(w):
        miss = 1 - w[0] * w[1]
        return miss**2, -2 * miss * w[::-1]

    steps = list(optim.gradient_descent(product, [0.3, -0.28], 0.05, 150))
    far = np.array([np.hypot(*step.parameters) for step in steps])
    loss = np.array([step.loss for step in steps])
    nearest = far.argmin()
    assert 0 < nearest and far[nearest] < far[0] / 3 and abs(loss[nearest] - 1) < 0.05 and loss[-1] < 1e-3


def test_a_switch_that_is_off_gives_its_weights_no_slope():
    x1, x2, u1, u2, v1, v2, w1, w2 = (Tensor(value) for value in (1.0, 0.0, 0.5, -0.4, -0.8, 0.3, 0.7, -0.5))
    z = w1 * autodiff.tanh(u1 * x1 + u2 * x2) + w2 * autodiff.tanh(v1 * x1 + v2 * x2)
    autodiff.log(1 + autodiff.exp(-z)).backward()
    assert u2.grad == v2.grad == 0
    assert all(abs(float(one.grad)) > 0.05 for one in (x1, x2, u1, v1, w1, w2))


@pytest.fixture(scope="module")
def digits():
    """The variables of the page that trains a network, once its cells have run up to the end of its training."""
    return variables("backpropagation/train-a-network", "train-a-network-24b")


def test_three_digits_go_through_the_training(digits):
    shares = {name: digits["P"][:, row] for name, row in digits["chosen"].items()}
    answers = {name: rows.argmax(axis=1) for name, rows in shares.items()}
    labels = digits["labels"][digits["judge"]]
    assert labels[list(digits["chosen"].values())].tolist() == [7, 8, 8]
    easy, hard, stubborn = shares.values()
    assert round(easy[0, 7], 2) == 0.88 and np.all(easy[1:, 7] > 0.98) and np.all(easy[10:, 7] > 0.999)
    assert np.count_nonzero(answers["a hard 8"][:29] == 9) > 10 and answers["a hard 8"][28] == 9
    assert np.all(answers["a hard 8"][29:] == 8)
    assert not np.any(answers["a stubborn 8"] == 8) and answers["a stubborn 8"][1] == 1
    assert round(stubborn[1, 1], 2) == 0.29 and round(stubborn[-1, 1], 2) == 0.88
    assert np.all(answers["a stubborn 8"][3:] == 1)


def test_few_digits_make_up_most_of_the_validation_loss(digits):
    labels = digits["labels"][digits["judge"]]
    last = digits["P"][-1]
    each, wrong = -np.log(last[np.arange(250), labels]), last.argmax(axis=1) != labels
    assert each.mean() == pytest.approx(digits["judged"][-1])
    assert wrong.sum() == 7 and round(each[wrong].sum() / each.sum(), 2) == 0.8
    assert np.ptp(digits["right"][30:]) < 0.02 and min(digits["judged"][40:]) > 0.06
    assert digits["right"][30:40].mean() == pytest.approx(digits["right"][50:].mean(), abs=0.004)
