"""A small book builds in two languages and asks nobody for anything; a book with faults does not build."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from lossedu.plot import COLOURS, new_figure
from tools.build import shown
from tools.notebooks import METADATA
from tools.pages import ROOT

TOC = """
format: jb-book
root: book/en/index
parts:
- caption: Regression
  chapters:
  - file: book/en/regression/mse
"""
EQUATION = '<a id="eq-square"></a>\n\n$$\n\\ell(y, \\hat{y}) = (y - \\hat{y})^2\n$$'
JUPYTER_BOOK = "from jupyter_book.cli.main import main; main()"


def picture():
    figure, axes = new_figure(shows="a line")
    axes.plot([0, 1], [0, 1], color=COLOURS["data"][0])
    return new_output("display_data", data=figure._repr_mimebundle_())


def html_output(text):
    return new_output("display_data", data={"text/html": text, "text/plain": "html"})


def write_book(root: Path, pages: dict[str, str], cells: list) -> Path:
    """Write a book of text pages and one notebook an edition, with the machinery of this one."""
    pagesless = shutil.ignore_patterns("en", "zh", "__pycache__")
    shutil.copytree(ROOT / "book", root / "book", ignore=pagesless)
    shutil.copytree(ROOT / "tools", root / "tools", ignore=pagesless)
    shutil.copy(ROOT / "_config.yml", root)
    (root / "_toc.yml").write_text(TOC, "utf8")
    tests = root / "tests" / "equations"
    tests.mkdir(parents=True)
    (tests / "registry.py").write_text('def every_equation():\n    return {"eq-square": None}\n', "utf8")
    for name, text in pages.items():
        file = root / "book" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf8")
    for language in {name.split("/")[0] for name in pages}:
        folder = root / "book" / language / "regression"
        folder.mkdir()
        nbformat.write(new_notebook(cells=cells, metadata=METADATA), folder / "mse.ipynb")
    return root


def run(root: Path, *command: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, *command], cwd=root, capture_output=True, text=True, encoding="utf8")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The html of a book without faults, built, with what the build said."""
    text = ("# {}\n\nSee {{doc}}`regression/mse`, [the square](regression/mse.ipynb#eq-square) and "
            "[Huber (1964)](back/references.md#huber1964).\n\n<a id=\"huber1964\"></a>\n\nPeter J. Huber, 1964.\n")
    edition = "config:\n  title: 损失函数\n  sphinx:\n    config: {language: zh_CN}\ncaptions: {Regression: 回归}\n"
    drawn = {"outputs": [picture()], "metadata": {"mystnb": {"image": {"alt": "A line"}}}}
    cells = [new_markdown_cell(f"# Squared error\n\n{EQUATION}"), *(new_code_cell("draw()", **drawn) for _ in range(2))]
    cells.append(new_code_cell("link()", outputs=[html_output('<a href="../regression/mse.ipynb#x">the page</a>')]))
    pages = {"en/index.md": text.format("Losses"), "zh/index.md": text.format("绝对损失"), "zh/edition.yml": edition}
    root = write_book(tmp_path_factory.mktemp("clean"), pages, cells)
    outcome = run(root, "-m", "tools.build")
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    return root / "_build" / "html", outcome.stdout


def test_the_build_tells_of_its_progress_and_where_the_book_is(site):
    html, said = site
    assert (html / "en" / "index.html").as_uri() in said.splitlines()[-1]
    assert "reading sources" in said and "writing output" in said
    assert 'url=en/index.html"' in (html / "index.html").read_text("utf8")


def test_each_page_links_to_itself_in_the_other_language(site):
    html, _ = site
    assert 'href="../../zh/regression/mse.html">中文' in (html / "en/regression/mse.html").read_text("utf8")
    assert 'href="../en/index.html">English' in (html / "zh/index.html").read_text("utf8")
    assert "le-language" not in (html / "en/genindex.html").read_text("utf8")
    assert "回归" in (html / "zh/index.html").read_text("utf8")


def test_chinese_is_found_by_one_and_two_characters(site):
    index = (site[0] / "zh" / "searchindex.js").read_text("utf8")
    terms = json.loads(index.removeprefix("Search.setIndex(").removesuffix(")"))["titleterms"]
    assert {"绝对", "损", "损失"} <= set(terms)


def test_figures_are_in_the_page_and_ids_are_unique(site):
    page = (site[0] / "en/regression/mse.html").read_text("utf8")
    assert page.count('aria-label="A line"') == 2
    assert "var(--le-data)" in page and COLOURS["data"][0] not in page
    assert "THEBE_JS_URL" not in page
    assert [name for name, count in Counter(re.findall(r'\sid="([^"]+)"', page)).items() if count > 1] == []


def test_an_output_links_to_pages_not_to_notebooks(site):
    html = (site[0] / "en/regression/mse.html").read_text("utf8")
    assert re.search(r'<a href="([\w./]*mse\.html)?#x">the page</a>', html)


