"""A computational graph as a picture: values flow right, gradients flow back left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from lossedu.autodiff import Tensor
from lossedu.plot.stored import stored
from lossedu.plot.style import COLOURS

ROW, HEIGHT = 60, 30  # pixels: from row to row, and the height of a box
LETTER, GAP = 7.6, 34  # pixels: the width of a letter of 13 pixels, and the space for wires between columns
MOST = 100  # nodes; beyond that a picture shows nothing


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


def draw(loss: Tensor) -> Drawing:
    """Draw the graph that `loss` was computed by, before or after `backward`.

    On the wire that leaves each box stands its value with an arrow to the right and, after `backward`, the gradient of
    `loss` with respect to it with an arrow to the left. Arrays of more than four entries show their shape.

    Parameters
    ----------
    loss : Tensor
        The last node.

    Returns
    -------
    Drawing
        With `svg` and `alt`.

    Raises
    ------
    ValueError
        If the graph has more than 100 nodes.

    Examples
    --------
    >>> w = Tensor(3.0, name="w")
    >>> loss = (w - 1.0) ** 2
    >>> loss.backward()
    >>> draw(loss)
    figure: graph: w = 3, gradient 4; 1; − of (w, 1) = 2, gradient 4; ^2 of (−) = 4, gradient 1
    """
    nodes = _nodes(loss)
    column = _columns(nodes)
    lanes = _lanes(nodes, column)
    left: list[float] = []  # edges of each column
    right: list[float] = []
    for c in range(max(column.values()) + 1):
        left.append(right[-1] + GAP if right else 8.0)
        right.append(left[-1] + max(_width(node) + _text_width(node) for node in nodes if column[node] == c))
    width, height = right[-1] + 8, ROW * (1 + max(lanes.values()))
    middle = {key: ROW * (lane + 0.5) for key, lane in lanes.items()}
    wires = [_wire(parent, node, column, middle, left, right) for node in nodes for parent in node.parents]
    boxes = [_box(node, left[column[node]], right[column[node]], middle[node, column[node]]) for node in nodes]
    alt = "graph: " + "; ".join(map(_sentence, nodes))
    svg = "\n".join([
        f'<svg class="le-graph" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width:g}" height="{height:g}" role="img" aria-label="{escape(alt)}" alt="{escape(alt)}" '
        'font-family="DejaVu Sans, sans-serif" font-size="13">',
        f"<title>{escape(alt)}</title>",
        f'<rect width="{width:g}" height="{height:g}" fill="{COLOURS["paper"][0]}"/>',
        *dict.fromkeys(wires), *boxes, "</svg>"])
    return Drawing(svg, alt)


def _nodes(loss: Tensor) -> list[Tensor]:
    found, stack = {loss}, [loss]
    while stack:
        for parent in stack.pop().parents:
            if parent not in found:
                found.add(parent)
                stack.append(parent)
        if len(found) > MOST:
            raise ValueError(f"the graph has more than {MOST} nodes, too many to read; draw a smaller example.")
    return sorted(found, key=lambda tensor: tensor.order)


def _columns(nodes: list[Tensor]) -> dict[Tensor, int]:
    """Column of each node: results right of their operands, leaves just left of their first use."""
    # A set finds a tensor by what it is, where a tuple would compare numbers.
    column: dict[Tensor, int] = {}
    for node in nodes:
        column[node] = 1 + max((column[parent] for parent in node.parents), default=-1)
    for leaf in nodes:
        if not leaf.parents:
            column[leaf] = min((column[node] for node in nodes if leaf in {*node.parents}), default=1) - 1
    return column


def _lanes(nodes: list[Tensor], column: dict[Tensor, int]) -> dict[tuple[Tensor, int], float]:
    """Row of each node, and of each wire that passes through a column: near what comes from the left."""
    lanes: dict[tuple[Tensor, int], float] = {}
    through = {node: max((column[child] for child in nodes if node in {*child.parents}), default=0)
               for node in nodes}
    sources: dict[tuple[Tensor, int], list[tuple[Tensor, int]]] = {}
    for node in nodes:
        sources[node, column[node]] = [(parent, column[node] - 1) for parent in node.parents]
        for c in range(column[node] + 1, through[node]):
            sources[node, c] = [(node, c - 1)]
    count = [sum(key[1] == c for key in sources) for c in range(max(column.values()) + 1)]
    for c in range(len(count)):
        def height(key: tuple[Tensor, int]) -> float:
            return float(np.mean([lanes[source] for source in sources[key]])) if sources[key] else max(count)

        for i, key in enumerate(sorted((key for key in sources if key[1] == c), key=height)):
            lanes[key] = i + (max(count) - count[c]) / 2
    return lanes


def _label(node: Tensor) -> str:
    return node.name or _short(node.data)


def _short(values: np.ndarray) -> str:
    """A number, up to four of them, or the shape."""
    if values.size > 4 or values.ndim > 1:
        return "×".join(map(str, values.shape))
    text = ", ".join(f"{value:.4g}".replace("-", "−") for value in values.flat)
    return f"[{text}]" if values.ndim else text


def _texts(node: Tensor) -> list[str]:
    """What stands above and below the wire that leaves a node."""
    return [f"{_short(node.data)} →" if node.name else "", f"← {_short(node.grad)}" if node.grad is not None else ""]


def _width(node: Tensor) -> float:
    return max(HEIGHT, 14 + LETTER * len(_label(node)))


def _text_width(node: Tensor) -> float:
    return 12 + LETTER * max(map(len, _texts(node)))


def _box(node: Tensor, x: float, end: float, y: float) -> str:
    colour = COLOURS["ink" if node.parents else "step" if node.needs_grad else "muted"][0]
    width, corner = _width(node), HEIGHT // 2 if node.parents else 3
    value, gradient = _texts(node)
    centre = x + width + _text_width(node) / 2
    return "".join([
        f'<rect x="{x:g}" y="{y - HEIGHT / 2:g}" width="{width:g}" height="{HEIGHT}" rx="{corner}" '
        f'fill="none" stroke="{colour}" stroke-width="1.5"/>',
        _text(x + width / 2, y + 4.5, colour, _label(node)),
        f'<path d="M{x + width:g} {y:g}H{end:g}" stroke="{COLOURS["muted"][0]}" fill="none"/>',
        _text(centre, y - 5, COLOURS["loss"][0], value) if value else "",
        _text(centre, y + 15, COLOURS["gradient"][0], gradient) if gradient else ""])


def _text(x: float, y: float, colour: str, text: str) -> str:
    return f'<text x="{x:g}" y="{y:g}" text-anchor="middle" fill="{colour}">{escape(text)}</text>'


def _wire(parent: Tensor, node: Tensor, column: dict[Tensor, int], middle: dict[tuple[Tensor, int], float],
          left: Sequence[float], right: Sequence[float]) -> str:
    """From the end of the parent's own piece of wire, through the columns between, to the node."""
    first, last = column[parent], column[node]
    y = middle[parent, first]
    path = f"M{right[first]:g} {y:g}"
    for c in range(first + 1, last + 1):
        bend, y_next = left[c] - GAP / 2, middle[parent if c < last else node, c]
        path += f"C{bend:g} {y:g} {bend:g} {y_next:g} {left[c]:g} {y_next:g}" + (f"H{right[c]:g}" if c < last else "")
        y = y_next
    return f'<path d="{path}" stroke="{COLOURS["muted"][0]}" fill="none"/>'


def _sentence(node: Tensor) -> str:
    of = f" of ({', '.join(map(_label, node.parents))})" if node.parents else ""
    value = f" = {_short(node.data)}" if node.name else ""
    gradient = f", gradient {_short(node.grad)}" if node.grad is not None else ""
    return f"{_label(node)}{of}{value}{gradient}"
