"""The tables that explorers carry hold what the losses say, and the page they weigh on is the same on every run."""

import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest

from lossedu import bce, bce_logits, cross_entropy_logits, explore, huber, mae, mse

X, Y = np.array([1.0, 2.0, 3.0, 4.0, 5.0]), np.array([2.0, 2.5, 4.6, 3.9, 6.0])


def bowl(w):
    """A loss of two parameters, four times as steep along the second."""
    return float(w[0] ** 2 + 4 * w[1] ** 2), np.array([2 * w[0], 8 * w[1]])


def square(w):
    """A loss of one parameter."""
    return float(w @ w), 2 * w


def constants(c, last):
    """Average losses of one constant, when the last datum is moved; a miss costs 1."""
    y = np.append(Y[:-1], last)
    rows = {"miss": (np.mean(y != c), None if c in y else 0.0)}
    for loss in (mae, mse):
        value, gradient = loss.value_and_gradient(y, np.full(5, c))
        rows[loss.name] = value, gradient.sum()
    return rows


def naive(z, kind):
    """Cross-entropy as it is printed, of two classes with the scores z and 0, in a format that has its limits."""
    e = np.exp(np.array([z, 0], kind))
    shares = e / e.sum()
    value, slope = cross_entropy_logits.value_and_gradient([0], [[z, 0.0]])
    return {"textbook": (-np.log(shares[0]), shares[0] - 1), "lossedu": (value, slope[0, 0])}


EXPLORERS = {
    "mse": lambda: explore.loss("mse"),
    "mae": lambda: explore.loss(mae),
    "bce": lambda: explore.loss("bce"),
    "bce_logits": lambda: explore.loss("bce_logits"),
    "one parameter": lambda: explore.descent(square, [2.5], [(-3, 3)]),
    "curves": lambda: explore.curves(constants, ("c", np.arange(0, 10, 0.25)), ("last", [6, 8]), lambda last: [last]),
    "one scale": lambda: explore.curves(naive, ("z", np.arange(-800, 801, 10)), ("in", ["f4", "f8"]), same_scale=True),
    "two parameters": lambda: explore.descent(bowl, [-2.5, 1], [(-3, 3), (-2, 2)], [0.01, 0.1, 0.2, 0.26]),
}


