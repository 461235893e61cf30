"""What the pages say about their pictures is so."""

import contextlib
import io
import math
from pathlib import Path

import nbformat
import numpy as np
import pytest

from lossedu import Huber, Quantile, Tensor, Tukey, autodiff, cross_entropy_logits, explore, mae, mape, mse, optim
from tests.explore.test_pictures import (
    ALIKE,
    BAG,
    CAME,
    FACES,
    MAP,
    SAID,
    as_number,
    counts,
    drag,
    hear,
    heights,
    numbers,
    press,
    same,
    slide,
    spoken,
)
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


def test_the_mean_has_a_fifth_of_a_say_of_each_day_and_the_median_stays():
    for moved in (0, 5, 10):
        days = [*WAITS[:4], 14.0 + moved]
        assert mse.minimiser(days) == pytest.approx(6 + moved / 5) and mae.minimiser(days) == 4


def test_delta_goes_from_a_median_to_the_mean():
    shown = variables("regression/huber", "huber-explorer")
    days, slider = shown["days"], shown["explore"].constant.__globals__["settings"](Huber(30.0), (-50.0, 450.0))[0]
    assert (slider["least"], slider["most"], slider["step"], slider["value"]) == (5, 500, 5, 30)
    best = [Huber(delta=delta).minimiser(days) for delta in np.arange(5.0, 500, 5)]
    assert 10 < best[0] < 28 and np.all(np.diff(best[1:]) >= -1e-9)
    assert Huber(delta=350.0).minimiser(days) == pytest.approx(74.9) and Huber(delta=340.0).minimiser(days) < 74.85
    for end, moves in ((450, False), (56, False), (52, True)):
        moved = Huber(delta=30.0).minimiser([*days[:9], end])
        assert (abs(moved - Huber(delta=30.0).minimiser(days)) > 0.1) == moves


def test_the_level_walks_through_the_sorted_flights(show):
    picture = shown_by("regression/quantile", "quantile-06")
    july = np.array(picture.table["data"])
    assert july.tolist() == [7, 36, 28, -2, -26, 10, 104, 6, 166, 420]
    page = show(picture)
    assert numbers(page)["best"] == 135
    left = np.array([Quantile(0.8).gradient(july, np.full(10, answer)).sum() for answer in (104.5, 135, 165.5)])
    assert left == pytest.approx(np.zeros(3)) and Quantile(0.8).derivative([1, 1], [0, 2]) == pytest.approx([-0.8, 0.2])
    best = []
    for tau in np.arange(0.05, 0.951, 0.05).round(2):
        page.locator("input[data-key=tau]").fill(f"{tau:g}")
        best.append(numbers(page)["best"])
    assert best == sorted(best) and best[0] == -26 and best[-1] == 420
    assert best == pytest.approx([Quantile(tau).minimiser(july) for tau in np.arange(0.05, 0.951, 0.05).round(2)])


def test_tukey_has_a_valley_at_the_broken_scale_and_is_level_between():
    tukey = Tukey(c=1.5)
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
    near = numbers(page)["near"]
    assert page.evaluate(CIRCLE) == pytest.approx(np.sqrt(4 + near**2), abs=0.01)
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
# --- points of two or three classes ---------------------------------------------------------------------------------

class Stored:
    """A picture as a page keeps it, named by the page and what it shows."""

    def __init__(self, page, kind, nth=0):
        notebook = nbformat.read(Path("book/en") / f"{page}.ipynb", 4)
        outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
        html = [output.data["text/html"] for output in outputs if "text/html" in output.get("data", {})]
        self.html = [one for one in html if f'data-picture="{kind}"' in one][nth]

    def _repr_html_(self):
        return self.html


RING = """[...document.querySelectorAll('svg.le-picture circle[r="11"]')].map(e =>
  Number(e.getAttribute('stroke-width')))"""
LINES = """[...document.querySelectorAll('svg.le-picture path[stroke-dasharray]')].map(e =>
  e.getAttribute('d').match(/[-.\\d]+/g).map(Number))"""
EDGE = """document.querySelector('svg.le-picture path[stroke*=prediction]').getAttribute('d')
  .match(/[-.\\d]+/g).map(Number)"""


def apart(page):
    """How far the two dashed lines are from each other, in pixels."""
    (a, b, c, d), (e, f, *_) = page.evaluate(LINES)
    return abs((c - a) * (f - b) - (d - b) * (e - a)) / np.hypot(c - a, d - b)


