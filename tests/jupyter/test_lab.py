"""Pages in a real JupyterLab: whole before they are run, moving and answering after, and offline all the time."""

from __future__ import annotations

import json
import re

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, writes

from lossedu import Huber, explore, quiz
from lossedu.exercises.card import card
from lossedu.plot.stored import stored
from tools.pages import ROOT

PAGES = ("regression/mse", "backpropagation/backprop")
RUN = 100_000  # milliseconds for all cells of a page

# Marks of the book's own dialect, and formulas left as they were typed: a reader of a notebook should meet none.
MARKS = re.compile(r"\([a-z]+-[\w-]+\)=?(?=\s|$)|\{[a-z]+(?::[a-z]+)?\}`?[\w(]|^:::|\$\$|\\(?:eqref|begin|frac)\b",
                   re.M)

# What is asked of the page in the browser; `cells` are the places of cells that store a picture.
UNSEEN_PICTURES = """cells => [...document.querySelectorAll('.jp-Notebook .jp-Cell')].map((cell, i) => [i, cell])
    .filter(([i, cell]) => cells.includes(i) && ![...cell.querySelectorAll('.jp-Cell-outputArea :is(img, svg)')].some(
        one => one.checkVisibility() && one.getBoundingClientRect().width > 50 && (one.naturalWidth ?? 1) > 0))
    .map(([i]) => i)"""
VISIBLE_VERDICTS = """() => [...document.querySelectorAll('.jp-OutputArea strong')].filter(
    one => /^(Right|No)\\.$/.test(one.textContent) && one.checkVisibility()).length"""
BARE_CARDS = """() => [...document.querySelectorAll('.le-verdict')].filter(
    one => parseFloat(getComputedStyle(one).borderLeftWidth) < 1).length"""
MARKDOWN = "() => [...document.querySelectorAll('.jp-Notebook .jp-RenderedMarkdown')].map(one => one.innerText)"
WRONG_FORMULAS = """() => [...document.querySelectorAll('.jp-RenderedMarkdown mjx-container')].filter(one =>
    one.querySelector('mjx-merror, [data-mjx-error], [style*="color: red"]') || one.textContent.includes('???'))
    .length"""
ERRORS = """() => jupyterapp.shell.currentWidget.content.model.toJSON().cells.flatMap(cell => cell.outputs ?? [])
    .filter(output => output.output_type === 'error').map(output => `${output.ename}: ${output.evalue}`)"""
NOT_RUN = """() => [...document.querySelectorAll('.jp-CodeCell')].filter(
    one => !/\\d/.test(one.querySelector('.jp-InputPrompt').innerText)).length"""

# Markdown and formulas are rendered bit by bit: all is there when no cell is empty and nothing changed for a while.
SETTLED = """() => {
    const book = document.querySelector('.jp-Notebook'), size = book.innerHTML.length;
    if (window.size !== size) { window.size = size; window.since = performance.now(); }
    const texts = [...book.querySelectorAll('.jp-MarkdownCell .jp-RenderedMarkdown')];
    return performance.now() - window.since > 1500 && book.querySelector('mjx-container')
        && texts.every(text => text.textContent.trim());
}"""


def pictures(notebook: str) -> list[int]:
    """The places of the cells that store a picture in any form."""
    cells = json.loads(notebook)["cells"]
    return [i for i, cell in enumerate(cells) for output in cell.get("outputs", []) if shows(output.get("data", {}))]


def shows(data: dict) -> bool:
    html = "".join(data.get("text/html", ""))
    return any(kind.startswith("image/") for kind in data) or any(
        mark in html for mark in ("<svg", "<img", "le-explorer"))


def faults_before(tab, notebook: str) -> list[str]:
    """What is wrong with a page that was opened and not run."""
    tab.wait_for_function(SETTLED, timeout=30_000)
    trusted = tab.evaluate("[...jupyterapp.shell.currentWidget.content.model.cells].some(cell => cell.trusted)")
    assert not trusted, "a page that nobody signed should not be trusted: this would test something else"
    found = faults_of_text(tab)
    found += [f"cell {i}: its picture is not seen" for i in tab.evaluate(UNSEEN_PICTURES, pictures(notebook))]
    if opened := tab.locator(".jp-OutputArea details[open], .jp-RenderedMarkdown details[open]").count():
        found.append(f"{opened} folds are open")
    if seen := tab.evaluate(VISIBLE_VERDICTS):
        found.append(f"{seen} answers of a quiz are seen")
    if asked(notebook) != (folds := tab.locator(".le-quiz .le-choice").count()):
        found.append(f"{folds} choices of a quiz where {asked(notebook)} are stored")
    return found


