"""The book is built anew when something that it is made of has changed since, and only then."""

import os

import pytest

from tests.site import current


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """A tree whose book was begun at 100 seconds and was ready at 200."""
    for name, value in {"ROOT": tmp_path, "WORK": tmp_path / "work", "SITE": tmp_path / "html"}.items():
        monkeypatch.setattr(current, name, value)
    monkeypatch.setattr(current, "languages", lambda: ["en"])
    times = {"book/en/a.ipynb": 50, "lossedu/a.py": 50, "tools/a.py": 50, "tests/course/a.py": 50,
             "_config.yml": 50, "_toc.yml": 50,
             "work/en/_config.yml": 100, "html/en/index.html": 200}
    for name in times:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    for folder in ("book", "book/en", "lossedu", "tools", "tests/course"):
        os.utime(tmp_path / folder, (50, 50))
    for name, seconds in times.items():
        os.utime(tmp_path / name, (seconds, seconds))
    return tmp_path


def test_a_book_that_is_newer_than_its_sources_is_kept(tree):
    assert current.is_current()


@pytest.mark.parametrize(("name", "seconds"), [
    ("book/en/a.ipynb", 150), ("lossedu/a.py", 300), ("tools/a.py", 150),
    ("_toc.yml", 150), ("book/en", 150), ("html/en/index.html", 90),
])
def test_a_change_after_the_build_began_or_a_build_that_failed_calls_for_another(tree, name, seconds):
    os.utime(tree / name, (seconds, seconds))
    assert not current.is_current()


def test_a_build_that_fails_is_told_with_its_words(tree):
    (tree / "tools" / "build.py").write_text("import sys\nsys.exit('ERROR: a page has a fault')\n", "utf8")
    assert current.build().endswith("ERROR: a page has a fault\n")
