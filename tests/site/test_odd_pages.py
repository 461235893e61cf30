"""Every second page of the built book is without fault; the others are in test_even_pages.py, for the other core."""

import pytest

from tests.site.visit import walk
from tests.site.whole import PAGES


@pytest.mark.parametrize("name", PAGES[::2])
def test_a_page_has_no_fault(site, window, name):
    assert list(walk(window, (site / name).as_uri())) == []
