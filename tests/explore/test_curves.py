"""Several curves over one number: what the picture shows is what the program returns."""

import numpy as np
import pytest

from lossedu import Quantile, cross_entropy_logits, explore, mae, mse
from tests.explore.test_pictures import drag, hear, numbers, press, same

Y = np.array([2.0, 2.5, 4.6, 3.9, 6.0])
QUANTILE = Quantile(0.8)
CENTS, TENTHS = np.arange(0, 10.5, 0.5), np.arange(0, 8.1, 0.1).round(1)


def prices(c, last):
    """Average losses of one constant, when the last datum is moved; a miss costs 1."""
    y = np.append(Y[:-1], last)
    rows = {"0-1": (np.mean(y != c), None if c in y else 0.0)}
    for loss in (mae, mse, QUANTILE):
        value, gradient = loss.value_and_gradient(y, np.full(5, c))
        rows[loss.name] = value, gradient.sum().round(9)
    return rows


def textbook(z, kind):
    """Cross-entropy as it is printed, of two classes with the scores z and 0, in a format that has its limits."""
    e = np.exp(np.array([z, 0], kind))
    value, slope = cross_entropy_logits.value_and_gradient([0], np.array([[z, 0]], kind))
    return {"textbook": (-np.log(e[0] / e.sum()), e[0] / e.sum() - 1), "lossedu": (value, slope[0, 0])}


def shown_of(c, last):
    """What the picture shows of a constant, from the losses of the data one by one."""
    y = np.append(Y[:-1], last)
    rows = {"input": c, "0-1": np.mean(y != c)} | ({} if c in y else {"slope of 0-1": 0.0})
    for loss in (mae, mse, QUANTILE):
        rows[loss.name] = np.mean([loss([one], [c]) for one in y])
        rows[f"slope of {loss.name}"] = np.mean([loss.derivative([one], [c])[0] for one in y])
    return rows


def test_the_number_is_moved_and_the_case_chosen(show):
    page = show(explore.curves(prices, ("constant c", CENTS), ("last", [6, 11])))
    same(numbers(page), **shown_of(5.0, 6))
    press(page, "input", *["ArrowLeft"] * 6)
    same(numbers(page), **shown_of(2.0, 6))
    assert numbers(page)["slope of 0-1"] == "none"  # at a datum
    page.select_option("select", "1")
    same(numbers(page), **shown_of(2.0, 11))
    drag(page, "input", 5000)
    same(numbers(page), **shown_of(10.0, 11))
    hear(page, "constant c: 10. last: 11. 0-1 is 1, and its slope is 0.")
    drag(page, "input", -100)
    assert 6 < numbers(page)["input"] < 9
    page.get_by_role("button", name="Start again").click()
    same(numbers(page), **shown_of(5.0, 6))


def test_each_curve_is_lowest_where_the_open_dot_says(show):
    page = show(explore.curves(lambda c, last: {loss: prices(c, last)[loss] for loss in ("mae", "mse")},
                               ("c", TENTHS), ("last", [6, 11])))

    def open_dots():
        numbers(page)
        texts = page.locator("svg.le-picture text[text-anchor=middle]").all()
        tick = {text.text_content(): float(text.get_attribute("x")) for text in texts}
        circles = page.locator("svg.le-picture > g[aria-hidden] > circle[fill='var(--le-paper)']").all()
        return [8 * (float(dot.get_attribute("cx")) - tick["0"]) / (tick["8"] - tick["0"]) for dot in circles]

    assert open_dots() == pytest.approx([3.9, 3.8], abs=0.02)  # the median, the mean
    press(page, "input", "ArrowLeft")
    hear(page, "mae is 1.22, which is its lowest value")
    press(page, "input", "ArrowLeft")
    hear(page, "mse is 2.084, which is its lowest value")
    page.select_option("select", "1")
    assert open_dots() == pytest.approx([3.9, 4.8], abs=0.02)  # only the mean has moved