def test_every_script_and_style_is_part_of_the_book(site):
    for page in (site[0] / "en/index.html", site[0] / "zh/regression/mse.html"):
        files = re.findall(r'<(?:script|link|img)\b[^>]*?(?:src|href)="([^"#]+)"', page.read_text("utf8"))
        assert any("mathjax/tex-mml-chtml.js" in file for file in files)
        for file in files:
            assert (page.parent / file.split("?")[0]).exists(), file
    assert (site[0] / "en/_static/mathjax/output/chtml/fonts/woff-v2").is_dir()
    assert "--le-step" in (site[0] / "en/_static/colours.css").read_text("utf8")


def test_a_place_in_a_notebook_is_told_as_people_count():
    said = list(shown(["a.ipynb:100010: WARNING: x\n", "b.ipynb:2000008: WARNING: y\n"]))
    assert said == ["a.ipynb: cell 10, line 10: WARNING: x", "b.ipynb: cell 200, line 8: WARNING: y"]


def test_jupyter_book_builds_english_from_the_root(site):
    root = site[0].parents[1]
    outcome = run(root, "-c", JUPYTER_BOOK, "build", ".", "-W", "-n", "--path-output", "elsewhere")
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert (root / "elsewhere/_build/html/book/en/regression/mse.html").exists()


def test_an_edition_that_is_not_complete_builds_and_says_what_it_lacks(tmp_path):
    cells = [new_markdown_cell(f"# Squared error\n\n{EQUATION}")]
    root = write_book(tmp_path, {"en/index.md": "# Losses\n", "zh/index.md": "# 损失\n"}, cells)
    (root / "book" / "zh" / "regression" / "mse.ipynb").unlink()
    outcome = run(root, "-m", "tools.build")
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert "The zh edition lacks 1 of 2 pages: regression/mse." in outcome.stdout.splitlines()
    assert "lacks" not in outcome.stdout.partition("Building edition 2")[0]
    assert (root / "_build/html/zh/index.html").exists()
    assert 'href="../zh' not in (root / "_build/html/en/regression/mse.html").read_text("utf8")


def test_a_folder_whose_language_is_not_listed_is_named(tmp_path):
    root = write_book(tmp_path, {"en/index.md": "# Losses\n", "xx/index.md": "# Xx\n"}, [])
    outcome = run(root, "-m", "tools.build")
    assert outcome.returncode == 1
    assert "add a line for xx to LANGUAGES in lossedu/language.py" in outcome.stderr


FAULTS = {
    "a broken reference": ("{doc}`nowhere`", "nowhere"),
    "a broken equation": ("{eq}`eq-nowhere`", "eq-nowhere"),
    "a broken citation": ("[Nobody (1900)](back/references.md#nobody1900)", "nobody1900"),
    "a missing image": ("![A line](missing.png)", "missing.png"),
    "an image without alt": ("![](plain.svg)", "no alt text: plain.svg"),
    "an untested equation": ("$$\nx = 1\n$$ (eq-untested)", 'add @equation("eq-untested")'),
    "another host's image": ('<img src="https://example.org/x.png" alt="x">', "https://example.org/x.png"),
}


@pytest.fixture(scope="module")
def refusal(tmp_path_factory):
    """What the build says of a book with every fault at once."""
    text = "# Losses\n\n" + "\n\n".join(text for text, _ in FAULTS.values())
    error = new_output("error", ename="ZeroDivisionError", evalue="planted", traceback=["ZeroDivisionError: planted"])
    stderr = new_output("stream", name="stderr", text="UserWarning: planted")
    astray = html_output('<a href="../regression/nowhere.ipynb">x</a>')
    cells = [
        new_markdown_cell(f"# Squared error\n\n{EQUATION}"), new_code_cell("1 / 0", execution_count=1, outputs=[error]),
        new_code_cell("draw()", execution_count=2, outputs=[picture()]),
        new_code_cell("warn()", execution_count=3, outputs=[stderr]),
        new_code_cell("link()", execution_count=4, outputs=[astray]),
    ]
    root = write_book(tmp_path_factory.mktemp("faulty"), {"en/index.md": text, "en/plain.svg": "<svg/>"}, cells)
    outcome = run(root, "-m", "tools.build")
    assert outcome.returncode == 1
    assert not (root / "_build" / "html").exists()
    return outcome.stderr


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_a_text_page_is_named(refusal, fault):
    assert any(FAULTS[fault][1] in line and re.search("WARNING|ERROR", line) for line in refusal.splitlines())


@pytest.mark.parametrize("message", ["ZeroDivisionError: planted", "no alt text: .*svg", "stderr",
                                     "links to .*nowhere.ipynb"])
def test_a_fault_in_a_notebook_is_named(refusal, message):
    assert any(re.search(rf"regression/mse.*{message}", line) for line in refusal.splitlines())
