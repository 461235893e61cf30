"""Write the back matter that is derived from the package: `python -m tools.back_matter [--check]`."""

from __future__ import annotations

import inspect
import json
import re
import sys
from collections.abc import Iterator
from importlib import import_module
from itertools import groupby
from pathlib import Path
from types import ModuleType
from urllib.parse import quote

from numpydoc.docscrape import NumpyDocString

from tools.marks import reference_list
from tools.pages import ROOT, names, page

# What a reader of the book imports, module by module, each under its heading; losses come from the catalogue.
MODULES = {
    "Choosing a loss": ("lossedu.choosing", ["choose"]),
    "Gradient checks": ("lossedu.gradcheck", ["gradient_check"]),
    "Descent": ("lossedu.optim", None),
    "Automatic differentiation": ("lossedu.autodiff", None),
    "Networks": ("lossedu.nn", None),
    "Training": ("lossedu.fit", ["fit", "evaluate", "History"]),
    "Planned training steps": ("lossedu.replay", ["Replay"]),
    "Data": ("lossedu.data", ["names", "load"]),
    "Pictures": ("lossedu.plot", None),
    "Exercises": ("lossedu.exercises", ["next", "check", "hint", "solution", "progress", "quiz"]),
}
ROLE = re.compile(r":\w+:`~?([^`]+)`")
REFERENCE = re.compile(r"\.\. \[\d+\]")
IDENTIFIER = re.compile(r"\b(?:doi:(?P<doi>10\.\S+?)|arXiv:(?P<arxiv>[\d.]+\d))(?=[.,]?(?:\s|$))")
CITED = re.compile(r"\s?\[(\d+)\]_")


def exercises_page() -> str:
    """Return the index of exercises in reading order, with points and links."""
    from lossedu.exercises import find_exercise

    found = [(name, title(name), find_exercise(task)) for name in names() for task in asked(name)]
    points = sum(task.points for *_, task in found)
    lines = ["# Exercises", "", f"{len(found)} exercises, {points} points, in the order of the book. "
             "A title leads to the exercise; its name is what you write and what `check` looks for."]
    for (name, heading), entries in groupby(found, key=lambda entry: entry[:2]):
        tasks = [task for *_, task in entries]
        lines += ["", f"## {heading}", "", f"[The page](../{name}.ipynb), {sum(t.points for t in tasks)} points.", "",
                  "| Exercise | Function | Points |", "|:--|:--|--:|"]
        lines += [f"| [{t.title}](#ex-{t.name.replace('_', '-')}) | `{t.name}` | {t.points} |" for t in tasks]
    return "\n".join(lines) + "\n"


def cells(name: str) -> list[dict]:
    """Return the cells of an English page; a page of plain Markdown has none."""
    file = page("en", name)
    return json.loads(file.read_text("utf8"))["cells"] if file and file.suffix == ".ipynb" else []


def asked(name: str) -> Iterator[str]:
    """Yield the exercises that a page sets, in its order."""
    for cell in cells(name):
        kind, _, task = cell["metadata"].get("lossedu", {}).get("derive", "").partition(" ")
        if kind == "exercise":
            yield task


def title(name: str) -> str:
    """Return the heading of a page."""
    return "".join(cells(name)[0]["source"]).splitlines()[0].removeprefix("# ")


def api_page() -> str:
    """Return the reference of the public names, from their docstrings."""
    from lossedu import losses

    parts = ["# Reference of the package", "", "Made from the docstrings; every example is run as a test. "
             "Arguments come in the order `y_true, y_pred`.", "", "## Losses", "",
             "Every loss is an object: call it for the (weighted) average, and use `each`, `gradient`, "
             "`value_and_gradient` and, where they exist, `curvature` and `minimiser`. "
             "A class makes the same loss with other parameters."]
    for loss in losses.catalogue.values():
        parts += ["", *entry(type(loss), f"{loss.name}: {type(loss).__name__}", loss.formula)]
    parts += ["", "## Targets, weights and metrics", "", "`lossedu.losses`: What stands beside the losses."]
    for name in losses.__all__:
        if inspect.isfunction(function := getattr(losses, name)):
            parts += ["", *entry(function, name)]
    for heading, (name, only) in MODULES.items():
        module = import_module(name)
        parts += ["", f"## {heading}", "", f"`{name}`: {inspect.cleandoc(module.__doc__).splitlines()[0]}"]
        for member in only or public(module):
            thing = getattr(module, member)
            another = [f"### {member}", "", f"Another name of `{thing.__name__}`."]
            parts += ["", *(entry(thing, member) if thing.__name__ == member else another)]
    return "\n".join(parts) + "\n"


