"""The page with pictures that the tests of this folder share."""

from tests.explore.test_pictures import show

__all__ = ["show"]
