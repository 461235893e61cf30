"""Where the boxes of a graph stand, row by row, and where its wires run between them, past every other box."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise
from statistics import fmean
from typing import NamedTuple

EDGE, BOX, GAP = 8, 46, 36  # pixels: around the picture, the height of a box, and from a row to the next
LANE = 0.1  # how wide the way of a wire past the boxes of a row is; a box is 1 wide, with what keeps it from the next
LIGHT = 0.001  # how much the wish of a wire or of a leaf counts beside that of a result


class Rows(NamedTuple):
    """Boxes in rows.

    Attributes
    ----------
    places : list of (float, int)
        The middle of the upper edge of each box.
    wires : list of (int, int, str)
        From which box to which, and the path of an SVG picture.
    wide : float
    tall : int
        The size of them all.
    """

    places: list[tuple[float, int]]
    wires: list[tuple[int, int, str]]
    wide: float
    tall: int


def in_rows(uses: Sequence[Sequence[int]], unit: float = 1.0) -> Rows:
    """Arrange boxes so that each stands below all that it uses, and a leaf just above what first uses it.

    Parameters
    ----------
    uses : sequence of sequence of int
        For each box the boxes before it that it uses; a leaf uses none.
    unit : float
        The width of a box in pixels. The default leaves widths in units, so that a page can choose the pixels.

    Returns
    -------
    Rows

    Examples
    --------
    >>> in_rows([[], [0], [1]]).places  # w, a = w², b = a²
    [(0.5, 8), (0.5, 90), (0.5, 172)]
    >>> in_rows([[], [0]], unit=100).wires
    [(0, 1, 'M50 54C50 72 50 72 50 90')]
    """
    row = rows_of(uses)
    users = [[user for user, used in enumerate(uses) if box in used] for box in range(len(uses))]
    last = [max((row[user] for user in users[box]), default=0) for box in range(len(uses))]
    middle: list[dict[int, float]] = []  # in each row, of its boxes and of the wires that pass them
    for r in range(max(row) + 1):
        wish: dict[int, float] = {}
        for box, used in enumerate(uses):  # a result wants to stand below the results that it uses, where those end
            if row[box] < r < last[box]:
                wish[box] = middle[-1][box]
            elif row[box] == r and used:
                wish[box] = fmean(middle[-1][one] for one in [
                    one for one in used if uses[one] and row[one] == r - 1] or used)
        for box in (box for box, used in enumerate(uses) if row[box] == r and not used):
            beside = [wish[one] for user in users[box] for one in uses[user] if one in wish]
            wish[box] = fmean(beside) if beside else 0.0
        weight = {box: 1.0 if row[box] == r and uses[box] else LIGHT for box in wish}
        order = sorted(wish, key=lambda box: (wish[box], -weight[box]))
        width = [1.0 if row[box] == r else LANE for box in order]
        found = apart([wish[box] for box in order], [weight[box] for box in order], width)
        middle.append(dict(zip(order, found, strict=True)))
    edges = [(x - half, x + half) for r, found in enumerate(middle) for box, x in found.items()
             for half in [0.5 if row[box] == r else LANE / 2]]
    left, right = min(start for start, _ in edges), max(end for _, end in edges)

    def x(box: int, r: int) -> float:
        return round((middle[r][box] - left) * unit, 3)

    wires = [(one, box, path([x(one, r) for r in range(row[one], row[box])] + [x(box, row[box])], row[one]))
             for box, used in enumerate(uses) for one in used]
    places = [(x(box, r), top(r)) for box, r in enumerate(row)]
    return Rows(places, wires, round((right - left) * unit, 3), top(max(row)) + BOX + EDGE)


def rows_of(uses: Sequence[Sequence[int]]) -> list[int]:
    """In which row each box stands."""
    row: list[int] = []
    for used in uses:
        row.append(1 + max((row[one] for one in used), default=-1))
    for box in (box for box, used in enumerate(uses) if not used):
        row[box] = min((row[user] for user, used in enumerate(uses) if box in used), default=1) - 1
    return row


def apart(wishes: Sequence[float], weights: Sequence[float], widths: Sequence[float]) -> list[float]:
    """Places side by side in this order, as near to what they wish as can be without an overlap (in least squares).

    Neighbours that would overlap stand together as a block, at the mean of what they wish (isotonic regression).

    Examples
    --------
    >>> apart([0, 0, 5], [1, 1, 1], [1, 1, 1])
    [-0.5, 0.5, 5.0]
    """
    offsets = [*accumulate(((a + b) / 2 for a, b in pairwise(widths)), initial=0.0)]
    blocks: list[tuple[float, float, int]] = []  # where it begins, its weight, and how many stand in it
    for wish, weight, offset in zip(wishes, weights, offsets, strict=True):
        start, many = wish - offset, 1
        while blocks and blocks[-1][0] > start:
            before, heavy, more = blocks.pop()
            start, weight, many = (start * weight + before * heavy) / (weight + heavy), weight + heavy, many + more
        blocks.append((start, weight, many))
    return [start + offset for start, offset in zip((s for s, _, many in blocks for _ in range(many)), offsets)]


def top(r: int) -> int:
    """Where the boxes of a row begin."""
    return EDGE + r * (BOX + GAP)


def path(xs: Sequence[float], r: int) -> str:
    """The way from the box at the first x, in row r, straight past the rows between, to the box at the last."""
    pieces = [f"M{xs[0]:g} {top(r) + BOX}"]
    for before, x in pairwise(xs):
        r += 1
        bend = top(r) - GAP // 2
        pieces.append(f"C{before:g} {bend} {x:g} {bend} {x:g} {top(r)}V{top(r) + BOX}")
    return "".join(pieces).rpartition("V")[0]
