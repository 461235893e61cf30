"""Graphs and descent pictures: what they show is what was computed."""

import io
import xml.etree.ElementTree as ET
from base64 import b64decode
from itertools import pairwise

import numpy as np
import pytest

from lossedu import autodiff, mse
from lossedu.autodiff import Tensor, no_grad
from lossedu.fit import History
from lossedu.gradcheck import gradient_check
from lossedu.optim import Momentum, gradient_descent
from lossedu.plot import COLOURS
from lossedu.plot.descent import curve, surface, u_curve
from lossedu.plot.graph import draw
from lossedu.plot.graph_pixels import points
from lossedu.plot.lines import behind
from lossedu.plot.rows import in_rows


def texts(drawing):
    return [(element.text, element.get("fill")) for element in ET.fromstring(drawing.svg).iter()
            if element.tag.endswith("text")]


def line():
    w, b = Tensor(3.0, "w"), Tensor(-1.0, "b")
    return mse([0.0], (w * 2 + b).reshape(1))


def test_values_and_gradients_in_their_colours():
    loss = line()
    before = texts(draw(loss))
    assert ("3 ↓", COLOURS["loss"][0]) in before
    assert not any(colour == COLOURS["gradient"][0] for _, colour in before)
    loss.backward()
    after = texts(draw(loss))
    assert ("6 ↓", COLOURS["loss"][0]) in after
    assert ("↑ 20", COLOURS["gradient"][0]) in after  # d(2w + b)²/dw = 4 (2w + b) at 2w + b = 5
    assert ("−1 ↓", COLOURS["loss"][0]) in after
    assert {text for text, colour in after if colour == COLOURS["ink"][0]} == {
        "w", "b", "a = w · 2", "c = a + b", "d = reshape(c)", "e = mse(d)"}  # no second b


def test_drawing_has_alt_text_and_is_the_same_each_time():
    loss = line()
    loss.backward()
    drawing = draw(loss)
    root = ET.fromstring(drawing.svg)
    assert root.get("alt") == root.get("aria-label") == drawing.alt
    assert "w = 3, gradient 20" in drawing.alt
    assert "a = w · 2 = 6, gradient 10" in drawing.alt
    assert repr(drawing) == f"figure: {drawing.alt}"
    assert draw(loss).svg == drawing.svg == drawing.to_svg()


def test_the_lines_of_a_program_have_the_boxes():
    x = Tensor(2.0, "x")
    a = x * x + 1.0
    y = autodiff.exp(-a) * x
    y.backward()
    assert [(text, value) for text, value, _ in found_in(draw({"a = x² + 1": a, "y = x / e^a": y}))] == [
        ("x", "2 ↓"), ("a = x² + 1", "5 ↓"), ("y = x / e^a", "0.01348 ↓")]
    with pytest.raises(ValueError, match="no lines to draw"):
        draw({})


def test_leaves_without_a_name_or_with_the_same_name_and_constants():
    w, other, nameless = Tensor(np.ones((2, 3)), "w"), Tensor(np.ones((2, 3)), "w"), Tensor([3.0, 0.25])
    loss = (w * other).sum() + (nameless * np.ones((4, 1))).mean() - 1 / 3
    written = [text for text, *_ in found_in(draw(loss))]
    assert written.count("w") == 2 and "a" in written and "d = a · 4×1" in written
    assert any(text.endswith("− 0.3333") for text in written)
    assert found_in(draw(Tensor(1.0, "w"))) == [("w", "1 ↓")]
    with no_grad():
        assert found_in(draw(w.sum())) == [("sum", "6 ↓")]


def test_only_colours_with_a_meaning():
    svg = draw(line()).svg
    light = {light for light, _ in COLOURS.values()}
    assert {svg[i:i + 7] for i in range(len(svg)) if svg[i] == "#"} <= light


def boxes(drawing):
    return [tuple(float(e.get(k)) for k in ("x", "y", "width", "height")) for e in ET.fromstring(drawing.svg).iter()
            if e.tag.endswith("rect") and e.get("rx")]