def test_a_formula_that_overflows_is_drawn_beside_one_that_does_not(show):
    page = show(explore.curves(textbook, ("z", [np.arange(-800, 801, 20), np.arange(-120, 121, 3)]),
                               ("format", ["float64", "float32"]), same_scale=True))

    def expect(z, value, slope):
        ours = {"lossedu": cross_entropy_logits([0], [[z, 0.0]]),
                "slope of lossedu": cross_entropy_logits.gradient([0], [[z, 0.0]])[0, 0]}
        shown = numbers(page)
        words = {key: one for key, one in (("textbook", value), ("slope of textbook", slope)) if isinstance(one, str)}
        assert {key: str(shown[key]) for key in words} == words
        same(shown, input=z, **({} if words.get("textbook") else {"textbook": value}), **ours)

    words = page.locator("svg.le-picture rect + text").all_text_contents()
    assert words == ["inf", "nan"]
    press(page, "input", "ArrowRight", "ArrowRight")
    expect(40.0, 0.0, 0.0)
    assert 0 < numbers(page)["lossedu"] < 1e-17  # not rounded away, neither in the table nor by the script
    drag(page, "input", 5000)
    expect(800.0, "nan", "nan")
    drag(page, "input", -5000)
    expect(-800.0, "inf", -1.0)
    page.select_option("select", "1")
    expect(-120.0, "inf", -1.0)  # the same place, on an axis of its own
    press(page, "input", *["ArrowRight"] * 10)
    expect(-90.0, 90.0, -1.0)


def close(table, values):
    """Compare a table of 6 digits with the values themselves."""
    np.testing.assert_allclose(np.array(table, dtype=float), values, rtol=6e-6, atol=1e-12)


def test_the_table_holds_every_value_and_slope():
    table = explore.curves(prices, ("c", [2.0, 3.9, 5.0]), ("last", [6, 16])).table
    assert table["names"] == ["0-1", "mae", "mse", QUANTILE.name] and table["choices"] == [6, 16]
    for last, case in zip([6, 16], table["cases"], strict=True):
        y = np.append(Y[:-1], last)
        miss, *others = case["curves"]
        assert case["inputs"] == [2, 3.9, 5]
        assert miss["value"] == [0.8, 0.8, 1] and miss["slope"] == [None, None, 0]
        for loss, drawn in zip([mae, mse], others):
            close(drawn["value"], [loss(y, np.full(5, c)) for c in (2.0, 3.9, 5.0)])
            close(drawn["slope"], [loss.gradient(y, np.full(5, c)).sum() for c in (2.0, 3.9, 5.0)])


def test_a_lowest_place_is_marked_if_it_is_one_place_between_others():
    (case,) = explore.curves(prices, ("c", TENTHS), ("last", [6])).table["cases"]
    assert [drawn["lowest"] for drawn in case["curves"]][:3] == [None, 39, 38]  # the median 3.9, the mean 3.8
    (case,) = explore.curves(prices, ("c", [0.0, 1.0]), ("last", [6])).table["cases"]
    assert [drawn["lowest"] for drawn in case["curves"]] == [None] * 4  # lower still beyond the end
    floor = explore.curves(lambda c, y: {"mae": (mae(np.array([0.1, 0.2, 0.7, y]), np.full(4, c)), 0)},
                           ("c", np.linspace(0, 1, 41)), ("last", [0.8])).table["cases"][0]["curves"][0]
    assert floor["lowest"] is None  # a flat floor from 0.2 to 0.7, whose ripples are rounding


@pytest.mark.parametrize(("inputs", "said"), [([[1], [2], [3]], r"\(3, 1\) for 2 cases"), ([], r"shape \(0,\)")])
def test_inputs_that_fit_no_case_are_refused(inputs, said):
    with pytest.raises(ValueError, match=said):
        explore.curves(prices, ("c", inputs), ("last", [6, 8]))
