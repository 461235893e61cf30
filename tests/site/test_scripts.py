"""A page of the built book loads what its pictures need, and no page loads it for nothing."""

import pytest

from tests.site.whole import PAGES


@pytest.mark.parametrize("name", PAGES)
def test_only_a_page_with_an_explorer_loads_what_moves_it(site, name):
    html = (site / name).read_text("utf8")
    assert ("_static/explore.js" in html) == ('class="le-explorer"' in html)


def test_there_are_pages_of_both_kinds(site):
    moving = ['class="le-explorer"' in (site / name).read_text("utf8") for name in PAGES]
    assert 5 < sum(moving) < len(PAGES) - 5
