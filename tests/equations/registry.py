"""Which function tests which labelled equation, and which equations the pages print."""

import json
import re
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

import numpy as np

from tests.equations.latex import LatexError
from tools.marks import to_myst
from tools.pages import ROOT, languages, names, page, read

Check = Callable[[str, np.random.Generator], None]

COURSE = ROOT / "tests" / "course"

EQUATIONS: dict[str, tuple[str, Check]] = {}

DOLLARS = re.compile(r"\$\$(?P<tex>[^$]+?)\$\$ *\((?P<label>[\w:-]+)\)")
DIRECTIVE = re.compile(r"^(?P<fence>`{3,}|:{3,})\{math\}[^\n]*\n(?P<body>.*?)^(?P=fence)\s*$", re.M | re.S)
LABEL = re.compile(r"^:(?:label|name): *(?P<label>\S+) *\n", re.M)


def equation(label: str) -> Callable[[Check], Check]:
    """Register the function that holds the equation `label` against the code.

    The page that prints it is the one whose module, tests/course/<part>/<page>.py, is being read.
    """
    page = page_being_read()

    def register(check: Check) -> Check:
        if label in EQUATIONS:
            raise ValueError(f"two functions test {label}")
        EQUATIONS[label] = page, check
        return check

    return register


def page_being_read() -> str:
    """Return the page whose module calls, perhaps through a function that several pages share."""
    frame = sys._getframe()
    while frame:
        file = Path(frame.f_code.co_filename)
        if file.is_relative_to(COURSE):
            return file.relative_to(COURSE).with_suffix("").as_posix().replace("_", "-")
        frame = frame.f_back
    raise ValueError(f"this belongs to a page: register it in a module of {COURSE.relative_to(ROOT)}")


def read_modules() -> None:
    """Read the module of every page, which enters its equations and its claims."""
    for file in sorted(COURSE.rglob("*.py")):
        if not file.name.startswith("test_"):
            import_module(".".join(file.relative_to(ROOT).with_suffix("").parts))


def every_equation() -> dict[str, tuple[str, Check]]:
    """The registry, once the module of every page has entered its functions."""
    read_modules()
    return EQUATIONS


def labelled(text: str) -> Iterator[tuple[str, str]]:
    """Yield label and LaTeX of each labelled equation in Markdown text."""
    for found in DOLLARS.finditer(text):
        yield found["label"], found["tex"].strip()
    for found in DIRECTIVE.finditer(text):
        if label := LABEL.search(found["body"]):
            yield label["label"], re.sub(r"^:\w+:.*\n", "", found["body"], flags=re.M).strip()


def markdown(file: Path) -> str:
    """The prose of a page, as the book reads it."""
    if file.suffix == ".md":
        return to_myst(file.read_text("utf8"))
    cells = json.loads(read(file))["cells"]
    return to_myst("\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"))


def printed() -> Iterator[tuple[str, str, str, str]]:
    """Yield language, page, label and LaTeX of each labelled equation that the book prints."""
    for language in languages():
        for name in names():
            if file := page(language, name):
                for label, tex in labelled(markdown(file)):
                    yield language, name, label, tex


def check_draws(check: Check, tex: str, draws: int = 5) -> None:
    """Hold an equation against the code on several random draws."""
    for seed in range(draws):
        check(tex, np.random.default_rng(seed))


def mutants(tex: str) -> Iterator[str]:
    """Yield the formula with one misprint: a sign turned, or a digit one too high."""
    for sign in re.finditer(r"[+-]", tex):
        yield tex[: sign.start()] + "+-"["+-".index(sign[0]) - 1] + tex[sign.end() :]
    for digit in re.finditer(r"\d+", tex):
        yield tex[: digit.start()] + str(int(digit[0]) + 1) + tex[digit.end() :]


def survives(check: Check, tex: str) -> bool:
    """Does the check let this formula pass?"""
    try:
        check_draws(check, tex)
    except (AssertionError, LatexError):
        return False
    return True