def public(module: ModuleType) -> list[str]:
    """Return the documented functions and classes that a module defines or lists."""
    own = [n for n, thing in vars(module).items() if getattr(thing, "__module__", "") == module.__name__]
    listed = getattr(module, "__all__", None) or own
    documented = [n for n in listed if not n.startswith("_") and callable(getattr(module, n))]
    return sorted((n for n in documented if getattr(module, n).__doc__), key=str.lower)


def entry(thing, heading: str, formula: str = "") -> list[str]:
    """Return one name's documentation as lines of Markdown."""
    doc = NumpyDocString(inspect.cleandoc(thing.__doc__))
    lines = [f"### {heading}", "", "```python", signature(thing), "```", "", *prose(doc["Summary"])]
    if formula:
        lines += ["", "$$", formula, "$$"]
    if doc["Extended Summary"]:
        lines += ["", *prose(doc["Extended Summary"])]
    for section in ("Parameters", "Attributes", "Returns", "Raises"):
        if doc[section]:
            lines += ["", f"**{section}**", ""]
            lines += [f"- {described(*item)}" for item in doc[section]]
    if doc["Notes"]:
        lines += ["", "**Notes**", "", *prose(doc["Notes"])]
    if doc["Examples"]:
        lines += ["", "```pycon", *doc["Examples"], "```"]
    if doc["References"]:
        items = REFERENCE.split(" ".join(line.strip() for line in doc["References"]))
        lines += ["", "**References**", "", *(f"- {linked(item.strip())}" for item in items if item.strip())]
    return lines


def signature(thing) -> str:
    """Return how to call it, without the types, which the text names in words."""
    inspected = inspect.signature(thing)
    plain = [p.replace(annotation=p.empty) for name, p in inspected.parameters.items() if name != "self"]
    text = f"{thing.__name__}{inspected.replace(parameters=plain, return_annotation=inspected.empty)}"
    # The address of a function differs from run to run.
    return re.sub(r"<function (\w+) at \w+>|<class '[\w.]*?(\w+)'>", r"\1\2", text)


def described(name: str, kind: str, text: list[str]) -> str:
    """Return one parameter, result or error as a line."""
    named = ", ".join(f"`{part}`" for part in (name, kind) if part)
    return f"{named}: {' '.join(prose(text))}".rstrip(": ")


def linked(reference: str) -> str:
    """Return a reference with its DOI or arXiv number as a link."""
    def link(found: re.Match) -> str:
        place = f"doi.org/{quote(found['doi'], safe='/:;()')}" if found["doi"] else f"arxiv.org/abs/{found['arxiv']}"
        return f"[{found[0]}](https://{place})"
    return IDENTIFIER.sub(link, reference)


def prose(lines: list[str]) -> list[str]:
    """Return reStructuredText prose as Markdown."""
    return [CITED.sub("", ROLE.sub(r"`\1`", line)).replace("``", "`") for line in lines]


def references_page() -> str:
    """Return the list of every work that the pages cite."""
    head = "# References\n\nEverything the pages cite, by author; each entry was looked up before it was written down."
    return f"{head}\n\n{reference_list()}"


PAGES = {"exercises": exercises_page, "api": api_page, "references": references_page}


def main() -> int:
    """Write the pages, or say which are stale; return the exit code."""
    stale = [(file, text) for name, make in PAGES.items()
             if (file := target(name)) and (text := make()) != (file.read_text("utf8") if file.exists() else "")]
    for file, text in stale:
        what = "stale, run python -m tools.back_matter" if "--check" in sys.argv else "written"
        print(f"{file.relative_to(ROOT)}: {what}")
        if "--check" not in sys.argv:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf8")
    return int("--check" in sys.argv and bool(stale))


def target(name: str) -> Path:
    """Return the file of a derived page."""
    return ROOT / "book" / "en" / "back" / f"{name}.md"


if __name__ == "__main__":
    sys.exit(main())