def test_the_fourth_student_sleeps_well_and_certainty_is_expensive(show):
    page = show(Stored("classification/bce", "classes"))
    before = numbers(page)
    assert round(before["loss"], 2) == 0.05 and before["wrong"] == 0
    for _ in range(100):  # in steps of a hundredth of the picture's height
        press(page, "datum3", "ArrowUp")
        said = page.locator("[data-hold=datum3]").get_attribute("aria-valuetext")
        if float(said.split("hours slept is ")[1].split(",")[0]) >= 8:
            break
    after = numbers(page)
    assert round(after["loss"], 2) == 0.48 and after["wrong"] > 0
    # The lines of 0.1 and 0.9 are log(9) / ‖w‖ from the solid one.
    assert np.hypot(after["u"], after["v"]) < 0.5 * np.hypot(before["u"], before["v"])
    for _ in range(20):
        slide(page, "level", "ArrowLeft")
    assert counts(page) == [2, 1, 0, 2] and numbers(page)["loss"] == after["loss"]


def test_three_mails_hold_the_street_and_a_far_one_does_not(show):
    page = show(Stored("classification/hinge", "classes"))
    before, rings = numbers(page), page.evaluate(RING)
    assert np.flatnonzero(rings).tolist() == [5, 8, 10] and before["support"] == 3 and before["wrong"] == 0
    drag(page, "datum9", -100, 60)  # still beyond the dashed line of the spam
    assert {**numbers(page)} == before
    drag(page, "datum9", -130, 60)  # into the street
    assert numbers(page)["u"] != before["u"]
    page.get_by_role("button", name="Start again").click()
    page.select_option("select", "logistic")
    logistic = numbers(page)
    assert np.all(np.array(page.evaluate(RING)) >= 0)
    for key in ("ArrowLeft", "ArrowDown", "ArrowDown"):
        last = numbers(page)
        press(page, "datum9", *[key] * 5)
        assert numbers(page) != last
    assert numbers(page)["loss"] != logistic["loss"] > 0


def test_the_thickest_ring_is_a_wine_among_others(show):
    page = show(Stored("classification/cross-entropy", "classes"))
    rings = page.evaluate(RING)
    thickest = int(np.argmax(rings))
    said = page.locator(f"[data-hold=datum{thickest}]")
    assert said.get_attribute("aria-label").endswith("second")
    assert said.get_attribute("aria-valuetext").startswith("alcohol is 0.83, hue is 1.2")
    before = numbers(page)["loss"]
    press(page, f"datum{thickest}", "ArrowLeft", "ArrowRight")
    assert round(numbers(page)["p1"], 2) == 0.10 and round(before, 2) == 0.34
    press(page, f"datum{thickest}", *["Shift+ArrowLeft"] * 4)
    after = numbers(page)
    assert round(after["loss"], 2) == 0.23 and after["p1"] > 0.9
    assert page.evaluate(RING)[thickest] < 0.4 < 2 < rings[thickest]


def test_the_picture_of_photo_4_walks_as_the_loss_says(show):
    page = show(Stored("classification/cross-entropy", "valley"))
    scores = np.array([[4.0, 1.0, 0.0]])
    for _ in range(5):
        page.get_by_role("button", name="Step").click()
        scores[:, :2] -= cross_entropy_logits.gradient([1], scores)[:, :2]
    shown = numbers(page)
    assert shown["loss"] == pytest.approx(cross_entropy_logits([1], scores), rel=1e-3)
    assert shown["w"] == pytest.approx(scores[0, 0], rel=1e-3) and shown["b"] == pytest.approx(scores[0, 1], rel=1e-3)
    assert shown["w"] < 4 and shown["b"] > 1  # the fox goes down, the badger up
    press(page, "ball", "ArrowRight")
    assert numbers(page)["steps"] == 0


def test_gamma_moves_the_lines_of_the_forecasts_and_hardly_the_boundary(show):
    page = show(Stored("classification/focal", "classes"))
    slide(page, "gamma", "Home")
    numbers(page)
    plain, distance, pulls = page.evaluate(EDGE), apart(page), np.array(page.evaluate(RING))
    seen = []
    for _ in range(50):
        slide(page, "gamma", "ArrowRight")
        numbers(page)
        seen.append(len(page.evaluate(LINES)))
        if len(seen) == 20:
            assert apart(page) > 1.8 * distance
    moved = np.abs(np.subtract(page.evaluate(EDGE), plain)).max()
    assert seen[0] == 2 and seen[-1] == 0 and moved < 30
    rings = np.array(page.evaluate(RING))
    assert rings[:25].max() < 0.1 < pulls[:25].max() and rings.argmax() == 33  # the bird that hides
    press(page, "datum6", "ArrowRight", "ArrowLeft")
    assert 0.2 < numbers(page)["p0"] < 0.3