def found_in(drawing):
    """The texts in each box, row by row."""
    words = [(float(e.get("x")), float(e.get("y")), e.text) for e in ET.fromstring(drawing.svg).iter()
             if e.tag.endswith("text")]
    return [tuple(text for u, v, text in words if x <= u <= x + width and y <= v <= y + height)
            for x, y, width, height in sorted(boxes(drawing), key=lambda box: (box[1], box[0]))]


def matrices():
    x, w, v = np.ones((5, 3)), Tensor(np.ones((3, 4)), "W"), Tensor(np.ones((4, 2)), "V")
    return mse(np.zeros((5, 2)), (x @ w + 1.0).max(0, keepdims=True) @ v + np.zeros((5, 1))) + (w * w).sum() * 0.1


def leaps():
    """A deep net whose layers are passed by wires, and an input that is used in every one."""
    x, h = Tensor(0.3, "x"), Tensor(0.1, "h")
    for i in range(12):
        h = autodiff.tanh(Tensor(0.5, f"w{i}") * h + Tensor(0.0, f"b{i}") * x) + h
    return h * x


def crossing():
    """Each of six results of a row is made of two leaves, and each of three of the next row of two that stand apart."""
    leaves = [Tensor(float(i), f"x{i}") for i in range(4)]
    pairs = [a * b for i, a in enumerate(leaves) for b in leaves[:i]]
    return autodiff.exp(pairs[0] * pairs[5]) + pairs[1] * pairs[3] + pairs[2] * pairs[4] * leaves[0]


@pytest.mark.parametrize("make", [line, matrices, leaps, crossing])
def test_boxes_lie_inside_and_apart_and_no_wire_runs_through_one(make):
    loss = make()
    loss.backward()
    drawing = draw(loss)
    root = ET.fromstring(drawing.svg)
    found = boxes(drawing)
    for i, (x0, y0, w0, h0) in enumerate(found):
        assert x0 >= 0 and y0 >= 0 and x0 + w0 <= float(root.get("width")) and y0 + h0 <= float(root.get("height"))
        for x1, y1, w1, h1 in found[:i]:
            assert x0 >= x1 + w1 or x1 >= x0 + w0 or y0 >= y1 + h1 or y1 >= y0 + h0
        for text, *_ in [box for box in found_in(drawing) if box[0]]:
            assert 7.6 * len(text) < w0
    wires = [node for node in root if node.tag.endswith("path")]
    assert len(wires) >= len(found) - 1
    for wire in wires:
        corners = np.array([*points(wire.get("d"))])
        way = np.concatenate([np.linspace(a, b, 30) for a, b in pairwise(corners)])
        for x, y, width, height in found:  # at an end it touches the edge
            inside = (way > [x, y + 0.01]) & (way < [x + width, y + height - 0.01])
            assert not inside.all(axis=1).any()
        ends = [(x + width / 2, y + side) for x, y, width, height in found for side in (0, height)]
        for end in corners[[0, -1]]:
            assert np.abs(np.subtract(ends, end)).max(axis=1).min() < 0.01


def test_a_wire_goes_from_each_value_to_each_of_its_uses():
    loss = leaps()
    wires = in_rows([[], [0], [0, 1], [0, 2], [3, 1]]).wires
    assert [(one, end) for one, end, _ in wires] == [(0, 1), (0, 2), (1, 2), (0, 3), (2, 3), (3, 4), (1, 4)]
    nodes = {parent for tensor in behind(loss) for parent in tensor.parents}
    uses = sum(len({*tensor.parents}) for tensor in behind(loss))
    assert nodes and draw(loss).svg.count("<path") == uses


def test_names_are_escaped():
    w = Tensor(1.0, '<script>&"')
    assert "<script>" not in draw(w * 2).svg
    ET.fromstring(draw(w * 2).svg)


def test_a_graph_too_large_to_read():
    x = Tensor(1.0)
    for _ in range(99):
        x = x + x
    assert len(boxes(draw(x))) == 100
    x = x + x
    with pytest.raises(ValueError, match="more than 100 nodes"):
        draw(x)


def bowl(w):
    return float(w @ (w * [1, 4])), 2 * w * [1, 4]


