"""The picture of the architecture shows the imports as they are."""

import re
from collections.abc import Iterator

import numpy as np
import pytest

from tools import architecture
from tools.pages import ROOT

STACK = {"top": {"middle", "bottom"}, "middle": {"bottom"}, "bottom": set()}


def test_the_picture_is_fresh():
    picture = architecture.PICTURE.read_text("utf8")
    assert picture == architecture.draw(architecture.read_imports()), "run `python -m tools.architecture`"
    page = (ROOT / "ARCHITECTURE.md").read_text("utf8")
    assert architecture.PICTURE.relative_to(ROOT).as_posix() in page


def test_every_part_is_explained():
    page = (ROOT / "ARCHITECTURE.md").read_text("utf8")
    assert [part for part in architecture.read_imports() if f"`{part}`" not in page] == []


def test_parts_stand_above_what_they_import():
    assert architecture.rows_of(STACK) == [["top"], ["middle"], ["bottom"]]


def test_an_arrow_that_follows_from_others_is_left_out():
    assert list(architecture.direct(STACK)) == [("middle", "bottom"), ("top", "middle")]


def test_a_new_import_changes_the_picture():
    uses = architecture.read_imports()
    assert architecture.draw(uses | {"data": {"losses"}}) != architecture.draw(uses)


def test_a_circle_is_named():
    with pytest.raises(ValueError, match="circle, or stand on one: middle, top"):
        architecture.rows_of(STACK | {"middle": {"top"}})


def numbers(text: str) -> list[float]:
    return [float(number) for number in re.findall(r"-?[\d.]+", text)]


def arrows(picture: str) -> Iterator[np.ndarray]:
    """Yield points along each arrow, close to each other."""
    s = np.linspace(0, 1, 200)[:, None]
    for path in re.findall(r'<path d="(M[^"]*)" fill="none"', picture):
        points = []
        for letter, text in re.findall(r"([MCL])([^MCL]*)", path):
            *between, end = np.reshape(numbers(text), (-1, 2))
            if letter == "C":
                (a, b), start = between, points[-1]
                points += [*((1 - s)**3 * start + 3 * (1 - s)**2 * s * a + 3 * (1 - s) * s**2 * b + s**3 * end)]
            elif letter == "L":
                points += [*((1 - s) * points[-1] + s * end)]
            else:
                points.append(end)
        yield np.array(points)


def hidden(picture: str) -> int:
    """Count the arrows that run behind a box."""
    boxes = [numbers(box) for box in re.findall(r'<rect (x="[^"]*" y="[^"]*" width="[^"]*" height="[^"]*")', picture)]
    assert boxes
    return sum(any((np.abs(points - (x + w / 2, y + h / 2)) < (w / 2, h / 2)).all(1).any() for x, y, w, h in boxes)
               for points in arrows(picture))


def any_package(rng: np.random.Generator) -> dict[str, set[str]]:
    """Return parts that import some of those before them, at random."""
    parts = [f"part{number}" for number in range(rng.integers(2, 14))]
    share = rng.uniform(0.1, 0.5)
    return {part: {other for other in parts[:i] if rng.random() < share} for i, part in enumerate(parts)}


@pytest.mark.parametrize("uses", [architecture.read_imports(), STACK,
                                  *(any_package(np.random.default_rng(seed)) for seed in range(60))])
def test_no_arrow_runs_behind_a_box(uses):
    picture = architecture.draw(uses)
    assert len([*arrows(picture)]) == len([*architecture.direct(uses)])
    assert hidden(picture) == 0


def test_an_arrow_behind_a_box_is_seen():
    box = '<rect x="0" y="20" width="10" height="10" rx="5"/>'
    assert hidden(f'{box}<path d="M5 0C5 10 5 30 5 50" fill="none"/>') == 1
    assert hidden(f'{box}<path d="M15 0C15 10 15 30 15 50" fill="none"/><path d="M5 30L5 50" fill="none"/>') == 0