class Page(HTMLParser):
    """Tags with their attributes, and the JSON of the script."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.data = [], ""
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.data += data


def close(table, values):
    """Compare a table of 6 digits, None where there is no number, with the values themselves."""
    found = np.array(table, dtype=float)  # None becomes NaN
    np.testing.assert_allclose(found, np.where(np.isfinite(values), values, np.nan), rtol=6e-6, atol=1e-12)


@pytest.mark.parametrize("loss", [mse, mae, huber, bce, bce_logits], ids=lambda loss: loss.name)
def test_loss_table(loss):
    table = explore.loss(loss).table
    x, rates = np.array(table["predictions"]), np.array(table["rates"])
    assert x.size in (99, 121, 81)
    for y, curve in zip(table["targets"], table["curves"], strict=True):
        target = np.full_like(x, y)
        value, slope = loss.each(target, x), loss.derivative(target, x)
        close(curve["loss"], value)
        close(curve["slope"], slope)
        following = x - rates[:, None] * slope
        close(curve["following"], following)
        for i, j in [(0, 0), (2, 60), (7, 20), (7, -1)]:
            after = curve["after"][i][j]
            if loss is bce and not 0 <= following[i, j] <= 1:
                assert after is None
            else:
                assert after == pytest.approx(loss([y], [following[i, j]]), rel=1e-5, abs=1e-12)


def test_a_probability_can_step_out_of_its_domain():
    (_, positive) = explore.loss(bce).table["curves"]
    assert positive["following"][7][0] > 1 and positive["after"][7][0] is None


def test_breaks_are_limits_on_both_sides():
    (curve,) = explore.loss(mae).table["curves"]
    assert curve["breaks"] == [[3, -1, 1]]
    assert explore.loss(huber).table["curves"][0]["breaks"] == []


def test_curves_hold_every_value_and_slope():
    table = explore.curves(constants, ("c", [2.0, 3.9, 5.0]), ("last", [6, 16]), marks=lambda last: [last]).table
    assert table["names"] == ["miss", "mae", "mse"] and table["choices"] == [6, 16]
    for last, case in zip([6, 16], table["cases"], strict=True):
        assert case["inputs"] == [2, 3.9, 5] and case["marks"] == [last]
        y = np.append(Y[:-1], last)
        miss, *others = case["curves"]
        assert miss["value"] == [0.8, 0.8, 1] and miss["slope"] == [None, None, 0]
        for loss, drawn in zip([mae, mse], others, strict=True):
            close(drawn["value"], [loss(y, np.full(5, c)) for c in (2.0, 3.9, 5.0)])
            close(drawn["slope"], [loss.gradient(y, np.full(5, c)).sum() for c in (2.0, 3.9, 5.0)])


def test_a_lowest_place_is_marked_if_it_is_one_place_between_others():
    (case,) = explore.curves(constants, ("c", np.arange(0, 8.1, 0.1).round(1)), ("last", [6])).table["cases"]
    miss, absolute, square = [drawn["lowest"] for drawn in case["curves"]]
    assert (miss, absolute, square) == (None, 39, 38)  # no most frequent datum; the median 3.9, the mean 3.8
    (case,) = explore.curves(constants, ("c", [0.0, 1.0]), ("last", [6])).table["cases"]
    assert [drawn["lowest"] for drawn in case["curves"]] == [None] * 3  # lower still beyond the end
    floor = explore.curves(lambda c, y: {"mae": (mae(np.array([0.1, 0.2, 0.7, y]), np.full(4, c)), 0)},
                           ("c", np.linspace(0, 1, 41)), ("last", [0.8])).table["cases"][0]["curves"][0]
    assert floor["lowest"] is None  # a flat floor from 0.2 to 0.7, whose ripples are rounding


def test_what_is_not_finite_is_a_word_and_each_case_may_have_inputs_of_its_own():
    table = explore.curves(naive, ("z", [[-800, 0, 800], [-120, 0, 120]]), ("in", ["f8", "f4"])).table
    assert [case["inputs"] for case in table["cases"]] == [[-800, 0, 800], [-120, 0, 120]]
    for case in table["cases"]:
        textbook, ours = case["curves"]
        assert textbook["value"] == ["inf", 0.693147, "nan"] and textbook["slope"] == [-1, -0.5, "nan"]
        assert ours["value"][:2] == [-case["inputs"][0], 0.693147] and ours["value"][2] < 1e-50


def test_descent_walks():
    table = explore.descent(square, [2.0], [(-3, 3)], learning_rates=[0.25, 1.5], steps=30).table
    right, large = table["walks"]
    close(right["places"], 2.0 * 0.5 ** np.arange(31)[:, None])
    close(right["loss"], 4.0 * 0.25 ** np.arange(31))
    close(right["gradient"], 4.0 * 0.5 ** np.arange(31)[:, None])
    assert len(large["loss"]) == 9 and large["loss"][-1] == 4 * 4**8  # the next one is above a million
    w, value = np.array(table["curve"]).T
    close(value, w**2)


def test_the_still_picture_of_a_descent_shows_the_walk_that_comes_lowest():
    explorer = explore.descent(square, [2.0], [(-3, 3)], learning_rates=[0.01, 0.25, 1.1])
    curve, walked, end = explorer.picture.axes[0].lines
    close(walked.get_xdata(), np.ravel(explorer.table["walks"][1]["places"]))
    close(walked.get_ydata(), explorer.table["walks"][1]["loss"])
    assert end.get_xdata() == walked.get_xdata()[-1]
    close(explorer.picture.axes[0].get_xlim(), [-3.3, 3.3])
    runs_away = explore.descent(square, [2.0], [(-3, 3)], learning_rates=[1.1])
    close(runs_away.picture.axes[0].get_xlim(), [-3.3, 3.3])  # what leaves the picture is cut off


def test_contours_are_places_of_equal_loss():
    for ring in explore.descent(bowl, [1, 1], [(-3, 3), (-2, 2)]).table["contours"]:
        values = [bowl(np.array(point))[0] for point in ring]
        assert np.ptp(values) < 0.05 * max(values) + 0.02


@pytest.mark.parametrize("name", EXPLORERS)
def test_html_is_light_stable_and_complete(name):
    explorer = EXPLORERS[name]()
    html = explorer._repr_html_()
    assert html == explorer._repr_html_() == EXPLORERS[name]()._repr_html_()
    page = Page(explore.without_moving_parts(html))
    assert json.loads(page.data) == explorer.table
    assert len(page.data.encode()) <= 40_000
    assert len(explore.without_moving_parts(html).encode()) <= 80_000
    (figure, image, script) = page.tags
    assert figure[0] == "figure" and figure[1]["class"] == "le-explorer" and figure[1]["data-explorer"] == explorer.kind
    assert image[1]["alt"] == explorer.shows and image[1]["src"].startswith("data:image/svg+xml,%3Csvg")
    assert script[1] == {"type": "application/json"}
    assert repr(explorer) == f"explorer: {explorer.shows}"
    assert not re.search(r"https?://(?!www\.w3\.org|purl\.org|creativecommons\.org)", html)


def test_nothing_in_the_html_depends_on_the_last_digits_of_the_numbers():
    html = re.sub(r'src="[^"]*"|(?<=json">).*?(?=</script>)', "", explore.loss("mse")._repr_html_(), flags=re.S)
    other = re.sub(r'src="[^"]*"|(?<=json">).*?(?=</script>)', "", explore.loss("mae")._repr_html_(), flags=re.S)
    assert html.replace("mse", "mae") == other


def test_an_explorer_brings_its_script_and_its_style_and_the_book_takes_them_out():
    html = explore.loss("mse")._repr_html_()
    assert html.count("<script") == 2 and html.count("<style") == 1
    assert "--le-step:" in html and "kinds[figure.dataset.explorer]" in html and ".le-controls" in html
    book = explore.without_moving_parts(html)
    assert book.endswith("</figure>") and book.count("<script") == 1 and "<style" not in book


@pytest.mark.parametrize(("make", "error", "message"), [
    (lambda: explore.loss("mes"), KeyError, "no loss is named 'mes'; there are mse, mae"),
    (lambda: explore.loss("cross_entropy"), TypeError, "'cross_entropy' does not compare one target"),
    (lambda: explore.descent(square, [1, 2, 3], [(-1, 1)] * 3), ValueError, r"start has shape \(3,\)"),
    (lambda: explore.curves(constants, ("c", [[1], [2], [3]]), ("y", [6, 8])), ValueError, r"\(3, 1\) for 2 cases"),
    (lambda: explore.curves(constants, ("c", []), ("y", [6, 8])), ValueError, r"shape \(0,\) for 2 cases"),
    (lambda: explore.descent(square, [1], [(-1, 1), (0, 1)]), ValueError, r"span \(2, 2\)"),
    (lambda: explore.descent(square, [1], [(-1, 1)], names=["u", "v"]), ValueError, "2 names for 1 parameters: u, v"),
])
def test_what_cannot_be_explored_is_refused(make, error, message):
    with pytest.raises(error, match=message):
        make()
