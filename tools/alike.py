"""Whether two stored outputs show the same: pictures drawn on another processor differ in their last digits.

The same must be: elements, attributes, colours, texts, keys, and how many points and entries there are. Numbers may
differ by a tolerance that no eye sees; names that matplotlib makes by hashing digits count by their place only; and a
contour line may be cut into other pieces, because a rounding error lets it begin elsewhere or pass a grid point on its
other side. What is text stays compared letter by letter.
"""

from __future__ import annotations

import io
import json
import math
import re
from base64 import b64decode
from collections.abc import Callable, Iterator
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import numpy as np

from lossedu.explore import without_moving_parts
from lossedu.plot.stored import svg_of

POINTS = 0.05  # a coordinate of a figure, which is about 390 points wide
# A contour line that begins elsewhere is also drawn with other corners, because matplotlib leaves out those that lie
# within a ninth of a point of the line.
CONTOUR = 0.15
RELATIVE = 1e-4  # a number in an explorer's table, which keeps six significant digits
NOISE = 1e-11  # of the largest number in the same array: what is smaller is what rounding leaves of 0
LEVELS, SHARE = 48, 0.002  # of 255 levels of grey, and the share of pixels that may differ by more

COORDINATES = {"d", "transform", "x", "y", "width", "height", "viewBox"}
NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
REFERENCE = re.compile(r"(?<=url\(#)[^)]+|(?<=^#).+")
PICTURE = re.compile(r'(?<=src="data:image/svg\+xml,)[^"]*')
TABLE = re.compile(r'(?<=<script type="application/json">).*?(?=</script>)', re.S)


def picture_difference(one: str, other: str) -> str:
    """Say where two SVG documents differ, or return an empty string."""
    trees = []
    for svg in (one, other):
        try:
            trees.append(ET.fromstring(svg, ET.XMLParser(target=ET.TreeBuilder(insert_comments=True))))
        except ET.ParseError as error:
            return f"a figure is no SVG document ({error}); run the page again: make notebooks"
    for tree in trees:
        number_names(tree)
    return next(element_differences(*trees), "")


def number_names(tree: ET.Element) -> None:
    """Replace every name, and what refers to it, by its number in the document."""
    numbers: dict[str, str] = {}
    for element in tree.iter():
        if "id" in element.attrib and not element.get("id", "").startswith("QuadContourSet"):
            numbers[element.attrib["id"]] = f"n{len(numbers)}"
            element.attrib["id"] = numbers[element.attrib["id"]]
    for element in tree.iter():
        for key, value in element.attrib.items():
            if key != "d":
                element.attrib[key] = REFERENCE.sub(lambda found: numbers.get(found[0], found[0]), value)


def element_differences(one: ET.Element, other: ET.Element, inside: str = "figure",
                        contour: bool = False) -> Iterator[str]:
    """Yield where two elements, or what they hold, differ."""
    name = one.tag.split("}")[-1] if isinstance(one.tag, str) else "comment"
    where = f"{inside} > {name}"
    contour = contour or one.get("id", "").startswith("QuadContourSet")
    if one.tag != other.tag:
        yield f"{inside}: a {name} is now another element"
        return
    if list(one.attrib) != list(other.attrib):
        yield f"{where}: the attributes {list(one.attrib)} are now {list(other.attrib)}"
        return
    for key, value in one.attrib.items():
        if difference := attribute_difference(key.split("}")[-1], value, other.attrib[key], contour):
            yield f"{where}: {difference}"
    if (one.text or "").strip() != (other.text or "").strip():
        yield f"{where}: the text {(one.text or '').strip()!r} is now {(other.text or '').strip()!r}"
    if len(one) != len(other):
        yield f"{where}: {len(one)} parts are now {len(other)}"
        return
    for mine, theirs in zip(one, other):
        yield from element_differences(mine, theirs, where if len(where) < 60 else f"figure ... > {name}", contour)


def attribute_difference(key: str, one: str, other: str, contour: bool) -> str:
    """Say how an attribute's value differs, or return an empty string."""
    if one == other:
        return ""
    if key == "href" and one.startswith("data:image/png;base64,") and other.startswith("data:image/png;base64,"):
        return pixel_difference(one.split(",", 1)[1], other.split(",", 1)[1])
    if key not in COORDINATES:
        return f"{key} {one[:60]!r} is now {other[:60]!r}"
    if key == "d" and contour:
        moved = apart(rings(one), rings(other))
        return f"a contour line moved by {moved:.3g} points" if moved > CONTOUR else ""
    if NUMBER.sub("", one) != NUMBER.sub("", other):
        return f"{key} has {len(NUMBER.findall(one))} numbers, and now {len(NUMBER.findall(other))}"
    for mine, theirs in zip(NUMBER.findall(one), NUMBER.findall(other)):
        if abs(float(mine) - float(theirs)) > POINTS:
            return f"{key}: {mine} is now {theirs}"
    return ""


def rings(path: str) -> list[np.ndarray]:
    """Return the pieces of a path of straight lines as points."""
    found = []
    for piece in filter(str.strip, path.split("M")):
        points = np.array(NUMBER.findall(piece), float).reshape(-1, 2)
        found.append(np.vstack([points, points[:1]]) if "z" in piece else points)
    return found