def faults_of_text(tab) -> list[str]:
    """Marks that are not rendered, formulas that are not understood, verdicts without their look."""
    found = [f"raw mark: {mark[0]}" for text in tab.evaluate(MARKDOWN) for mark in MARKS.finditer(text)]
    if wrong := tab.evaluate(WRONG_FORMULAS):
        found.append(f"{wrong} formulas are not understood")
    if bare := tab.evaluate(BARE_CARDS):
        found.append(f"{bare} verdicts have no border")
    return found


def asked(notebook: str) -> int:
    """How many choices the stored quizzes of a page have."""
    return sum("".join(output.get("data", {}).get("text/html", "")).count('class="le-choice"')
               for cell in json.loads(notebook)["cells"] for output in cell.get("outputs", []))


def run_all(tab) -> None:
    """Lab's own command, until every cell has run and the kernel is idle."""
    tab.set_default_timeout(RUN)
    tab.wait_for_function("jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status === 'idle'")
    tab.evaluate("() => { jupyterapp.commands.execute('notebook:run-all-cells').then(() => window.ranAll = true); }")
    tab.wait_for_function("window.ranAll && jupyterapp.shell.currentWidget.sessionContext.session.kernel.status"
                          " === 'idle'", timeout=RUN)
    tab.set_default_timeout(5_000)


def faults_after(tab, notebook: str) -> list[str]:
    """What is wrong with a page that was run."""
    tab.wait_for_function(SETTLED, timeout=30_000)
    found = [f"a cell ended with {error}" for error in tab.evaluate(ERRORS)]
    if left := tab.evaluate(NOT_RUN):
        found.append(f"{left} cells were not run")
    found += faults_of_text(tab)
    found += [f"cell {i}: its picture is not seen" for i in tab.evaluate(UNSEEN_PICTURES, pictures(notebook))]
    if seen := tab.evaluate(VISIBLE_VERDICTS):
        found.append(f"{seen} answers of a quiz are seen before anyone has chosen")
    for explorer in tab.locator(".jp-OutputArea .le-explorer").all():
        found += faults_of_explorer(tab, explorer)
    for question in tab.locator(".jp-OutputArea .le-question").all():
        found += faults_of_question(tab, question)
    return found


def faults_of_explorer(tab, explorer) -> list[str]:
    """Moved by keyboard, an explorer says something else and draws another picture."""
    controls = explorer.locator("input[type=range], [data-hold]")
    if not explorer.locator("svg.le-picture").count() or not controls.count():
        return ["an explorer has not started"]
    if explorer.locator("svg.le-picture").count() > 1:
        return ["an explorer was started twice"]
    before = said(explorer)
    # Whoever has clicked on a cell is in command mode, where JupyterLab has commands for the arrow keys.
    tab.locator(".jp-InputPrompt").first.click()
    for control in (explorer.locator(kind).first for kind in ("[data-hold]", "input[type=range]")):
        if control.count():
            value = value_of(control)
            control.press("ArrowRight" if value != control.get_attribute("max") else "ArrowLeft")
            tab.wait_for_timeout(50)  # it is drawn in the next frame
            if value_of(control) == value:
                return ["the arrow keys do not move an explorer"]
    # Where there are buttons, the first takes a step or goes to the best answer.
    if explorer.locator("button").count():
        explorer.locator("button").first.press("Enter")
    for _ in range(20):
        if all(now != then for now, then in zip(said(explorer), before)):
            return []
        tab.wait_for_timeout(100)
    return ["an explorer does not say or show that it was moved"]


def value_of(control) -> str:
    """The value of a slider, or of what is held in a picture."""
    return control.evaluate("e => e.matches('input') ? e.value : e.getAttribute('aria-valuetext')")


def said(explorer) -> tuple[str, str]:
    """The words and the picture of an explorer."""
    return explorer.locator(".le-said").inner_text(), explorer.locator("svg.le-picture").inner_html()


def faults_of_question(tab, question) -> list[str]:
    """A choice opens by click, another by the Enter key, and each then shows its verdict."""
    choices, found = question.locator(".le-choice"), []
    ways = {"click": lambda choice: choice.locator("> :first-child").click(),
            "Enter": lambda choice: choice.locator("> :first-child").press("Enter")}
    for number, (way, do) in enumerate(ways.items()):
        do(choices.nth(number))
        verdict = choices.nth(number).locator(".le-reason strong")
        if not verdict.count() or not verdict.first.is_visible():
            found.append(f"a choice does not open by {way}")
    score = question.locator("xpath=..").locator(".le-score")
    if not score.count() or not score.is_visible():
        found.append("a quiz does not count")
    return found


# Real pages


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_whole_before_it_is_run(open_page, name):
    notebook = (ROOT / f"book/en/{name}.ipynb").read_text("utf8")
    assert pictures(notebook) and asked(notebook), "this page no longer tries what the test is for; name another"
    assert faults_before(open_page(notebook), notebook) == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_that_was_run_moves_and_answers(open_page, name):
    notebook = (ROOT / f"book/en/{name}.ipynb").read_text("utf8")
    tab = open_page(notebook)
    run_all(tab)
    assert faults_after(tab, notebook) == []


