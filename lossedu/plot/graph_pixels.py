"""The picture of a graph as pixels, for programs that show no vector drawings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from lossedu.plot.figure import small_png

SCALE = 2  # pixels for each unit of the drawing
STEPS = 16  # straight pieces for each curve
COMMAND = re.compile(r"([MCV])([^MCV]*)")
ANCHORS = {"start": "ls", "middle": "ms", "end": "rs"}  # of SVG, and of Pillow


def graph_png(svg: str) -> bytes:
    """Return the drawing that `lossedu.plot.draw` makes as a PNG.

    Parameters
    ----------
    svg : str
        Its SVG document, which holds rectangles, texts, and paths of the commands M, C and V.

    Returns
    -------
    bytes
    """
    from matplotlib import font_manager
    from PIL import Image, ImageDraw, ImageFont

    root = ET.fromstring(svg)
    size = round(SCALE * number(root, "width")), round(SCALE * number(root, "height"))
    picture = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(picture)
    font = ImageFont.truetype(font_manager.findfont("DejaVu Sans"), SCALE * round(number(root, "font-size")))
    for node in root:
        match node.tag.split("}")[-1]:
            case "rect" if node.get("stroke"):
                x, y, width, height, corner = (SCALE * number(node, key) for key in ("x", "y", "width", "height", "rx"))
                pen.rounded_rectangle((x, y, x + width, y + height), corner, outline=node.get("stroke"), width=3)
            case "path":
                way = [(SCALE * x, SCALE * y) for x, y in points(node.get("d", ""))]
                pen.line(way, node.get("stroke"), SCALE * round(number(node, "stroke-width")))
            case "text":
                place = SCALE * number(node, "x"), SCALE * number(node, "y")
                pen.text(place, node.text or "", node.get("fill"), font, ANCHORS[node.get("text-anchor", "start")])
    return small_png(picture)


def number(node: ET.Element, key: str) -> float:
    """Return an attribute that is a number, 0 where it is missing."""
    return float(node.get(key, 0))


def points(path: str) -> Iterator[tuple[float, float]]:
    """Yield points along a path, close enough to each other to look like its curves."""
    x = y = 0.0
    for command, text in COMMAND.findall(path):
        values = [float(value) for value in text.split()]
        if command == "V":
            y = values[0]
            yield x, y
        elif command == "M":
            x, y = values
            yield x, y
        else:
            ends = [(x, y), *zip(values[::2], values[1::2], strict=True)]
            yield from (bezier(ends, step / STEPS) for step in range(1, STEPS + 1))
            x, y = ends[-1]


def bezier(ends: list[tuple[float, float]], t: float) -> tuple[float, float]:
    """Return the point of a cubic curve at the share `t` of its way."""
    weights = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
    x, y = (sum(w * end[axis] for w, end in zip(weights, ends, strict=True)) for axis in (0, 1))
    return x, y
