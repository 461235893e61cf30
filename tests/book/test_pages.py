"""Every page keeps the manners of the book; each rule is first shown a page that breaks it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from lossedu.explore import without_moving_parts
from lossedu.language import LANGUAGES
from lossedu.plot.stored import stored, svg_of
from tools import notebooks
from tools.marks import CITATION as LINK_TO_REFERENCE
from tools.marks import MYST, cited
from tools.minutes import practising, reading, stated
from tools.pages import ROOT, SUFFIXES, edition, languages, names, page, read, teaches, unlisted

NOTEBOOKS = notebooks.notebooks()
PAGES = [page(language, name) for language in languages() for name in edition(language)]
ABSOLUTE = re.compile(r"(?<![\w./:])/(?:home|root|Users|usr|tmp|opt|var|private|work|mnt)/|\b[A-Z]:\\\w")
NBVAL_MARKER = re.compile(r"^\s*#\s*(NBVAL_|PYTEST_VALIDATE_)", re.M)
MARKDOWN_IMAGE = re.compile(r"!\[([^\]]*)\]\([^)]+\)")
IMAGE_DIRECTIVE = re.compile(r"^(`{3,}|:{3,})\{(?:figure|image)\}.*?^\1", re.M | re.S)
IMPORT = re.compile(r"\s*(import|from)\s")
HTML_IMAGE = re.compile(r"<img\b[^>]*>", re.I)


def short_id(file) -> str:
    return file.relative_to(ROOT).as_posix()


def read_notebook(file):
    return nbformat.reads(read(file), as_version=4)


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def images(output) -> list[str]:
    """The kinds of data of an output that are a picture."""
    data = output.get("data", {})
    return [kind for kind in data if kind.startswith("image/") or kind == "text/html" and svg_of(data[kind])]


def words(output) -> str:
    """What an output says in words; a figure's own text form only repeats what the figure is."""
    return "" if images(output) else output.get("text", "") + output.get("data", {}).get("text/plain", "")


def is_starter(cell) -> bool:
    return cell.metadata.get("lossedu", {}).get("derive", "").startswith("starter ")


def ran(notebook) -> Iterator[str]:
    """Every code cell has run, once, in order: what nbval does not compare it does not report either."""
    counts = [cell.execution_count for cell in code(notebook)]
    if counts != list(range(1, len(counts) + 1)):
        yield f"execution counts are {counts}"


def quiet(notebook) -> Iterator[str]:
    """No error, no stderr, no warning."""
    for cell in code(notebook):
        for output in cell.outputs:
            if output.output_type == "error" or output.get("name") == "stderr":
                yield f"cell {cell.id} stores {output.get('name', 'an error')}"
            if re.search(r"\w*Warning:", words(output)):
                yield f"cell {cell.id} shows a warning"


def no_machine(notebook) -> Iterator[str]:
    """No path of the machine that the page was made on."""
    for cell in notebook.cells:
        outputs = [json.dumps({**output.get("data", {}), **dict.fromkeys(images(output), "")})
                   for output in cell.get("outputs", [])]
        texts = [cell.source, *outputs, *(output.get("text", "") for output in cell.get("outputs", []))]
        if any(map(ABSOLUTE.search, texts)):
            yield f"cell {cell.id} holds an absolute path"


def no_empty_cells(notebook) -> Iterator[str]:
    for cell in notebook.cells:
        if not cell.source.strip():
            yield f"cell {cell.id} is empty"


def light(notebook) -> Iterator[str]:
    """A reader on a telephone pays for outputs, as the book shows them."""
    def in_book(data) -> str:
        html = data.get("text/html", "")
        return svg_of(html) or without_moving_parts(html) or data.get("text/plain", "")

    outputs = [output for cell in code(notebook) for output in cell.outputs]
    size = sum(len((output.get("text", "") + in_book(output.get("data", {}))).encode()) for output in outputs)
    if size > 300_000:
        yield f"outputs take {size / 1000:.0f} kB, more than 300"


def small_cells(notebook) -> Iterator[str]:
    """Setting up takes three imports at most; one cell is one idea."""
    for cell in code(notebook):
        lines = [line for line in cell.source.splitlines() if line.strip()]
        if len(lines) > 12 and not is_starter(cell):
            yield f"cell {cell.id} has {len(lines)} lines, more than 12"
    imports = [line for cell in code(notebook)[:1] for line in cell.source.splitlines() if IMPORT.match(line)]
    if len(imports) > 3:
        yield f"the first cell has {len(imports)} imports, more than 3"