def apart(one: list[np.ndarray], other: list[np.ndarray]) -> float:
    """Return the largest distance from a point of one set of lines to the other set (the Hausdorff distance)."""
    if not one or not other:
        return 0.0 if bool(one) == bool(other) else math.inf
    return max(farthest(one, other), farthest(other, one))


def farthest(these: list[np.ndarray], those: list[np.ndarray]) -> float:
    """Return the largest distance from a point of `these` to the nearest of the lines `those`."""
    points = np.vstack(these)
    begin, end = np.vstack([line[:-1] for line in those]), np.vstack([line[1:] for line in those])
    along = end - begin
    length = np.maximum((along**2).sum(axis=1), 1e-30)
    nearest = []
    for block in np.array_split(points[:, None], len(points) // 256 + 1):
        share = np.clip(((block - begin) * along).sum(axis=2) / length, 0, 1)
        nearest.append(((block - begin - share[..., None] * along) ** 2).sum(axis=2).min(axis=1))
    return float(np.sqrt(np.concatenate(nearest).max()))


def pixel_difference(one: str, other: str) -> str:
    """Say whether two PNG images, in base64, look different, or return an empty string."""
    from PIL import Image, UnidentifiedImageError

    try:
        first, second = (Image.open(io.BytesIO(b64decode(data))).convert("RGBA") for data in (one, other))
    except (UnidentifiedImageError, ValueError):
        return "an image is no PNG; run the page again: make notebooks"
    if first.size != second.size:
        return f"an image of {first.size} pixels now has {second.size}"
    levels = np.abs(np.asarray(first, int) - np.asarray(second, int)).max(axis=2)
    share = float((levels > LEVELS).mean())
    return f"{share:.1%} of the pixels of an image have changed" if share > SHARE else ""


def table_difference(one, other, scale: float = 0.0, where: str = "table") -> str:
    """Say where the numbers of two explorers differ, or return an empty string.

    `scale` is the largest number of the array that holds them.
    """
    if isinstance(one, dict) and isinstance(other, dict):
        if list(one) != list(other):
            return f"{where}: the keys {list(one)} are now {list(other)}"
        pairs = [(one[key], other[key], 0.0, f"{where}.{key}") for key in one]
    elif isinstance(one, list) and isinstance(other, list):
        if len(one) != len(other):
            return f"{where}: {len(one)} entries are now {len(other)}"
        scale = scale or largest(one)
        pairs = [(mine, theirs, scale, f"{where}[{i}]") for i, (mine, theirs) in enumerate(zip(one, other))]
    elif is_number(one) and is_number(other):
        close = math.isclose(one, other, rel_tol=RELATIVE, abs_tol=NOISE * scale)
        return "" if close else f"{where}: {one} is now {other}"
    else:
        return "" if one == other and type(one) is type(other) else f"{where}: {one!r} is now {other!r}"
    return next(filter(None, (table_difference(*pair) for pair in pairs)), "")


def is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def largest(values) -> float:
    """Return the largest number of an array, however many dimensions it has."""
    if isinstance(values, list):
        return max(map(largest, values), default=0.0)
    return abs(values) if is_number(values) else 0.0


def html_difference(one: str, other: str) -> str:
    """Say where two outputs in HTML differ, or return an empty string.

    The pictures in them and the tables of explorers are compared by meaning, the rest letter by letter.
    """
    one, other = without_moving_parts(one), without_moving_parts(other)
    pictures = svg_of(one), svg_of(other)
    if pictures[0] and pictures[1]:
        return picture_difference(*pictures)
    bare = [TABLE.sub("", PICTURE.sub("", text)) for text in (one, other)]
    if bare[0] != bare[1]:
        return first_difference(*bare)
    for find, difference in ((PICTURE, lambda a, b: picture_difference(unquote(a), unquote(b))),
                             (TABLE, lambda a, b: table_difference(json.loads(a), json.loads(b)))):
        for mine, theirs in zip(find.findall(one), find.findall(other)):
            if found := difference(mine, theirs):
                return found
    return ""


def first_difference(one: str, other: str) -> str:
    """Say where two texts part, with a few letters on both sides."""
    at = next((i for i, (a, b) in enumerate(zip(one, other)) if a != b), min(len(one), len(other)))
    return f"{one[max(0, at - 30) : at + 30]!r} is now {other[max(0, at - 30) : at + 30]!r}"


DIFFERENCE: dict[str, Callable[[str, str], str]] = {"text/html": html_difference, "image/png": pixel_difference}


def differences(stored: list, new: list) -> Iterator[str]:
    """Yield where the pictures and the HTML of a cell's outputs differ from the stored ones."""
    for old, fresh in zip(stored, new):
        for kind, difference in DIFFERENCE.items():
            data = [output.get("data", {}).get(kind) for output in (old, fresh)]
            if all(data) and data[0] != data[1] and (found := difference(*data)):
                yield f"{kind}: {found}"


def keep_stored(stored: list, new: list) -> list:
    """Return the new outputs, each picture or piece of HTML as it is stored wherever it shows the same.

    So no machine rewrites in the pages what it did not change.
    """
    for old, fresh in zip(stored, new):
        kinds = [kind for kind in DIFFERENCE if kind in old.get("data", {}) and kind in fresh.get("data", {})]
        if kinds and not any(differences([old], [fresh])):
            fresh["data"].update({kind: old["data"][kind] for kind in kinds})
    return new