def test_a_lower_threshold_finds_the_bird_that_hides(show):
    page = show(Stored("classification/focal", "classes"))
    page.select_option("select", "bce_logits")
    before = numbers(page)
    assert counts(page) == [29, 0, 1, 4] and before["precision"] == 1 and before["recall"] == 0.8
    for _ in range(40):
        slide(page, "level", "ArrowLeft")
    after = numbers(page)
    assert counts(page) == [26, 3, 0, 5] and after["recall"] == 1 and after["precision"] == 5 / 8
    assert after["loss"] == before["loss"]
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


def shown_by(page, cell):
    """The picture that a cell of a page shows: its last statement."""
    cells = nbformat.read(ROOT / "book" / "en" / f"{page}.ipynb", as_version=4).cells
    source = next(one.source for one in cells if one.id == cell)
    return eval(source[source.index("explore."):], variables(page, cell))


def step(page, many=1):
    for _ in range(many):
        page.get_by_role("button", name="Step").click()


def start_with(page, rate):
    """Start again, and move the learning rate to the place of its slider that is nearest."""
    page.get_by_role("button", name="Start again").click()
    slider = page.locator("input[data-key=rate]")
    slider.fill(str(np.log10(rate)))
    numbers(page)
    assert as_number(slider.get_attribute("aria-valuetext")) == pytest.approx(rate, rel=0.015)


def run_a_hundred(page):
    """Press Run where no motion is wanted, which makes a hundred steps at once, and read the loss."""
    page.get_by_role("button", name="Run").click()
    return numbers(page)["loss"]


def test_the_ball_of_the_cover_drops_creeps_and_flies_off(show):
    page = show(shown_by("index", "index-01"), motion="reduce")
    start = numbers(page)
    step(page)
    after_one = numbers(page)
    step(page)
    after_two = numbers(page)
    across = (0.96371, 0.26693)  # from one wall of the valley to the other
    first, second = (abs(across[0] * (new["w"] - old["w"]) + across[1] * (new["b"] - old["b"]))
                     for old, new in ((start, after_one), (after_one, after_two)))
    assert first > 10 * second
    page.get_by_role("button", name="Start again").click()
    assert round(run_a_hundred(page), 2) == 1.44
    start_with(page, 0.08)
    assert round(run_a_hundred(page), 2) == 0.45
    start_with(page, 0.087)
    assert run_a_hundred(page) > 2 * start["loss"]


def test_the_line_of_the_loop_leaps_and_then_hardly_moves(show):
    page = show(shown_by("start/training-loop", "training-loop-valley"), motion="reduce")
    seen = [numbers(page)]
    for _ in range(5):
        step(page)
        seen.append(numbers(page))
    lines = np.array([shown["w"] * X + shown["b"] for shown in seen])
    moved = np.abs(np.diff(lines, axis=0)).max(axis=1)
    assert moved[0] > 5 and moved[2:].max() < 0.5
    start_with(page, 0.005)
    assert run_a_hundred(page) > 10
    start_with(page, 0.08)
    assert run_a_hundred(page) < 1.2
    start_with(page, 0.09)
    assert run_a_hundred(page) > 1e6


def test_the_hill_is_walked_with_the_learning_rates_that_the_page_names(show):
    page = show(shown_by("descent/gradient-descent", "gradient-descent-06"))
    start_with(page, 0.045)
    step(page)
    assert abs(numbers(page)["w"] - 43.8 / 11) < 0.05
    start_with(page, 0.089)
    seen = []
    for _ in range(40):
        step(page)
        seen.append(numbers(page))
    slopes, losses = (np.array([shown[key] for shown in seen]) for key in ("alongW", "loss"))
    assert np.all(slopes[1:] * slopes[:-1] < 0) and np.all(np.diff(losses) < 0) and losses[9] > 10 > losses[-1]
    start_with(page, 0.092)
    away = [numbers(page)["loss"]]
    for _ in range(5):
        step(page)
        away.append(numbers(page)["loss"])
    assert np.all(np.diff(away) > 0)