def figures_have_alt(notebook) -> Iterator[str]:
    """Someone who cannot see a figure is told what it shows, in words that are not LaTeX."""
    for cell in code(notebook):
        if any(map(images, cell.outputs)):
            alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "")
            yield from judged_alt(alt, f"the figure of cell {cell.id}")
        html = "".join("".join(output.get("data", {}).get("text/html", "")) for output in cell.outputs)
        yield from html_alts(html)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            yield from markdown_alts(cell.source)


def judged_alt(alt: str, what: str) -> Iterator[str]:
    if not alt.strip():
        yield f"{what} has no alt text"
    if "$" in alt:
        yield f"the alt text of {what} holds a $: write words"


def html_alts(text: str) -> Iterator[str]:
    for tag in HTML_IMAGE.findall(text):
        alt = re.search(r"\balt=([\"'])(.*?)\1", tag)
        yield from judged_alt(alt[2] if alt else "", tag)


def markdown_alts(text: str) -> Iterator[str]:
    for match in MARKDOWN_IMAGE.finditer(text):
        yield from judged_alt(match[1], match[0])
    for match in IMAGE_DIRECTIVE.finditer(text):
        alt = re.search(r"^:alt:(.*)$|^alt:(.*)$", match[0], re.M)
        yield from judged_alt((alt[1] or alt[2] or "") if alt else "", match[0].splitlines()[0])
    yield from html_alts(text)


def shown_everywhere(notebook) -> Iterator[str]:
    """A program that has not run a page shows no inline SVG, and the export to LaTeX stops at one."""
    for cell in code(notebook):
        for output in cell.outputs:
            html = output.get("data", {}).get("text/html", "")
            if "image/svg+xml" in output.get("data", {}) or re.match(r"\s*<svg", html):
                yield f"the figure of cell {cell.id} is stored as SVG alone"