def test_surface_shows_the_path():
    path = list(gradient_descent(bowl, [2.0, 1.0], 0.1, 10))
    figure = surface(lambda w: bowl(w)[0], path)
    drawn = figure.axes[0].lines[0].get_xydata()
    np.testing.assert_array_equal(drawn, [step.parameters for step in path])
    assert figure.shows == "loss surface with a descent of 10 steps from 8 to 0.0461"
    (x0, x1), (y0, y1) = figure.axes[0].get_xlim(), figure.axes[0].get_ylim()
    assert (drawn > [x0, y0]).all() and (drawn < [x1, y1]).all()


def test_surface_compares_paths():
    paths = {"a": gradient_descent(bowl, [2.0, 1.0], 0.02, 10),
             "b": gradient_descent(bowl, [2.0, 1.0], 0.02, 10, Momentum)}
    figure = surface(lambda w: bowl(w)[0], paths, span=((-1, 3), (-2, 2)))
    assert len(figure.axes[0].lines) == 2
    assert figure.axes[0].get_xlim() == (-1, 3)
    assert {"a", "b"} <= {text.get_text() for text in figure.axes[0].texts}


def test_a_start_is_named_once_and_beside_the_first_step():
    one, two = [[2.0, 1.0], [1.0, 0.5]], [[2.0, 1.0], [2.5, 0.0]]
    for paths, side in (({"a": one, "b": two}, "left"), ({"b": two, "a": one}, "right")):
        names = [text for text in surface(lambda w: bowl(w)[0], paths).axes[0].texts if text.get_text() == "$w_0$"]
        assert [text.get_horizontalalignment() for text in names] == [side]  # the first path goes the other way


def test_surface_needs_two_parameters():
    with pytest.raises(ValueError, match="two parameters"):
        surface(lambda w: 0.0, [[1.0, 2.0, 3.0]])


def test_curve_shows_the_history():
    history = History(loss=[3.0, 2.0, 1.5], validation=[3.1, 2.5, 2.6])
    axes = curve(history).axes[0]
    assert [list(drawn.get_ydata()) for drawn in axes.lines[:2]] == [history.loss, history.validation]
    assert axes.lines[2].get_xydata().tolist() == [[1, 2.5]]
    assert axes.get_yscale() == "log"
    assert curve(History(loss=[1.0, -2.0])).axes[0].get_yscale() == "linear"


def test_u_curve_has_a_valley():
    figure = u_curve(gradient_check(lambda x: float(np.exp(x)), 1.0, np.exp))
    for drawn, low, high in zip(figure.axes[0].lines, (1e-7, 1e-4), (1e-4, 1e-1), strict=False):
        steps, errors = drawn.get_data()
        assert low < steps[np.argmin(errors)] < high


@pytest.mark.parametrize("make", [
    lambda: surface(lambda w: bowl(w)[0], [[2.0, 1.0], [1.0, 0.5]]),
    lambda: curve(History(loss=[3.0, 2.0, 1.5])),
    lambda: u_curve(gradient_check(lambda x: float(np.exp(x)), 1.0, np.exp)),
])
def test_pictures_are_the_same_each_time(make):
    assert make().to_svg() == make().to_svg()


def test_a_graph_has_pixels_too_where_its_drawing_has_marks():
    from PIL import Image

    loss = line()
    loss.backward()
    drawing = draw(loss)
    root = ET.fromstring(drawing.svg)
    picture = Image.open(io.BytesIO(b64decode(drawing._repr_mimebundle_()["image/png"]))).convert("RGB")
    assert picture.size == tuple(round(2 * float(root.get(side))) for side in ("width", "height"))
    boxes = [node for node in root if node.tag.endswith("rect") and node.get("stroke")]
    assert len(boxes) == 6  # w, b, their product, sum, reshaped sum, and the loss
    for box in boxes:  # the middle of its left side is drawn in its colour
        x, y = 2 * float(box.get("x")), 2 * (float(box.get("y")) + float(box.get("height")) / 2)
        drawn = picture.getpixel((round(x), round(y)))
        assert np.abs(np.subtract(drawn, list(bytes.fromhex(box.get("stroke")[1:])))).max() < 40
    colours = {colour for _, colour in picture.getcolors()}
    for role in ("loss", "gradient"):  # values and gradients are written
        wanted = list(bytes.fromhex(COLOURS[role][0][1:]))
        assert min(np.abs(np.subtract(colour, wanted)).max() for colour in colours) < 40