# The same checks on small notebooks with one fault each


SVG = ('<svg xmlns="http://www.w3.org/2000/svg" width="200" height="100" viewBox="0 0 200 100">'
       '<circle cx="50" cy="50" r="40"/></svg>')
FIGURE = stored(SVG, "a disc")["text/html"]
EXPLORER = explore.constant([1.0, 2.0, 6.0], Huber())._repr_html_()
GRAPH = explore.graph(lambda x: (x - 1) ** 2, {"x": 0.5})._repr_html_()
QUIZ = quiz("mse")._repr_html_()
CARD = card("le-wrong", "<strong>WRONG VALUE</strong>", "<p>You summed.</p>")


def shown_by(html: str, **more: str):
    """A code cell that shows this HTML, and stores it as if it had been run."""
    output = new_output("execute_result", {"text/html": html, "text/plain": "html", **more}, execution_count=1)
    return new_code_cell(f"from IPython.display import HTML\nHTML({html!r})", outputs=[output], execution_count=1)


def sample(*cells) -> str:
    first = new_markdown_cell("# A page\n\n$$\n1 + 1\n$$\n\nSee $x$ (and more).")
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return writes(new_notebook(cells=[first, *cells], metadata=kernel))


def svg_only():
    cell = shown_by(SVG)
    cell.outputs[0].data = {"image/svg+xml": SVG, "text/plain": "figure"}
    return cell


def test_a_sound_notebook_has_no_faults(open_page):
    notebook = sample(shown_by(FIGURE), shown_by(EXPLORER), shown_by(GRAPH), shown_by(QUIZ), shown_by(CARD))
    tab = open_page(notebook)
    assert faults_before(tab, notebook) == []
    run_all(tab)
    assert faults_after(tab, notebook) == []


# As quizzes were stored once: JupyterLab takes `hidden` out of a page that it does not trust.
STORED = explore.without_moving_parts(QUIZ)
HIDDEN = re.sub(r"(</?)(?:details|summary)", r"\1div", STORED).replace('class="le-reason', 'hidden class="le-reason')


def test_faults_before_a_run_are_seen(open_page):
    notebook = sample(
        svg_only(),
        shown_by(HIDDEN),
        shown_by("<details open><summary>Solution</summary>4</details>"),
        shown_by('<div class="le-verdict"><p>PASS</p></div>'),
        *map(new_markdown_cell, [
            "(ex-x)=\n### Exercise", "$$\nx\n$$ (eq-x)", "As {cite:p}`huber1964` says", "see {eq}`eq-x`",
            "see {numref}`fig-x`", ":::{tip}\nA tip\n:::", r"$\frac{1$ is more than",
            r"$\nosuch$", r"$\left( 1$", r"by $\eqref{eq-x}$"]))
    found = " | ".join(faults_before(open_page(notebook), notebook))
    for fault in ("cell 1: its picture is not seen", "answers of a quiz are seen", "1 folds are open",
                  "1 verdicts have no border", "raw mark: (ex-x)=", "raw mark: (eq-x)", "raw mark: {cite:p}",
                  "raw mark: {eq}", "raw mark: {numref}", "raw mark: :::", r"raw mark: \frac",
                  "3 formulas are not understood"):
        assert fault in found, (fault, found)


# The script of one explorer starts all that stand on the page, so each broken one has a page of its own.
STILL = EXPLORER[:EXPLORER.index('<script data-inline="explore">')]
DEAF = EXPLORER.replace('"keydown"', '"nothing"')
SILENT = EXPLORER.replace("status.textContent = view.said", "0")
# JupyterLab's own shortcuts take the arrow keys from a control that neither asks for them nor keeps them to itself.
ROBBED = EXPLORER.replace("data-lm-suppress-shortcuts", "data-nothing").replace("event.stopPropagation()", "0")


@pytest.mark.parametrize(("cells", "faults"), [
    # The kernel gives up the cells that wait when one fails, so the next one must be waiting by then.
    ([shown_by(STILL), shown_by(HIDDEN), new_code_cell("import time\ntime.sleep(2)\n1 / 0"), new_code_cell("2")],
     ["an explorer has not started", "a choice does not open by click", "a choice does not open by Enter",
      "a quiz does not count", "a cell ended with ZeroDivisionError: division by zero", "1 cells were not run"]),
    ([shown_by(ROBBED)], ["the arrow keys do not move an explorer"]),
    ([shown_by(DEAF)], ["the arrow keys do not move an explorer"]),
    ([shown_by(SILENT)], ["an explorer does not say or show that it was moved"]),
], ids=["still", "robbed", "deaf", "silent"])
def test_faults_after_a_run_are_seen(open_page, cells, faults):
    notebook = sample(*cells)
    tab = open_page(notebook)
    run_all(tab)
    found = faults_after(tab, notebook)
    assert [fault for fault in faults if fault not in found] == [], found