def test_the_walk_comes_to_rest_only_when_every_step_asks_all_houses(show):
    picture = shown_by("descent/sgd", "sgd-08")
    x, y = np.array(picture.table["x"]), np.array(picture.table["y"])
    lowest = mse(y, np.polyval(np.polyfit(x, y, 1), x))
    page = show(picture, motion="reduce")
    step(page, 20)
    same(numbers(page), loss=0.4834)
    assert round(lowest, 3) == 0.481
    page.get_by_role("button", name="Run").click()  # a hundred steps
    same(numbers(page), loss=lowest)

    def late(rate):
        """The losses of a hundred steps, after a hundred others, with one house in a batch."""
        start_with(page, rate)
        slide(page, "batch", "Home")
        page.get_by_role("button", name="Run").click()
        found = []
        for _ in range(100):
            step(page)
            found.append(numbers(page)["loss"])
        return found

    jumping, calm = late(0.1), late(0.02)
    assert (round(min(jumping), 2), round(max(jumping), 2)) == (0.48, 0.81) and np.sum(np.diff(jumping) > 0) > 30
    assert max(calm) < 0.51
    start_with(page, 0.1)
    slide(page, "batch", "Home")
    step(page, 20)
    assert page.locator("svg.le-picture path[style='stroke-opacity:.3']").count() == 23
    assert numbers(page)["loss"] < 0.6
    start_with(page, 0.02)
    slide(page, "batch", "Home")
    step(page, 30)
    far = numbers(page)["loss"]
    step(page, 30)
    assert far > 0.6 and numbers(page)["loss"] < 0.52


def test_the_best_answer_for_ten_evenings_has_a_tenth_of_a_say_of_each(show):
    page = show(shown_by("regression/mse", "mse-06"))
    july = np.array(shown_by("regression/mse", "mse-06").table["data"])
    assert july.tolist() == [7, 36, 28, -2, -26, 10, 104, 6, 166, 420]
    same(numbers(page), c=19, loss=19286.5, best=74.9)
    for day in range(10):
        press(page, f"datum{day}", *["PageDown"] * 5)
        same(numbers(page), best=69.9)
        page.get_by_role("button", name="Start again").click()
    page.get_by_role("button", name="Go to the best answer").click()
    same(numbers(page), c=74.9, loss=july.var())
    drag(page, "datum9", -100)  # to the left
    same(numbers(page), best=74.9 + (as_number(
        page.locator("[data-hold=datum9]").get_attribute("aria-valuetext").split()[0]) - 420) / 10)
    assert numbers(page)["best"] < 70


def test_the_votes_of_nine_days_balance_at_the_median_and_the_longest_delay_moves_only_the_mean(show):
    picture = shown_by("regression/mae", "mae-06")
    page, days = show(picture), np.array(picture.table["data"])
    assert len(days) == 9 and numbers(page)["best"] == np.median(days) == 10
    mean = numbers(page)["best1"]
    for answer in (9.0, 11.0):
        slope = np.sign(answer - days).mean()
        assert abs(slope) == pytest.approx(1 / 9) and slope * (answer - 10) > 0
    press(page, "datum8", *["PageUp"] * 3)
    moved = as_number(page.locator("[data-hold=datum8]").get_attribute("aria-valuetext").split()[0])
    assert moved > days[8] == days.max()
    assert numbers(page)["best"] == 10
    assert numbers(page)["best1"] - mean == pytest.approx((moved - days[8]) / 9, abs=0.01)


def test_only_the_squared_error_runs_after_the_last_day_of_orders(show):
    picture = shown_by("regression/minimiser-gallery", "minimiser-gallery-01e")
    page = show(picture)
    best = ["best", "best1", "best2", "best3", "best4"]
    assert [numbers(page)[key] for key in best] == [7, 6, 6.5, 11, 1]
    for losses, jump in ((("mae", "quantile", "mape"), True), (("mse", "huber"), False)):
        for name in losses:
            loss = {"mse": mse, "mae": mae, "huber": Huber(2.0), "quantile": Quantile(0.8), "mape": mape}[name]
            orders = np.array(picture.table["data"])
            c = loss.minimiser(orders)
            left, right = (loss.gradient(orders, np.full(7, c + h)).sum() for h in (-1e-7, 1e-7))
            assert left < 0 < right and (right - left > 1e-3) == jump, name
    press(page, "datum6", *["PageUp"] * 5)
    assert [numbers(page)[key] for key in best] == [8, 6, 6.5, 11, 1]  # for seven cakes more
    assert page.locator("[data-hold=datum6]").get_attribute("aria-valuetext") == "20 cakes"


