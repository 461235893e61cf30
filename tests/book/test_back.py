"""The back matter says what the package says: the derived pages are fresh, the glossary is in order and complete."""

import inspect
import re

import pytest

from lossedu import losses
from tools import back_matter
from tools.pages import ROOT

GLOSSARY = (ROOT / "book" / "en" / "back" / "glossary.md").read_text("utf8")
TERMS = re.findall(r"^(\w[^\n]*)\n  \S", GLOSSARY, re.M)


@pytest.mark.parametrize("name", back_matter.PAGES)
def test_derived_page_is_fresh(name):
    assert back_matter.target(name).read_text("utf8") == back_matter.PAGES[name](), "run python -m tools.back_matter"


def test_entry_has_the_parts_of_a_docstring():
    def area(width: float) -> float:
        """Return the area of a square [1]_.

        Parameters
        ----------
        width : float
            In metres, as :func:`ruler` measures it.

        Examples
        --------
        >>> 2 ** 2
        4

        References
        ----------
        .. [1] Euclid, Elements,
           book 2.
        """

    assert back_matter.entry(area, "area", "a = w^2") == [
        "### area", "", "```python", "area(width)", "```", "", "Return the area of a square.",
        "", "$$", "a = w^2", "$$", "", "**Parameters**", "", "- `width`, `float`: In metres, as `ruler` measures it.",
        "", "```pycon", ">>> 2 ** 2", "4", "```", "", "**References**", "", "- Euclid, Elements, book 2.",
    ]


@pytest.mark.parametrize(("reference", "link"), [
    ("In a journal, 1964, doi:10.1214/aoms/1177703732.",
     "In a journal, 1964, [doi:10.1214/aoms/1177703732](https://doi.org/10.1214/aoms/1177703732)."),
    ("doi:10.1175/1520-0493(1950)078<0001:V>2.0.CO;2.",
     "[doi:10.1175/1520-0493(1950)078<0001:V>2.0.CO;2](https://doi.org/10.1175/1520-0493(1950)078%3C0001:V%3E2.0.CO;2)."),
    ("2018, arXiv:1807.03748.", "2018, [arXiv:1807.03748](https://arxiv.org/abs/1807.03748)."),
    ("Euclid, Elements, book 2.", "Euclid, Elements, book 2."),
])
def test_identifiers_in_references_are_links(reference, link):
    assert back_matter.linked(reference) == link


def test_a_second_name_sends_to_the_first():
    page = back_matter.api_page()
    assert "### SGD\n\nAnother name of `GradientDescent`.\n" in page
    assert page.count("Step against the gradient") == 1


def test_every_exercise_on_a_page_is_in_the_index():
    index = back_matter.exercises_page()
    assert "`squared_error_mean` | 1 |" in index
    for name in back_matter.names():
        for task in back_matter.asked(name):
            assert index.count(f"| `{task}` |") == 1


def test_every_loss_is_in_the_reference():
    headings = re.findall(r"^### (\w+): ", back_matter.api_page(), re.M)
    assert headings == list(losses.catalogue)


def test_every_public_function_beside_the_losses_is_in_the_reference():
    public = {name for name in losses.__all__ if inspect.isfunction(getattr(losses, name))}
    assert {"ndcg", "sample_weights", "waiting_times"} <= public
    headings = re.findall(r"^### (\w+)$", back_matter.api_page(), re.M)
    assert {name for name in public if headings.count(name) == 1} == public


def test_glossary_is_in_alphabetical_order():
    assert len(TERMS) > 50
    assert sorted(TERMS, key=str.lower) == TERMS


def test_glossary_refers_to_its_own_terms():
    used = {re.sub(r".*<(.+)>", r"\1", term) for term in re.findall(r"\{term\}`([^`]+)`", GLOSSARY)}
    assert used - set(TERMS) == set()


def test_instructors_are_told_of_commands_that_exist():
    from typer.main import get_command

    from lossedu.cli import app

    guide = (ROOT / "book" / "en" / "back" / "instructors.md").read_text("utf8")
    named = re.findall(r"(?:^|`)lossedu (\w+)([^\n`]*)", guide, re.M)
    commands = get_command(app).commands
    assert {"start", "check", "grade", "verify"} <= {command for command, _ in named} <= set(commands)
    options = {option for parameter in commands["grade"].params for option in parameter.opts}
    used = {option for command, rest in named if command == "grade" for option in re.findall(r"--\w+", rest)}
    assert used | set(re.findall(r"`(--\w+)", guide)) <= options
