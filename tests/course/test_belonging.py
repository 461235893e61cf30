"""Pages, quizzes, exercises, explorers and messages belong together; each rule first sees what breaks it."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path

import pytest

from lossedu.exercises import exercises, questions
from lossedu.explore import script
from tools import messages
from tools.new import TO_WRITE
from tools.pages import ROOT, languages, names, page, read, teaches

QUIZ = re.compile(r"""^quiz\(["']([\w-]+)["']\)$""", re.M)
MADE_IN_PYTHON = re.compile(r"""\bExplorer\(\s*["'](\w+)["']""")
STARTED_IN_JAVASCRIPT = re.compile(r"\bkinds = \{([^}]*)\}")
PARTS_OF_AN_EXERCISE = ("exercise", "starter", "solution")


@dataclass
class Course:
    """What one edition shows and what the package holds for it. Pages are named as in the table of contents."""

    contents: list[str]  # every page of the table of contents
    quizzes: dict[str, list[str]]  # page with code: the quizzes that its cells show
    derived: dict[str, list[str]]  # page with code: its derived cells, such as "starter mse"
    exercises: dict[str, str]  # exercise: the last part of its page's name
    asked: list[str]  # the last part of the name of each page that has questions
    modules: dict[str, list[str]]  # folder: the pages that its modules are named after


def modules_of(folder: Path) -> list[str]:
    """Return the pages that the modules of a folder are named after."""
    files = [file for file in folder.glob("*/*.py") if not file.name.startswith(("_", "test_"))]
    return sorted(file.relative_to(folder).with_suffix("").as_posix().replace("_", "-") for file in files)


@cache
def course(language: str) -> Course:
    """Read one edition and what the package holds for it."""
    quizzes, derived = {}, {}
    for name in names():
        file = page(language, name)
        if file and file.suffix == ".ipynb":
            cells = json.loads(read(file))["cells"]
            code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
            quizzes[name] = QUIZ.findall(code)
            filled = [cell["metadata"].get("lossedu", {}).get("derive", "") for cell in cells]
            derived[name] = [what for what in filled if what.startswith(PARTS_OF_AN_EXERCISE)]
    folders = ("lossedu/course", "tests/course")
    return Course(list(names()), quizzes, derived, {task.name: task.chapter for task in exercises.values()},
                  list(questions), {folder: modules_of(ROOT / folder) for folder in folders})


def last(name: str) -> str:
    return name.rpartition("/")[2]


def each_page_shows_its_quiz(course: Course) -> Iterator[str]:
    for name, shown in course.quizzes.items():
        if teaches(name) and shown != [last(name)]:
            yield f"{name} shows the quizzes {shown}; it should show its own, once"


def each_question_belongs_to_a_page(course: Course) -> Iterator[str]:
    pages = [last(name) for name in course.contents]
    for name in course.asked:
        if name not in pages:
            yield f"there are questions for {name}, which is no page"
    for name in course.quizzes:
        if teaches(name) and last(name) not in course.asked:
            yield f"{name} has no questions"


def each_exercise_is_asked_by_its_page(course: Course) -> Iterator[str]:
    """Task, starter and solution of an exercise stand on its own page, once each, and nowhere else."""
    found = Counter((what, last(name)) for name, cells in course.derived.items() for what in cells)
    missing = {last(name) for name in course.contents if name not in course.derived}
    expected = Counter((f"{part} {exercise}", chapter) for exercise, chapter in course.exercises.items()
                       for part in PARTS_OF_AN_EXERCISE if chapter not in missing)
    for what, name in found - expected:
        yield f"{name} has a cell too many, {what}"
    for what, name in expected - found:
        yield f"{name} has no cell {what}"


def each_module_belongs_to_a_page(course: Course) -> Iterator[str]:
    for folder, pages in course.modules.items():
        for name in pages:
            if name not in course.contents:
                yield f"{folder} has a module for {name}, which is no page of _toc.yml"


def no_two_pages_share_a_name(course: Course) -> Iterator[str]:
    """An exercise and a quiz know their page by the last part of its name."""
    for name, times in Counter(map(last, course.contents)).items():
        if times > 1:
            yield f"{times} pages are called {name}"


def plant(change: Callable[[Course], object]) -> Course:
    """Return the English course with one fault planted in it."""
    planted = deepcopy(course("en"))
    change(planted)
    return planted


PLANTED: list[tuple[Callable, Callable[[Course], object], str]] = [
    (each_page_shows_its_quiz, lambda c: c.quizzes["regression/mse"].clear(), "regression/mse shows the quizzes []"),
    (each_page_shows_its_quiz, lambda c: c.quizzes.update({"regression/mse": ["mae"]}), "shows the quizzes ['mae']"),
    (each_page_shows_its_quiz, lambda c: c.quizzes["regression/mse"].append("mse"), "['mse', 'mse']"),
    (each_question_belongs_to_a_page, lambda c: c.asked.append("msee"), "questions for msee, which is no page"),
    (each_question_belongs_to_a_page, lambda c: c.asked.remove("mse"), "regression/mse has no questions"),
    (each_exercise_is_asked_by_its_page, lambda c: c.exercises.update(new="mse"), "mse has no cell exercise new"),
    (each_exercise_is_asked_by_its_page, lambda c: c.exercises.update(new="msee"), "msee has no cell starter new"),
    (each_exercise_is_asked_by_its_page, lambda c: c.exercises.pop("squared_error_mean"), "too many, solution squared"),
    (each_exercise_is_asked_by_its_page, lambda c: c.derived["regression/mae"].append("starter squared_error_mean"),
     "mae has a cell too many, starter squared_error_mean"),
    (each_exercise_is_asked_by_its_page, lambda c: c.derived["regression/mse"].remove("starter squared_error_mean"),
     "mse has no cell starter squared_error_mean"),
    (each_module_belongs_to_a_page, lambda c: c.modules["lossedu/course"].append("regresion/mse"), "regresion/mse"),
    (each_module_belongs_to_a_page, lambda c: c.modules["tests/course"].append("regression/msee"), "regression/msee"),
    (no_two_pages_share_a_name, lambda c: c.contents.append("practice/mse"), "2 pages are called mse"),
]
RULES = list(dict.fromkeys(rule for rule, _, _ in PLANTED))


@pytest.mark.parametrize(("rule", "change", "said"), PLANTED)
def test_each_rule_sees_what_breaks_it(rule, change, said):
    assert any(said in fault for fault in rule(plant(change)))


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("language", languages())
def test_everything_belongs(language, rule):
    assert list(rule(course(language))) == []


def test_nothing_is_left_to_write():
    """What `make new-page` and `make new-loss` write is marked until somebody has replaced it."""
    files = [file for folder in ("book", "lossedu", "tests") for file in (ROOT / folder).rglob("*")]
    texts = [file for file in files if file.suffix in (".ipynb", ".md", ".py") and file != Path(__file__)]
    left = [file.relative_to(ROOT).as_posix() for file in texts if TO_WRITE in file.read_text("utf8")]
    assert left == [], f"replace what is marked {TO_WRITE} in {', '.join(left)}"


def code_of(suffix: str) -> str:
    """Return all code of the explorers that is written in one language."""
    return "\n".join(file.read_text("utf8") for file in sorted((ROOT / "lossedu" / "explore").rglob(f"*{suffix}")))


def lonely_kinds(python: str, javascript: str) -> set[str]:
    """Return the kinds of explorers that only one of Python and JavaScript knows."""
    started = {kind for listed in STARTED_IN_JAVASCRIPT.findall(javascript) for kind in re.findall(r"\w+", listed)}
    return set(MADE_IN_PYTHON.findall(python)) ^ started


@pytest.mark.parametrize(("python", "javascript", "lonely"), [
    ('Explorer("loss", x)\nExplorer("new", x)', "const kinds = { loss };", {"new"}),
    ('Explorer("loss", x)', "const kinds = { loss, line };", {"line"}),
    ('Explorer("loss", x)', "const kinds = { loss };", set()),
])
def test_a_kind_without_its_other_half_is_seen(python, javascript, lonely):
    assert lonely_kinds(python, javascript) == lonely


def test_each_kind_of_explorer_has_its_python_and_its_javascript():
    python = code_of(".py")
    assert MADE_IN_PYTHON.findall(python)
    assert lonely_kinds(python, script("en")) == set()  # the kinds that compute are listed when the script is joined


def stale_catalogues() -> Iterator[str]:
    """Yield the catalogues that `make messages` would change."""
    for language, domain in product(messages.translations(), messages.DOMAINS):
        catalogue = messages.renewed(domain, language)
        for suffix, made in ((".po", messages.po(catalogue)), (".mo", messages.mo(catalogue))):
            file = messages.folder(language) / f"{domain}{suffix}"
            if not file.exists() or file.read_bytes() != made:
                yield file.name


@pytest.mark.parametrize("domain", messages.DOMAINS)
def test_a_message_that_was_not_taken_into_the_catalogue_is_seen(monkeypatch, domain):
    collect = messages.DOMAINS[domain]
    monkeypatch.setitem(messages.DOMAINS, domain, lambda: [*collect(), "A sentence that is new."])
    assert f"{domain}.po" in list(stale_catalogues())


def test_the_catalogues_are_fresh():
    assert list(stale_catalogues()) == [], "run `make messages`"