def test_only_the_mean_follows_the_longest_of_twelve_waits(show):
    page = show(shown_by("practice/choosing", "choosing-04b"))
    waits = np.array(shown_by("practice/choosing", "choosing-04b").table["data"])
    longest = waits.argmax()
    before = numbers(page)
    page.get_by_role("button", name="Go to the best answer").click()
    same(numbers(page), c=Quantile(0.9).minimiser(waits))
    slide(page, "tau", "Home")
    page.locator("input[data-key=tau]").fill("0.5")
    shown = numbers(page)
    same(shown, best=before["best1"], loss=mae(waits, np.full(12, shown["c"])) / 2)
    page.locator("input[data-key=tau]").fill("0.9")
    drag(page, f"datum{longest}", 90)
    after = numbers(page)
    moved = as_number(page.locator(f"[data-hold=datum{longest}]").get_attribute("aria-valuetext").split()[0])
    assert moved > waits.max() + 2 and (after["best"], after["best1"]) == (before["best"], before["best1"])
    assert after["best2"] - before["best2"] == pytest.approx((moved - waits.max()) / 12, abs=1e-3)
    above, below = Quantile(0.9).derivative([5.0, 5.0], [4.0, 6.0])
    assert above == pytest.approx(-9 * below)


def test_a_sum_passes_its_slope_on_and_the_slopes_of_a_neuron_fade_near_1(show):
    page = show(shown_by("backpropagation/autodiff", "autodiff-41"))
    following = page.get_by_role("button", name="Next")
    for _ in range(4):
        following.click()
    same(numbers(page), **{"ℓ": (np.tanh(1) - 1) ** 2})
    arrived = {}
    for _ in range(4):
        following.click()
        arrived |= {key: as_number(text.split(" = ")[1]) for key, text in numbers(page).items()}
    assert following.is_disabled()
    assert arrived["s to a"] == arrived["s to b"] == arrived["p to s"] == pytest.approx(-0.2002, abs=1e-4)
    assert arrived["a to w"] == pytest.approx(2 * arrived["s to a"], abs=1e-3)
    passed = []
    for _ in range(10):
        passed.append(-as_number(numbers(page)["a to w"].split(" = ")[1]))
        press(page, "b", *["ArrowRight"] * 4)
    assert np.all(np.diff(passed) < 0) and passed[-1] < passed[0] / 50


def test_a_choice_inside_a_line_sends_the_slope_another_way_and_the_lines_stay(show):
    page = show(variables("backpropagation/what-a-compiler-does", "what-a-compiler-does-23")["picture"])
    walks = []
    for _ in range(2):
        walk = {}
        for _ in range(10):
            page.get_by_role("button", name="Next").click()
            walk |= numbers(page)
        walks.append(walk)
        page.get_by_role("button", name="Start again").click()
        press(page, "w", *["PageDown"] * 4)
    above, below = walks
    assert list(above) == list(below) and above["a"] == 2 and below["a"] == -2
    assert above["c to b"] == "2 × 0 = 0" and above["sum at a"] == "2 + 0 = 2"
    assert below["c to a"] == "−2.4 × 0 = 0" and below["b to a"] == "−2.4 × 0.1 = −0.24"


def test_a_step_is_shortest_with_the_workers_that_the_page_prints(show):
    def step(M, message):
        time = 1 / M + 2 * message * M
        slope = 2 * message - 1 / M**2
        return {"time of a step": (time, slope), "times as fast as alone": (1 / time, -slope / time**2)}

    workers, messages = np.arange(1, 65), [0.001, 0.01, 0.1]
    stored = explore.curves(step, ("workers M", workers), ("a message takes", messages))
    page = show(stored)
    for case, (fastest, gain) in enumerate([(22, 11.2), (7, 3.5), (2, 1.1)]):
        page.select_option("select", str(case))
        drag(page, "input", -5000)
        press(page, "input", *["ArrowRight"] * (fastest - 1))
        assert numbers(page)["input"] == fastest
        same(numbers(page), **{"time of a step": step(fastest, messages[case])["time of a step"][0]})
        assert round(numbers(page)["times as fast as alone"], 1) == gain
        hear(page, "which is its lowest value")
    notebook = nbformat.read(ROOT / "book/en/practice/scaling-out.ipynb", 4)
    (cell,) = [cell for cell in notebook.cells if "explore.curves" in cell.source]
    form = "def step(M, message):\n    time = 1 / M + 2 * message * M\n    slope = 2 * message - 1 / M**2"
    assert form in cell.source


def test_the_announced_loss_of_the_five_rides_is_reached_and_five_steps_lead_towards_it(show):
    page = show(shown_by("start/three-roles", "valley"))
    same(numbers(page), loss=3.4, alongW=-9.2, alongB=-2)
    press(page, "ball", *["ArrowRight"] * 10, *["ArrowDown"] * 7)
    same(numbers(page), w=3.8, b=1.6, loss=1.12)
    page.get_by_role("button", name="Start again").click()
    step(page, 5)
    assert round(numbers(page)["loss"], 2) == 1.51 and numbers(page)["steps"] == 5
