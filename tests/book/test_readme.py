"""The README's code runs and says what it says, its picture is what the package draws, and its commands exist."""

import doctest
import re

import pytest

from conftest import why_pictures_may_differ
from tools.alike import picture_difference
from tools.notebooks import README_PICTURE, readme_picture
from tools.pages import ROOT

README = (ROOT / "README.md").read_text("utf8")


def test_code_prints_what_the_readme_says():
    examples = doctest.DocTestParser().get_doctest(README, {}, "README.md", "README.md", 0)
    assert len(examples.examples) > 5
    assert doctest.DocTestRunner().run(examples).failed == 0


def test_picture_is_fresh():
    if reason := why_pictures_may_differ():
        pytest.skip(reason)
    assert README_PICTURE.relative_to(ROOT).as_posix() in README
    assert picture_difference(README_PICTURE.read_text("utf8"), readme_picture()) == ""


@pytest.mark.parametrize("target", sorted(set(re.findall(r"make (\w[\w-]*)", README)) - {"sure"}))
def test_command_exists(target):
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text("utf8"), re.M), f"README names make {target}"


@pytest.mark.parametrize("link", re.findall(r"\]\((?!https?:)([^)#]+)\)", README))
def test_link_leads_to_a_file(link):
    assert (ROOT / link).exists()
