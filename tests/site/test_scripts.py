"""A page of the built book loads what its own pictures need, which is not much, and no page loads it for nothing."""

import gzip
import re

import pytest

from lossedu.explore import kinds_in, script
from tests.site.whole import PAGES


@pytest.mark.parametrize("name", PAGES)
def test_a_page_loads_the_script_of_its_own_pictures(site, name):
    html = (site / name).read_text("utf8")
    kinds = kinds_in(html)
    assert re.findall(r"_static/(explore[\w-]*\.js)", html) == [f"explore-{'-'.join(kinds)}.js"] * bool(kinds)


def test_what_moves_the_pictures_of_a_page_is_light(site):
    for file in site.rglob("explore-*.js"):
        assert len(gzip.compress(file.read_bytes())) < 15_000, file.name


@pytest.mark.parametrize(("language", "most"), [("en", 25_000), ("zh", 25_600)])  # Chinese letters take more bytes
def test_the_whole_script_is_light(language, most):
    assert len(gzip.compress(script(language).encode())) <= most


def test_there_are_pages_of_both_kinds(site):
    moving = ['class="le-explorer"' in (site / name).read_text("utf8") for name in PAGES]
    assert 5 < sum(moving) < len(PAGES) - 5
