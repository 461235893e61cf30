"""The picture of the architecture shows the imports as they are."""

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