def no_marks(notebook) -> Iterator[str]:
    """A notebook program prints MyST's marks as they stand."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            for mark in MYST.finditer(re.sub(r"^```(?!\{).*?^```", "", cell.source, flags=re.M | re.S)):
                yield f"cell {cell.id} holds {mark[0]!r}: see tools/marks.py"


def names_its_sources(notebook) -> Iterator[str]:
    """A citation says who and when as the bibliography does."""
    for cell in notebook.cells:
        for link in LINK_TO_REFERENCE.finditer(cell.source if cell.cell_type == "markdown" else ""):
            words, key = " ".join(link["words"].split()), link["key"]
            if words not in cited().get(key, ()):
                yield f"cell {cell.id} cites {key} as {words!r}; the bibliography has {cited().get(key)}"


def plots_say_a_number(notebook) -> Iterator[str]:
    """The number a plot shows is printed beside it, so that the comparison of outputs judges the plot too."""
    for cell in code(notebook):
        if any(map(images, cell.outputs)) and not re.search(r"\d", "".join(map(words, cell.outputs))):
            yield f"cell {cell.id} draws and prints no number"


def everything_compared(notebook) -> Iterator[str]:
    """No cell asks the comparison to look away."""
    for cell in code(notebook):
        tags = cell.metadata.get("tags", [])
        if NBVAL_MARKER.search(cell.source) or any("nbval" in tag or tag == "raises-exception" for tag in tags):
            yield f"cell {cell.id} is left out of the comparison"


def asks_in_a_copy(notebook) -> Iterator[str]:
    """A page with exercises says first that answers belong in a copy, so that no answer changes the page itself."""
    headings = [cell.source for cell in notebook.cells if cell.source.startswith("## ")]
    if any(map(is_starter, notebook.cells)) and "`lossedu start --pages`" not in "".join(headings):
        yield "the heading above the exercises does not say how to get a copy: `lossedu start --pages`"


def nothing_volatile(notebook) -> Iterator[str]:
    """What differs from one run or machine to the next is not stored."""
    if notebook.metadata != nbformat.from_dict(notebooks.METADATA):
        yield f"metadata is {json.dumps(notebook.metadata)}: run `make notebooks`"
    for cell in notebook.cells:
        if "execution" in cell.metadata:
            yield f"cell {cell.id} stores its times"


def code_cell(source="1 + 1", outputs=(), number=1, **metadata):
    return new_code_cell(source, execution_count=number, outputs=list(outputs), metadata=metadata)


def shown(**data):
    return new_output("display_data", data={key.replace("_", "/"): value for key, value in data.items()})


PICTURE = new_output("display_data", data=stored("<svg/>", "3 lines", b"png"))
ALT = {"image": {"alt": "Three lines"}}

BREAKERS: list[tuple[Callable, list]] = [
    (ran, [code_cell(number=None)]),
    (ran, [code_cell(number=2)]),
    (quiet, [code_cell(outputs=[new_output("error", ename="ValueError", evalue="no", traceback=[])])]),
    (quiet, [code_cell(outputs=[new_output("stream", name="stderr", text="hm")])]),
    (quiet, [code_cell(outputs=[new_output("stream", name="stdout", text="UserWarning: hm")])]),
    (no_machine, [code_cell(outputs=[new_output("stream", name="stdout", text="<module from /home/me/x.py>")])]),
    (no_machine, [code_cell(outputs=[shown(text_html="<a href='/tmp/x'>x</a>")])]),
    (no_machine, [new_markdown_cell(r"see C:\Users\me")]),
    (no_empty_cells, [code_cell(" \n")]),
    (no_empty_cells, [new_markdown_cell("")]),
    (light, [code_cell(outputs=[new_output("stream", name="stdout", text="x" * 300_001)])]),
    (small_cells, [code_cell("import numpy as np\n" * 4)]),
    (small_cells, [code_cell(), code_cell("a = 1\n" * 13)]),
    (figures_have_alt, [code_cell(outputs=[PICTURE])]),
    (figures_have_alt, [code_cell(outputs=[PICTURE], mystnb={"image": {"alt": "The line $y = x$"}})]),
    (figures_have_alt, [code_cell(outputs=[shown(text_html="<img src='x.png'>")])]),
    (figures_have_alt, [new_markdown_cell("![](x.png)")]),
    (figures_have_alt, [new_markdown_cell("![where $y$ is](x.png)")]),
    (figures_have_alt, [new_markdown_cell("```{figure} x.png\n:name: fig-x\nA caption.\n```")]),
    (shown_everywhere, [code_cell(outputs=[new_output("display_data", data={"image/svg+xml": "<svg/>"})])]),
    (shown_everywhere, [code_cell(outputs=[shown(text_html="<svg></svg>")])]),
    *((no_marks, [new_markdown_cell(mark)]) for mark in (
        "(ex-square)=\n### Square", "$$\nx\n$$ (eq-x)", "$$x$$ (eq-x)", "see {eq}`eq-x`", "{cite:p}`huber1964`",
        "{numref}`fig-x`", ":::{note}\nx\n:::", "```{math}\nx\n```")),
    (names_its_sources, [new_markdown_cell("[Huber (1965)](../back/references.md#huber1964)")]),
    (names_its_sources, [new_markdown_cell("[Nobody (1900)](../back/references.md#nobody1900)")]),
    (plots_say_a_number, [code_cell(outputs=[PICTURE], mystnb=ALT)]),
    (everything_compared, [code_cell("# NBVAL_IGNORE_OUTPUT\n1 + 1")]),
    (everything_compared, [code_cell(tags=["nbval-skip"])]),
    (asks_in_a_copy, [code_cell(lossedu={"derive": "starter mse_value"})]),
    (asks_in_a_copy, [new_markdown_cell("## Exercises\n\nWrite it."), code_cell(lossedu={"derive": "starter x"})]),
    (nothing_volatile, [code_cell(execution={"iopub.status.busy": "2026"})]),
]
RULES = list(dict.fromkeys(rule for rule, _ in BREAKERS))


def book_page(cells):
    return new_notebook(cells=cells, metadata=notebooks.METADATA)


@pytest.mark.parametrize(("rule", "cells"), BREAKERS)
def test_each_rule_sees_what_breaks_it(rule, cells):
    assert list(rule(book_page(cells)))


def test_a_good_page_keeps_every_rule():
    printed = new_output("stream", name="stdout", text="3\n")
    figure = "<img src='x.png' alt='Three lines'>"
    starter = code_cell("a = 1\n" * 20, number=3, lossedu={"derive": "starter mse"})
    good = book_page([
        new_markdown_cell(f"# Title\n\n![Three lines](x.png)\n\n{figure}"), code_cell("a\nb\nc"),
        new_markdown_cell("## Exercise\n\nWrite it in a copy; `lossedu start --pages` makes one."),
        code_cell("x\n" * 12, [printed, PICTURE], number=2, mystnb=ALT), starter,
    ])
    assert [fault for rule in RULES for fault in rule(good)] == []


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("file", NOTEBOOKS, ids=short_id)
def test_page_keeps_the_rule(file, rule):
    assert list(rule(read_notebook(file))) == []


def test_images_of_text_pages_have_alt():
    texts = {short_id(file): file.read_text("utf8") for file in PAGES if file.suffix == ".md"}
    assert [(name, fault) for name, text in texts.items() for fault in markdown_alts(text)] == []


@pytest.mark.parametrize("file", NOTEBOOKS, ids=short_id)
def test_derived_cells_say_what_the_package_says(file):
    assert notebooks.check(file) is None


def test_every_edition_has_a_line_of_its_own():
    assert unlisted() == []


@pytest.mark.parametrize("language", languages())
def test_toc_names_every_page_once(language):
    folder = ROOT / "book" / language
    files = [file for file in folder.rglob("*") if file.suffix in SUFFIXES and ".ipynb_checkpoints" not in file.parts]
    expected = names() if language == "en" else edition(language)  # another edition may be incomplete
    assert sorted(expected) == sorted(file.relative_to(folder).with_suffix("").as_posix() for file in files)


def follower(language: str, name: str) -> str | None:
    """The page that an edition has next, if it has one."""
    order = edition(language)
    return dict(zip(order, order[1:])).get(name)


LINKED = [(language, name) for language in languages() for name in edition(language)
          if teaches(name) and follower(language, name)]


@pytest.mark.parametrize(("language", "name"), LINKED)
def test_each_page_sends_the_reader_to_the_one_that_follows(language, name):
    file = page(language, name)
    text = "\n".join(cell.source for cell in read_notebook(file).cells if cell.cell_type == "markdown")
    [link] = re.findall(rf"^{LANGUAGES[language].next}[:：] ?.*?\]\(([\w./-]+)\)", text, re.M)
    assert (file.parent / link).resolve() == page(language, follower(language, name))


@pytest.mark.parametrize("file", [file for file in NOTEBOOKS if file.stem != "index"], ids=short_id)
def test_a_page_says_how_long_it_takes(file):
    notebook, language = read_notebook(file), notebooks.language_of(file)
    opening = notebook.cells[0]
    assert opening.source == stated(notebook, language), "run `make notebooks`"
    assert re.search(r"^\*" + LANGUAGES[language].to_read.replace("{}", str(reading(notebook))), opening.source, re.M)
    assert 5 <= reading(notebook) <= 35


def test_minutes_count_words_formulas_pictures_and_exercises():
    opening = new_markdown_cell("# Title\n\n*10 minutes to read. You need: averages.*")
    page = book_page([opening])
    assert stated(page, "en").startswith("# Title\n\n*5 minutes to read. You need: averages.*")
    page.cells.append(new_markdown_cell("word " * 560))
    assert reading(page) == 5  # 4 minutes and the words of the opening
    assert reading(book_page([*page.cells, new_markdown_cell("$$\nx\n$$\n\n$$\ny\n$$")])) == 10
    assert reading(book_page([*page.cells, code_cell("explore.valley(x, y)")])) == 10
    assert reading(book_page([*page.cells, code_cell(mystnb=ALT)])) == 10
    assert reading(book_page([*page.cells, code_cell("word " * 560)])) == 10
    assert reading(book_page([*page.cells, code_cell("word " * 560, tags=["hide-input"])])) == 5
    tasks = [new_markdown_cell("word " * 9000, metadata={"lossedu": {"derive": "exercise squared_error_mean"}}),
             code_cell(lossedu={"derive": "starter squared_error_mean"}),
             new_markdown_cell("word " * 9000, metadata={"lossedu": {"derive": "solution squared_error_mean"}})]
    page.cells += tasks
    assert reading(page) == 5 and practising(page) == 5
    assert stated(page, "en").startswith("# Title\n\n*5 minutes to read, 5 to practise. You need: averages.*")
    opening.source = "# 标题\n\n*阅读 10 分钟。需要：平均数。*"
    assert stated(page, "zh") == "# 标题\n\n*阅读 5 分钟，练习 5 分钟。需要：平均数。*"
