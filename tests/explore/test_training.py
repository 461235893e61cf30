"""A run of training, moment by moment: what the picture shows is what the run recorded."""

import json

import numpy as np
import pytest

from lossedu import explore
from tests.explore.runs import (
    ALONG,
    BEST,
    CORNERS,
    EPOCHS,
    LINES,
    LOSSES,
    PLACES,
    RUN,
    SCORES,
    SHARES,
    X,
    Y,
    bars,
    boundary,
    fitted,
)
from tests.explore.test_pictures import drag, numbers, press, same, slide


def test_each_moment_of_a_run_shows_what_was_recorded(show):
    page = show(bars())
    for t in range(EPOCHS):
        row = SHARES["first"][t]
        same(numbers(page), t=t, largest=row[np.abs(row).argmax()], **{name: LOSSES[name][t] for name in LOSSES})
        press(page, "moment", "ArrowRight")
    page.select_option("select", "1")
    same(numbers(page), t=EPOCHS - 1, largest=0.6)
    assert page.locator("svg.le-picture").get_attribute("aria-label") == (
        f"At epoch 29 the training loss is {LOSSES['loss'][-1]:.4g}, and the validation loss is "
        f"{LOSSES['validation'][-1]:.4g}. The largest bar is b, and its value is 0.6.".replace("0.004640", "0.00464"))


def test_a_moment_is_dragged_and_chosen_with_a_slider(show):
    page = show(bars())
    drag(page, "moment", 90)
    dragged = numbers(page)["t"]
    assert 3 < dragged < 15
    drag(page, "moment", 5000)
    assert numbers(page)["t"] == EPOCHS - 1
    slide(page, "i", "Home")
    slide(page, "i", "ArrowRight")
    assert numbers(page)["t"] == 1 and page.locator("input").get_attribute("aria-valuetext") == "1"
    page.get_by_role("button", name="Go to the lowest validation loss").click()
    same(numbers(page), t=BEST, validation=min(LOSSES["validation"]))


def test_a_run_of_training_goes_to_its_end_and_starts_again(show):
    page = show(bars())
    page.get_by_role("button", name="Run").click()
    page.wait_for_function("() => Number(document.querySelector('[data-value=t]').textContent) > 2")
    page.get_by_role("button", name="Stop").click()
    stopped = numbers(page)["t"]
    page.wait_for_timeout(500)
    assert numbers(page)["t"] == stopped
    slide(page, "i", "End")
    assert page.get_by_role("button", name="Next").is_disabled()
    page.get_by_role("button", name="Run").click()  # from the start once more
    page.wait_for_function("() => Number(document.querySelector('[data-value=t]').textContent) === 2")
    page.get_by_role("button", name="Start again").click()
    page.wait_for_timeout(500)
    assert numbers(page)["t"] == 0
    page.get_by_role("button", name="Next").click()
    assert numbers(page)["t"] == 1


def test_a_run_of_training_is_at_its_end_at_once_for_those_who_want_no_motion(show):
    page = show(fitted(), motion="reduce")
    page.get_by_role("button", name="Run").click()
    assert numbers(page)["t"] == EPOCHS - 1


def points(page, selector):
    """The corners of drawn lines, in pixels."""
    texts = page.locator(selector).evaluate_all("paths => paths.map(path => path.getAttribute('d'))")
    return [np.array([pair.split() for pair in text.replace("M", "L").split("L")[1:]], float) for text in texts]


@pytest.mark.parametrize("t", [0, 12, EPOCHS - 1])
def test_bars_curve_and_boundary_are_those_of_the_moment(show, t):
    page = show(bars(), fitted(), boundary())
    for nth in range(3):
        press(page, "moment", *["ArrowRight"] * t, nth=nth)
    numbers(page)
    figure = page.locator("figure")
    widths = [float(rect.get_attribute("width")) for rect in figure.nth(0).locator("rect").all()]
    full = max(widths) / np.abs(SHARES["first"][t]).max() if t else 1.0
    assert widths == pytest.approx(np.abs(SHARES["first"][t]) * full, abs=0.11)
    (line,) = points(page, "figure:nth-of-type(2) path[stroke='var(--le-prediction)']")
    dots = figure.nth(1).locator("circle[fill='var(--le-data)']").all()
    for pixels, values, data, name in zip(line.T, (ALONG, LINES[t]), (X, Y), ("cx", "cy")):
        scale = np.polyfit(data, [float(dot.get_attribute(name)) for dot in dots], 1)
        assert np.polyval(scale, values) == pytest.approx(pixels, abs=0.2)
    (crossings,) = points(page, "figure:nth-of-type(3) path[stroke='var(--le-prediction)']")
    frame = points(page, "figure:nth-of-type(3) path[stroke='var(--le-muted)']")
    corners = np.concatenate([path for path in frame if len(path) == 3])  # the second pair of axes
    left, right = corners[-3][0], corners[-1][0]
    low, high = PLACES[:, 0].min(), PLACES[:, 0].max()
    found = low + (crossings[:, 0] - left) / (right - left) * (high - low)
    assert found == pytest.approx(np.full(len(found), (t - 10) / 10), abs=0.02)


