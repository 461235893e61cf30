"""A computational graph as a picture: values run down its wires, and gradients run back up."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import NamedTuple

from lossedu.autodiff import Tensor
from lossedu.plot.lines import behind, letters, operations, short
from lossedu.plot.rows import BOX, in_rows
from lossedu.plot.stored import stored
from lossedu.plot.style import COLOURS

LETTER, LEAST = 7.6, 140  # pixels: the width of a letter of 13 pixels, and the least width of a box
MARGIN, INSIDE = 4, 9  # pixels on each side of a box, and inside it
CHIP, COLUMN = 44, 112  # pixels: the height and the least width of a place below the graph
MOST = 100  # nodes; beyond that a picture shows nothing


class Box(NamedTuple):
    """What stands in a box of a graph."""

    text: str  # a line, such as "c = b²", or the name of a leaf
    uses: Sequence[int]  # which boxes before it
    value: str
    slope: str = ""  # unknown before `backward`


@dataclass(frozen=True)
class Drawing:
    """An SVG picture that a notebook shows.

    Attributes
    ----------
    svg : str
        The picture.
    alt : str
        What it shows, in words.
    """

    svg: str
    alt: str

    def to_svg(self) -> str:
        """The picture, as `Figure.to_svg` returns it."""
        return self.svg

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        from lossedu.plot.graph_pixels import graph_png

        return stored(self.svg, self.alt, graph_png(self.svg))

    def __str__(self) -> str:
        return self.svg

    def __repr__(self) -> str:
        return f"figure: {self.alt}"


def draw(loss: Tensor | Mapping[str, Tensor]) -> Drawing:
    """Draw the graph that `loss` was computed by, before or after `backward`.

    Each operation has a box with its line, such as "c = b²", below the boxes of what it uses. In a box stands its value
    with an arrow down and, after `backward`, the gradient of `loss` with respect to it with an arrow up. Arrays of more
    than two entries show their shape.

    Parameters
    ----------
    loss : Tensor or dict of str to Tensor
        The last node. Or the lines of a program in order: what each says, such as "a = x²", and its tensor; then these
        lines have boxes, and no other operations.

    Returns
    -------
    Drawing
        With `svg` and `alt`.

    Raises
    ------
    ValueError
        If the graph has more than 100 nodes, or there is no line.

    Examples
    --------
    >>> w = Tensor(3.0, name="w")
    >>> loss = (w - 1.0) ** 2
    >>> loss.backward()
    >>> draw(loss)
    figure: graph: w = 3, gradient 4; a = w − 1 = 2, gradient 4; b = a² = 4, gradient 1
    >>> draw({"loss = (w − 1)²": loss})
    figure: graph: w = 3, gradient 4; loss = (w − 1)² = 4, gradient 1
    """
    results = [loss] if isinstance(loss, Tensor) else [*loss.values()]
    if not results:
        raise ValueError("there are no lines to draw; give at least one line and its tensor")
    leaves = [tensor for tensor in behind(*results) if not tensor.parents]
    free = letters([leaf.name for leaf in leaves])
    names = {leaf: leaf.name or next(free) for leaf in leaves}
    lines = operations(loss, names) if isinstance(loss, Tensor) else loss
    if len(leaves) + len(lines) > MOST:
        raise ValueError(f"the graph has more than {MOST} nodes, too many to read; draw a smaller example.")
    texts = names | {tensor: text for text, tensor in lines.items()}
    numbers = {tensor: i for i, tensor in enumerate(texts)}
    return drawing([
        Box(text, nearest(tensor, numbers), short(tensor.data), "" if tensor.grad is None else short(tensor.grad))
        for tensor, text in texts.items()])


def nearest(tensor: Tensor, numbers: Mapping[Tensor, int]) -> list[int]:
    """The numbers of those from which a tensor was computed, with no other of them in between."""
    found, waiting = {tensor}, [*tensor.parents]
    for parent in waiting:  # a list that grows while it is read
        if parent not in numbers and parent not in found:
            waiting += parent.parents
        found.add(parent)
    return [i for one, i in numbers.items() if one in found and one is not tensor]


def drawing(boxes: Sequence[Box], small: Collection[Box] = ()) -> Drawing:
    """Draw boxes in rows, and below them small ones without wires."""
    most = max(max(len(box.text), len(box.value + box.slope) + 5) for box in boxes)
    unit = max(LEAST, LETTER * most + 2 * (MARGIN + INSIDE))
    rows = in_rows([box.uses for box in boxes], unit)
    width, height = rows.wide, rows.tall
    lines = [f'<path d="{path}" fill="none" stroke="{COLOURS["gradient" if boxes[end].slope else "loss"][0]}" '
             'stroke-width="2"/>' for _, end, path in rows.wires]
    for box, (x, y) in zip(boxes, rows.places, strict=True):
        left, right = x - unit / 2 + MARGIN, x + unit / 2 - MARGIN
        lines += [f'<rect x="{left:g}" y="{y:g}" width="{right - left:g}" height="{BOX}" rx="6" fill="none" '
                  f'stroke="{COLOURS["muted"][0]}"/>',
                  words(left + INSIDE, y + 18, box.text, "ink"), words(left + INSIDE, y + 37, f"{box.value} ↓", "loss")]
        if box.slope:
            lines.append(words(right - INSIDE, y + 37, f"↑ {box.slope}", "gradient", "end"))
    columns = max(2, int(rows.wide // COLUMN))
    for i, chip in enumerate(small):
        x, y = 14 + rows.wide / columns * (i % columns), rows.tall + 22 + CHIP * (i // columns)
        lines += [words(x, y, f"{chip.text} = {chip.value}", "ink"), words(x, y + 16, f"↑ {chip.slope}", "gradient")]
    height += CHIP * -(-len(small) // columns)
    alt = "graph: " + "; ".join(f"{box.text} = {box.value}" + f", gradient {box.slope}" * bool(box.slope)
                                for box in [*boxes, *small])
    return Drawing("\n".join([
        f'<svg class="le-graph" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width:g}" height="{height:g}" role="img" aria-label="{escape(alt)}" alt="{escape(alt)}" '
        'font-family="DejaVu Sans, sans-serif" font-size="13">',
        f"<title>{escape(alt)}</title>",
        f'<rect width="{width:g}" height="{height:g}" fill="{COLOURS["paper"][0]}"/>', *lines, "</svg>"]), alt)


def words(x: float, y: float, text: str, role: str, anchor: str = "start") -> str:
    """A text of the picture."""
    return f'<text x="{x:g}" y="{y:g}" fill="{COLOURS[role][0]}" text-anchor="{anchor}">{escape(text)}</text>'
