"""What the pages say about their pictures is so."""

import math

import numpy as np
import pytest

from lossedu import Huber, Quantile, Tensor, Tukey, autodiff, explore, mae, mse, optim
from tests.explore.test_pictures import (
    ALIKE,
    BAG,
    CAME,
    FACES,
    MAP,
    SAID,
    drag,
    hear,
    heights,
    numbers,
    press,
    same,
    slide,
    spoken,
)

WAITS, SCALES = np.array([3.0, 4, 4, 5, 14]), np.array([9.8, 10, 10.1, 10.3, 47])
X, Y = np.arange(1.0, 6), np.array([4.0, 9, 11, 16, 20])


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


def test_the_belief_about_the_bag_is_moved_as_the_page_says(show):
    page = show(explore.distribution(BAG, ALIKE, list("abcde"), bits=True))
    same(numbers(page), cross=2.322, entropy=1.875, forward=0.4469)  # as in the table above the picture
    assert page.locator("svg.le-picture [stroke-dasharray]").count() == sum(ALIKE > BAG)
    press(page, "p0", *["ArrowUp"] * 30)
    same(numbers(page), forward=0.125)
    assert all(new < old for new, old in zip(heights(page, "p")[1:], ALIKE[1:], strict=True))  # a surprise is higher
    assert heights(page, "p")[0] == BAG[0] == max(BAG)
    press(page, "p4", "PageDown", "PageDown")
    assert numbers(page)["cross"] == "infinite"
    hear(page, "gives e the probability 0")
    page.get_by_role("button", name="Set the belief to the truth").click()
    same(numbers(page), forward=0, cross=1.875, entropy=1.875)
    for key in ("PageUp", "PageDown"):
        for k in range(5):
            press(page, f"p{k}", key)
            assert numbers(page)["cross"] == "infinite" or numbers(page)["cross"] > 1.875
            page.get_by_role("button", name="Set the belief to the truth").click()
    page.get_by_role("button", name="Start again").click()
    press(page, "q0", *["PageUp"] * 5)
    shown = numbers(page)
    assert heights(page, "q")[0] == 1 and shown["entropy"] == 0 and shown["cross"] == shown["forward"]


def test_the_forecaster_of_rain_gains_nothing_by_sounding_surer(show):
    page = show(explore.calibration(CAME, SAID))
    assert all(forecast == share for forecast, share, _ in spoken(page))  # on the diagonal
    honest = numbers(page)
    same(honest, sharpness=1, best=1)
    assert (round(honest["cross"], 2), round(honest["brier"], 2)) == (0.51, 0.17)
    for key in ("ArrowLeft", "ArrowRight"):
        press(page, "sharpness", key)
        moved = numbers(page)
        assert moved["cross"] > honest["cross"]
        press(page, "sharpness", key, key)
        assert numbers(page)["brier"] > honest["brier"]
        page.get_by_role("button", name="Start again").click()
    slide(page, "sharpness", "End")
    surer = numbers(page)
    assert (round(surer["cross"], 2), round(surer["brier"], 2)) == (1.09, 0.21)
    page.get_by_role("button", name="Start again").click()
    press(page, "bin4", *["ArrowDown"] * 4)
    assert spoken(page)[4] == [0.9, 0.5, 10]
    page.get_by_role("button", name="Go to the best sharpness").click()
    assert round(numbers(page)["sharpness"], 2) == 0.47


CALLS = np.array([0, 1, 2, 2, 5])


def poisson_shares(z):
    """The page's own model: probabilities of up to five calls, and of more."""
    up_to_5 = np.exp(z) ** np.arange(6) * np.exp(-np.exp(z)) / np.array([math.factorial(k) for k in range(6)])
    return np.concatenate([up_to_5, 1 - up_to_5.sum(keepdims=True)])


def test_the_best_log_mean_of_the_calls_is_found_by_hand(show):
    page = show(explore.distribution(np.bincount(CALLS, minlength=7) / 5, poisson_shares, [*"012345", "6+"],
                                     parameter="log of the mean", symbol="z", span=(-1, 2)))

    def cost(steps):
        page.locator("input[data-key=z]").focus()
        for _ in range(abs(steps)):
            page.keyboard.press("ArrowRight" if steps > 0 else "ArrowLeft")
        return numbers(page)["cross"]

    shown = cost(35)  # steps of 0.02, from 0
    likelihood = -np.mean([np.log(poisson_shares(0.7)[k]) for k in CALLS])
    assert shown == pytest.approx(likelihood, abs=6e-4)
    assert page.locator("input[data-key=z] + output").text_content() == "0.7"
    above = cost(35)
    assert round(above - shown, 2) == 0.64 and round(cost(-70) - shown, 2) == 0.39
    assert all(cost(steps) > shown - 1e-9 for steps in (30, 10, -3)) and numbers(page)["forward"] > 0.1
    press(page, "q5", "PageDown", "PageDown")
    costs = {z: cost(steps) for z, steps in {0.74: 0, 0.4: -17, 0.3: -5, 0.22: -4, 0.14: -4}.items()}
    assert min(costs, key=costs.get) == 0.22 and numbers(page)["forward"] > 0.01


ARROWS = """() => [...document.querySelectorAll('svg.le-picture [aria-hidden] path[stroke="var(--le-step)"]')]
    .map(path => path.getTotalLength())"""
# Twelve units are 480 pixels wide.
CIRCLE = """() => document.querySelector('svg.le-picture path[stroke="var(--le-muted)"][stroke-dasharray]')
    .getTotalLength() / 2 / Math.PI / 40"""


def test_photos_are_pulled_and_pushed_as_the_page_says(show):
    page = show(explore.embedding(FACES, ["ann1", "ann2", "bea2"], **MAP))
    start = page.get_by_role("button", name="Start again")

    def lengths():
        """Of the arrows of anchor, positive and negative that are there; each is a line and a tip."""
        numbers(page)
        return page.evaluate(ARROWS)[::2]

    before = lengths()
    assert len(before) == 3
    drag(page, "positive", 60)
    assert lengths()[1] > before[1] + 5 and page.evaluate(CIRCLE) == pytest.approx(4, abs=0.01)
    start.click()
    drag(page, "negative", 0, -30)
    drag(page, "negative", -110, -80)
    assert numbers(page)["far"] > 4 and len(lengths()) == 2  # the anchor's and the positive's
    assert all(length > 3 for length in lengths())
    start.click()
    page.select_option("select", "triplet")
    assert page.evaluate(CIRCLE) == pytest.approx(np.sqrt(4 + numbers(page)["near"] ** 2), abs=0.01)
    radius = page.evaluate(CIRCLE)
    drag(page, "positive", 60)
    numbers(page)
    assert page.evaluate(CIRCLE) > radius + 1
    start.click()
    drag(page, "negative", -110, -110)
    assert numbers(page)["far"] > radius and numbers(page)["loss"] == 0 and lengths() == []
    for judge, after, distance in (("triplet", 1, 1.58), ("triplet", 10, 1.58), ("contrastive", 10, 0.01)):
        start.click()
        page.select_option("select", judge)
        for _ in range(after):
            page.get_by_role("button", name="Step").click()
        assert round(numbers(page)["near"], 2) == distance and numbers(page)["loss"] < 1e-3