def test_a_byte_is_near_enough_to_a_probability(show):
    page = show(boundary())
    for row, text in zip(SCORES, boundary().table["view"]["cases"][0]["values"]):
        stored = page.evaluate("text => Array.from(atob(text), byte => byte.charCodeAt(0) / 255)", text)
        assert np.abs(stored - row).max() <= 0.5 / 255 + 1e-12


def test_a_long_run_is_thinned_out_and_keeps_its_best_moment(show):
    n = 500
    losses = {"loss": np.geomspace(5, 0.1, n), "validation": np.abs(np.arange(n) - 333.0) + 1}
    run = [{"loss": a, "validation": b} for a, b in zip(*losses.values())]
    picture = explore.training(run, np.repeat(SCORES[:1], n, 0), plane=(CORNERS, [0, 1, 0, 1]))
    moments = picture.table["moments"]
    assert moments[0] == 0 and moments[-1] == n - 1 and 333 in moments and 20 < len(moments) < 60
    assert len(json.dumps(picture.table)) < 40_000
    page = show(picture)
    press(page, "moment", "ArrowRight")
    same(numbers(page), t=moments[1], loss=losses["loss"][moments[1]])
    page.get_by_role("button", name="Go to the lowest validation loss").click()
    same(numbers(page), t=333, validation=1)


def test_a_loss_that_is_not_finite_is_a_word(show):
    run = [{"loss": loss} for loss in (1.0, 3.0, np.inf, np.nan)]
    page = show(explore.training(run, [[1.0], [2.0], [3.0], [4.0]], bars=["w"]))
    for wanted in (1.0, 3.0, "∞", "undefined there"):
        shown = page.locator("[data-value=loss]").text_content()
        assert shown == wanted if isinstance(wanted, str) else float(shown) == wanted
        assert "NaN" not in page.locator("svg.le-picture").evaluate("svg => svg.outerHTML")
        press(page, "moment", "ArrowRight")
        numbers(page)


def test_the_words_of_a_run_are_those_of_the_language(show):
    page = show(bars(), language="zh")
    shown = page.locator("figure").inner_text()
    assert "训练损失" in shown and "验证损失" in shown and "准确率" in shown and "epoch" not in shown
    assert "训练损失" in page.locator("svg.le-picture").get_attribute("aria-label")


@pytest.mark.parametrize(("make", "error", "said"), [
    (lambda: explore.training(RUN[:1], SHARES, bars="abc"), ValueError, "expected 2 to 1000 records"),
    (lambda: explore.training([*RUN[1:], {"loss": 1}], SHARES, bars="abc"), ValueError, "29 of validation"),
    (lambda: explore.training(RUN, SHARES), TypeError, "nothing says what the models are"),
    (lambda: explore.training(RUN, SHARES, bars="abc", curve=(ALONG, X, Y)), TypeError, "bars, curve says"),
    (lambda: explore.training(RUN, SHARES, bars="ab"), ValueError, "'first' have 3 numbers each for 2 bars"),
    (lambda: explore.training(RUN, np.zeros((EPOCHS, 17)), bars="abcdefghijklmnopq"), ValueError, "16 at most"),
    (lambda: explore.training(RUN, LINES[1:], curve=(ALONG, X, Y)), ValueError, r"shape \(29, 15\) for 30 records"),
    (lambda: explore.training(RUN, LINES, curve=(ALONG, X, Y[1:])), ValueError, "as long as each other"),
    (lambda: explore.training(RUN, SCORES, plane=(CORNERS, [1, 2, 1, 2])), ValueError, "with labels 0 and 1"),
    (lambda: explore.training(RUN, 2 * SCORES, plane=(CORNERS, [0, 1, 0, 1])), ValueError, "expected probabilities"),
    (lambda: explore.training(RUN, SHARES, bars="abc", images=np.eye(3)), ValueError, "one image of shades"),
    (lambda: explore.training(RUN, SHARES, bars="abc", unit="hour"), ValueError, "expected 'epoch' or 'step'"),
])
def test_what_is_no_run_is_refused(make, error, said):
    with pytest.raises(error, match=said):
        make()
