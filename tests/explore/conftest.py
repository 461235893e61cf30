"""What the tests of this folder share: a page with pictures in the browser."""

from tests.explore.test_pictures import show

__all__ = ["show"]
