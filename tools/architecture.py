"""Draw which part of the package imports which, from the imports themselves: `python -m tools.architecture`."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from statistics import mean

from lossedu.plot import COLOURS
from tests.test_layers import PACKAGE, imports, layer_of
from tools.pages import ROOT

PICTURE = ROOT / "book" / "_static" / "architecture.svg"
BOX, GAP, ROW, MARGIN = (104, 30), 16, 78, 16  # pixels: a box, the room beside it, the height of a row, the border
HELPERS = {"language", "dependency_check", "requirements"}  # nearly everything uses them, so their arrows say little


def read_imports() -> dict[str, set[str]]:
    """Return for each part of the package the parts that it imports when it is imported itself."""
    found: dict[str, set[str]] = {}
    for file in sorted(PACKAGE.rglob("*.py")):
        part = layer_of(file)
        if part in {"__init__", *HELPERS}:
            continue
        names = (module.split(".") for module, lazy in imports(file) if not lazy)
        targets = {name[1] for name in names if name[0] == "lossedu" and len(name) > 1}
        found.setdefault(part, set()).update(targets - {part, *HELPERS})
    return {part: targets & found.keys() for part, targets in found.items()}


def rows_of(uses: dict[str, set[str]]) -> list[list[str]]:
    """Put each part one row above the highest part that it imports."""
    height: dict[str, int] = {}
    while len(height) < len(uses):
        ready = [part for part in uses if part not in height and uses[part] <= height.keys()]
        if not ready:
            circle = ", ".join(sorted(uses.keys() - height.keys()))
            raise ValueError(f"these parts import each other in a circle, or stand on one: {circle}")
        height |= {part: 1 + max((height[other] for other in uses[part]), default=-1) for part in ready}
    levels = reversed(range(1 + max(height.values())))
    return [sorted(part for part in uses if height[part] == level) for level in levels]


def direct(uses: dict[str, set[str]]) -> Iterator[tuple[str, str]]:
    """Yield the imports that do not follow from others, so that the picture shows no arrow twice."""
    def reached(part: str) -> set[str]:
        return uses[part].union(*map(reached, uses[part]))

    for part in sorted(uses):
        indirect = set().union(*(reached(other) for other in uses[part]))
        yield from ((part, other) for other in sorted(uses[part] - indirect))


def curve(x: float, y: float, to_x: float, to_y: float) -> str:
    """Return a curve down from one height to another; it leaves both ends upright and stays between them."""
    return f"C{x:g} {(y + to_y) / 2:g} {to_x:g} {y:g} {to_x:g} {to_y:g}"


def arrow(x: float, row: int, to_x: float, to_row: int, gaps: list[list[float]]) -> str:
    """Return the way from below a box of one row to above a box of a lower one, through gaps of the rows between."""
    y = top(row) + BOX[1]
    way = f"M{x:g} {y}"
    for crossed in range(row + 1, to_row):
        straight = x + (to_x - x) / (to_row - crossed + 1)
        gap = min(reversed(gaps[crossed]), key=lambda place: abs(place - straight))  # if two are as near, the right one
        way += f"{curve(x, y, gap, top(crossed))}L{gap:g} {top(crossed) + BOX[1]}"
        x, y = gap, top(crossed) + BOX[1]
    return way + curve(x, y, to_x, top(to_row))


def top(row: int) -> int:
    """Return the upper edge of the boxes of a row."""
    return MARGIN + row * ROW


def draw(uses: dict[str, set[str]]) -> str:
    """Return the picture as SVG. It has a paper of its own, so it can be read on a light page and on a dark one."""
    colours = {role: pair[0] for role, pair in COLOURS.items()}
    rows = rows_of(uses)
    width = max(map(len, rows)) * (BOX[0] + GAP) - GAP + 2 * MARGIN
    height = len(rows) * ROW - (ROW - BOX[1]) + 2 * MARGIN
    place: dict[str, tuple[float, int]] = {}  # the left edge of a part's box, and its row
    gaps: list[list[float]] = [[] for _ in rows]
    for number, row in reversed([*enumerate(rows)]):
        # Each part stands near what it imports, so that few arrows cross.
        row = sorted(row, key=lambda part: mean([place[other][0] for one, other in direct(uses) if one == part] or [0]))
        left = (width - len(row) * (BOX[0] + GAP) + GAP) / 2
        place |= {part: (left + i * (BOX[0] + GAP), number) for i, part in enumerate(row)}
        gaps[number] = [left - GAP / 2 + i * (BOX[0] + GAP) for i in range(len(row) + 1)]
    title = "Which part of lossedu imports which; an arrow leads from a part to one that it imports"
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
             f' role="img" font-family="system-ui, sans-serif" font-size="13">', f"<title>{escape(title)}</title>",
             f'<rect width="{width}" height="{height}" rx="6" fill="{colours["paper"]}"/>',
             '<marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
             f'<path d="M0 1 8 4 0 7z" fill="{colours["muted"]}"/></marker>']
    for part, other in direct(uses):
        (x, row), (to_x, to_row) = place[part], place[other]
        way = arrow(x + BOX[0] / 2, row, to_x + BOX[0] / 2, to_row, gaps)
        lines.append(f'<path d="{way}" fill="none" stroke="{colours["muted"]}" stroke-width="1.5" '
                     'marker-end="url(#tip)"/>')
    for part, (x, row) in place.items():
        y = top(row)
        lines.append(f'<rect x="{x:g}" y="{y}" width="{BOX[0]}" height="{BOX[1]}" rx="5" fill="{colours["paper"]}" '
                     f'stroke="{colours["data"]}" stroke-width="2"/>')
        lines.append(f'<text x="{x + BOX[0] / 2:g}" y="{y + 20}" text-anchor="middle" fill="{colours["ink"]}">'
                     f"{part}</text>")
    return "\n".join([*lines, "</svg>"]) + "\n"


def main() -> None:
    """Write the picture."""
    PICTURE.write_text(draw(read_imports()), "utf8")


if __name__ == "__main__":
    main()
