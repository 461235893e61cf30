"""Two stored outputs are alike where a reader sees no difference, and planted changes are seen and named."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from copy import deepcopy
from urllib.parse import quote, unquote

import numpy as np
import pytest

from lossedu import Tensor, explore, huber, mae, mse, plot
from lossedu.plot.stored import stored, svg_of
from tools.alike import (
    PICTURE,
    TABLE,
    differences,
    html_difference,
    keep_stored,
    picture_difference,
    pixel_difference,
    table_difference,
)


def valley(w):
    return float(w[0] ** 2 + 3 * w[1] ** 2), np.array([2 * w[0], 6 * w[1]])


def scatter():
    figure, axes = plot.new_figure(shows="a curve, five data, and a label")
    x = np.linspace(0, 5, 60)
    axes.plot(x, x**2, color=plot.colour("loss"))
    axes.plot([1, 2, 3, 4, 5], [2, 4, 8, 17, 24], "o", color=plot.colour("data"))
    plot.label(axes, 2, 10, r"$\hat{y} = 4.5$", "prediction")
    return figure.to_svg()


def graph():
    w = Tensor(2.0, "w")
    loss = (w * w - 3.0) ** 2
    loss.backward()
    return plot.draw(loss).svg


PICTURES = {"twin": plot.twin(mse, at=2.0).to_svg(), "scatter": scatter(), "graph": graph(),
            "surface": plot.surface(lambda w: valley(w)[0], [[2, 2], [1, 1], [0, 0]], span=((-3, 3), (-3, 3))).to_svg()}


def moved(svg: str, by: float, pattern=r'(?<=d="M )[-\d.]+') -> str:
    """Move the first point of the last path by so many points."""
    found = list(re.finditer(pattern, svg))[-1]
    return svg[: found.start()] + f"{float(found[0]) + by:.6f}" + svg[found.end() :]


def stretched(svg: str, factor: float) -> str:
    """Move every height of the longest curve by a share of it, as a number that is wrong by that share would."""
    longest = max(re.findall(r'(?<= d=")M[^"Q]*L[^"Q]*(?=")', svg), key=len)
    return svg.replace(longest, re.sub(r"([ML] [-\d.]+ )([-\d.]+)", lambda m: f"{m[1]}{float(m[2]) * factor:.6f}",
                                       longest))


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_like_itself_and_like_one_whose_digits_and_names_are_a_little_different(name):
    svg = PICTURES[name]
    other = re.sub(r"\d+\.\d{4,}", lambda found: f"{float(found[0]) + 1e-3:.6f}", svg)
    for hashed in set(re.findall(r'id="((?:m|p|C\d_\d_)[0-9a-f]{8,})"', svg)):
        other = other.replace(hashed, hashed[::-1] + "x")
    assert picture_difference(svg, svg) == picture_difference(svg, other) == ""


PLANTED = {
    "a colour": (lambda svg: svg.replace(plot.COLOURS["muted"][0], "#123456", 1), "'#123456'|style"),
    "a missing element": (lambda svg: re.sub(r"<(use|circle|rect) [^>]*/>(?!.*<\1 [^>]*/>)", "", svg, flags=re.S),
                          "parts are now"),
    "a thicker line": (lambda svg: re.sub(r"(stroke-width(?:: |=\"))[\d.]+", r"\g<1>9", svg, count=1), "is now"),
    "a wider picture": (lambda svg: re.sub(r'width="\d', 'width="9', svg, count=1), "width"),
}
ONLY_MATPLOTLIB = {
    "a curve one per cent higher": (lambda svg: stretched(svg, 1.01), "is now|moved by"),
    "a missing point": (lambda svg: re.sub(r"L [-\d.]+ [-\d.]+ (?=\n)", "", svg, count=1), "numbers, and now|moved by"),
    "a letter": (lambda svg: re.sub(r"<!-- (.*?)(\w)(\W*) -->", r"<!-- \1?\3 -->", svg, count=1), "the text"),
}


# A graph is made of boxes and words, not of curves; a contour line may have other points, as it is compared as a line.
PLANTS = [(name, *plant) for name in PICTURES for what, plant in {**PLANTED, **ONLY_MATPLOTLIB}.items()
          if not (name == "graph" and what in ONLY_MATPLOTLIB or name == "surface" and what == "a missing point")]


@pytest.mark.parametrize(("name", "plant", "said"), PLANTS)
def test_a_planted_change_is_seen(name, plant, said):
    changed = plant(PICTURES[name])
    assert changed != PICTURES[name]
    assert re.search(said, picture_difference(PICTURES[name], changed))


def test_a_word_of_a_graph_is_compared():
    assert "the text 'w' is now 'v'" in picture_difference(PICTURES["graph"], PICTURES["graph"].replace(">w<", ">v<"))


def test_the_difference_names_the_number():
    svg = PICTURES["twin"]
    assert re.search(r"d: [\d.]+ is now [\d.]+", picture_difference(svg, moved(svg, 0.2)))
    assert picture_difference(svg, moved(svg, 0.02)) == ""


def test_a_contour_line_may_be_cut_elsewhere_and_may_not_move():
    def cut(at):
        ring = np.roll(circle[:-1], at, axis=0)
        path = "M " + " L ".join(f"{u:.6f} {v:.6f}" for u, v in ring) + " z"
        return f'<svg xmlns="http://www.w3.org/2000/svg"><g id="QuadContourSet_1"><path d="{path}"/></g></svg>'

    angle = np.linspace(0, 2 * np.pi, 81)
    circle = 100 + 50 * np.column_stack([np.cos(angle), np.sin(angle)])
    one, elsewhere = cut(0), cut(17)
    circle = circle * 1.01
    assert one != elsewhere and picture_difference(one, elsewhere) == ""
    assert "a contour line moved by" in picture_difference(one, cut(0))
    assert "is now" in picture_difference(*(svg.replace("QuadContourSet_1", "x") for svg in (one, elsewhere)))


def test_what_is_no_svg_is_said():
    assert "no SVG document" in picture_difference("<svg/>", "<svg")
    with pytest.raises(ValueError, match="no SVG document; run the page again: make notebooks"):
        svg_of(stored("a broken drawing", "nothing")["text/html"])


WAITS = [3.0, 4.0, 4.0, 5.0, 14.0]


def costs(c, last):
    """The average loss of one constant, which overflows at the right end."""
    value, gradient = mse.value_and_gradient([*WAITS[:4], last], np.full(5, c))
    return {"mse": (value, gradient.sum()) if c < 9 else (np.inf, np.nan)}


EXPLORERS = {"constant": explore.constant(WAITS, huber, mae, unit="minutes", span=(0, 20)),
             "curves": explore.curves(costs, ("c", np.arange(0, 10, 0.5)), ("last", [6, 14]))}


def planted(explorer, change):
    """The HTML of an explorer whose table was changed."""
    html = explorer._repr_html_()
    table = json.loads(TABLE.search(html)[0])
    change(table)
    return html, TABLE.sub(lambda _: json.dumps(table), html)


def set_entry(*path):
    """A change of a table: the last of `path` is put where the others lead."""
    *way, last, value = path

    def change(table):
        for key in way:
            table = table[key]
        table[last] = value(table[last]) if callable(value) else value

    return change


CHANGES = {
    "a slider's value": ("constant", set_entry("losses", 0, "settings", 0, "value", 1.01), r"value: 1\.0 is now 1.01"),
    "a datum": ("constant", set_entry("data", 2, 4.5), r"table.data\[2\]: 4.0 is now 4.5"),
    "a formula": ("constant", set_entry("losses", 1, "code", lambda old: old.replace("p-y", "y-p")), "is now"),
    "a number one per cent off": ("curves", set_entry("cases", 0, "curves", 0, "value", 7, lambda old: old * 1.01),
                                  r"value\[7\]"),
    "a missing entry": ("constant", lambda table: table["data"].pop(), "entries are now"),
    "nothing in place of a number": ("curves", set_entry("cases", 1, "curves", 0, "slope", 0, None), "is now None"),
    "a word": ("constant", set_entry("unit", "hours"), "'minutes' is now 'hours'"),
    "another key": ("constant", lambda table: table.update(news=1), "the keys"),
    "a switch": ("constant", set_entry("squares", True), "False is now True"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_of_an_explorer_is_seen_and_named(what):
    name, change, said = CHANGES[what]
    assert re.search(said, html_difference(*planted(EXPLORERS[name], change)))


def test_an_explorer_may_differ_in_the_last_digits():
    def change(table):
        for case in table["cases"]:
            curve = case["curves"][0]
            curve["value"] = [value if isinstance(value, str) else value * (1 + 1e-6) + 1e-13
                              for value in curve["value"]]

    assert html_difference(*planted(EXPLORERS["curves"], change)) == ""


def test_the_still_picture_and_the_words_of_an_explorer_are_compared():
    html = EXPLORERS["constant"]._repr_html_()
    still = unquote(PICTURE.search(html)[0])
    other = PICTURE.sub(lambda _: quote(stretched(still, 1.01), safe=" =:/;,()-."), html)
    assert "is now" in html_difference(html, other)
    assert "is now" in html_difference(html, html.replace('alt="5', 'alt="6'))
    assert "is now" in html_difference(html, html.replace('data-picture="constant"', 'data-picture="lost"'))


def test_other_html_is_compared_letter_by_letter():
    assert html_difference("<table><td>1.25</td></table>", "<table><td>1.26</td></table>")
    assert html_difference("<p>same</p>", "<p>same</p>") == ""


def png(change=0, size=(40, 30)):
    import io

    from PIL import Image

    pixels = np.full((*size, 3), 255, np.uint8)
    pixels[10:20] = 30
    pixels[:change] = 120
    target = io.BytesIO()
    Image.fromarray(pixels).save(target, "png")
    return b64encode(target.getvalue()).decode()


def test_pixels():
    assert pixel_difference(png(), png()) == ""
    assert "of the pixels of an image have changed" in pixel_difference(png(), png(change=2))
    assert "40) pixels now has" in pixel_difference(png(), png(size=(20, 30)))
    assert "no PNG" in pixel_difference(png(), "bm8=")


def test_outputs_are_kept_where_they_show_the_same_and_reported_where_not():
    svg = PICTURES["twin"]
    data = {**stored(svg, "twin"), "image/png": png()}
    old = [{"output_type": "display_data", "metadata": {}, "data": data}]
    same, other = deepcopy(old), deepcopy(old)
    same[0]["data"]["text/html"] = stored(moved(svg, 0.02), "twin")["text/html"]
    other[0]["data"]["text/html"] = stored(moved(svg, 2.0), "twin")["text/html"]
    assert list(differences(old, same)) == []
    assert keep_stored(old, same) == old
    [said] = differences(old, other)
    assert re.match(r"text/html: figure .*d: [\d.]+ is now", said) and len(said) < 200
    assert keep_stored(old, other) != old
    stale = deepcopy(old)
    stale[0]["data"]["image/png"] = png(change=5)
    assert list(differences(old, stale)) != []


def test_tables_of_numbers_that_are_nearly_zero():
    assert table_difference([1.0, 1e-17], [1.0, -3e-17]) == ""
    assert table_difference([1.0, 1e-3], [1.0, 2e-3]) != ""
