"""What the book needs beyond Jupyter Book: figures that follow the theme, local MathJax, strictness, languages."""

from __future__ import annotations

import importlib.util
import json
import posixpath
import re
import shutil
import sys
from pathlib import Path
from uuid import UUID

from docutils import nodes
from figures import inline
from glossary_links import link_terms
from han_search import HanSearch
from sphinx.util import logging

import lossedu.explore
from lossedu.exercises.quiz import script as script_of_quizzes
from lossedu.language import LANGUAGES
from lossedu.plot.stored import svg_of
from lossedu.plot.style import COLOURS, css_variables

BOOK = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(BOOK.parent))  # Jupyter Book may be started from anywhere
from tools.marks import to_myst  # noqa: E402
from tools.pages import read  # noqa: E402

EXPLORE = Path(lossedu.explore.__file__).parent
NOTEBOOK_LINK = re.compile(r'href="([^":#]+)\.ipynb(?=["#])')
logger = logging.getLogger(__name__)


def own_files(app, config):
    """Point to the book's files wherever the source folder is, and write the colours once more, as CSS."""
    generated = Path(app.doctreedir, "lossbook")
    generated.mkdir(parents=True, exist_ok=True)
    (generated / "colours.css").write_text(css_variables(":root", "html[data-theme=dark]"), "utf8")
    config.html_static_path = [*config.html_static_path, str(generated), str(BOOK / "_static")]
    shutil.copy(EXPLORE / "explore.css", generated)
    (generated / "quiz.js").write_text(script_of_quizzes(config.language), "utf8")
    pages = [lossedu.explore.kinds_in(read(file)) for file in Path(app.srcdir).rglob("*.ipynb")]
    for kinds in filter(None, pages):
        (generated / script_of(kinds)).write_text(lossedu.explore.script(config.language, *kinds), "utf8")
    # The theme's icons come from a font; its script draws them once more, as SVG, and takes half a megabyte.
    (generated / "scripts").mkdir(exist_ok=True)
    (generated / "scripts" / "fontawesome.js").write_text("// The icons are drawn by the font.\n", "utf8")
    config.templates_path = [*config.templates_path, str(BOOK / "_templates")]
    config.mathjax_path = "mathjax/tex-mml-chtml.js"
    for name in ("colours.css", "book.css", "explore.css"):
        app.add_css_file(name)
    app.add_js_file("book.js", loading_method="defer")


def read_page(app, docname, content):
    """Read a page as the book needs it: marks as MyST, figures as SVG, explorers without a script of their own."""
    file = Path(app.env.doc2path(docname))
    if file.suffix != ".ipynb":
        content[0] = to_myst(content[0])
        return
    page = json.loads(read(file))
    for cell in page["cells"]:
        if cell["cell_type"] == "markdown":
            cell["source"] = to_myst("".join(cell["source"]))
        for output in cell.get("outputs", []):
            if html := "".join(output.get("data", {}).get("text/html", "")):
                output["data"] = for_book(html, output["data"], docname)
    content[0] = json.dumps(page)


def for_book(html, data, docname):
    """Return the data of an output as the book shows them."""
    try:
        svg = svg_of(html)
    except ValueError as error:
        logger.warning("%s", error, location=docname)
        svg = None
    if svg:
        return {"image/svg+xml": svg, "text/plain": data["text/plain"]}
    return {**data, "text/html": lossedu.explore.without_moving_parts(html)}


def judge_outputs(app, doctree):
    """A page may not show an error."""
    for block in doctree.findall(nodes.literal_block):
        if "traceback" in block["classes"]:
            last_line = block.astext().strip().splitlines()[-1]
            logger.warning("a stored output is an error: %s", last_line, location=app.env.docname)


def inline_figures(app, doctree):
    """Put SVG images into the page itself; every image needs a text that says what it shows."""
    for number, image in enumerate(list(doctree.findall(nodes.image))):
        alt = image.get("alt", "").strip()
        if not alt:
            logger.warning("a figure has no alt text: %s", image["uri"], location=image)
        file = Path(app.srcdir, app.env.docname).parent / image["uri"]
        if image["uri"].startswith("/"):
            file = Path(app.srcdir, image["uri"].lstrip("/"))
        if file.suffix == ".svg" and file.exists():
            html = inline(file.read_text("utf8"), alt, f"le{number}-", COLOURS)
            image.replace_self(nodes.raw("", html, format="html"))


def link_pages(app, doctree, docname):
    """In the HTML that cells put out, turn links to notebooks of the book into links to their pages."""
    def page_link(match):
        target = posixpath.normpath(posixpath.join(posixpath.dirname(docname), match[1]))
        if target not in app.env.found_docs:
            logger.warning("an output links to %s.ipynb, which is no page of the book", match[1], location=docname)
        return f'href="{app.builder.get_relative_uri(docname, target)}'

    for raw in doctree.findall(nodes.raw):
        if raw.get("format") == "html" and ".ipynb" in raw.astext() and app.builder.format == "html":
            raw.children = [nodes.Text(NOTEBOOK_LINK.sub(page_link, raw.astext()))]


def tested_equations() -> set[str]:
    """Return the labels that have a test in tests/equations."""
    from tests.equations.registry import every_equation

    return set(every_equation())


def is_generated(label: str) -> bool:
    """Whether MyST made the label up, as it does for an amsmath environment that has none."""
    try:
        return bool(UUID(label))
    except ValueError:
        return False


def judge_equations(app, env):
    """Each labelled equation has a test that computes with it."""
    tested = tested_equations()
    for label, (docname, _) in env.get_domain("math").equations.items():
        if label not in tested and not is_generated(label):
            logger.warning('the equation %s has no test: add @equation("%s") in tests/equations', label, label,
                           location=docname)


def languages(app, pagename, templatename, context, doctree):
    """Offer the same page in the other languages, where there is one."""
    up = "../" * (pagename.count("/") + 1)
    context["languages"] = [
        (code, language.name, f"{up}{code}/{pagename}.html")
        for code, language in LANGUAGES.items()
        if code != app.config.language[:2] and any((BOOK / code / f"{pagename}{s}").exists() for s in (".ipynb", ".md"))
    ]


def fewer_scripts(app, pagename, templatename, context, doctree):
    """Leave out the live-code scripts: they belong to another host, and declare one name twice."""
    context["script_files"] = [
        script for script in context.get("script_files", []) if "thebe" not in f"{script} {vars(script)}".lower()
    ]


def local_mathjax(app, exception):
    """Copy the part of MathJax that pages use: one script, what it may load, its fonts."""
    if exception or app.builder.format != "html":
        return
    package = Path(importlib.util.find_spec("sphinx-mathjax-offline").origin).parent / "static" / "mathjax"
    target = Path(app.outdir, "_static", "mathjax")
    target.mkdir(parents=True, exist_ok=True)
    shutil.copy2(package / "tex-mml-chtml.js", target)
    for folder in ("input/tex/extensions", "output/chtml/fonts/woff-v2"):
        shutil.copytree(package / folder, target / folder, dirs_exist_ok=True)


def script_of(kinds):
    """Return the name of the script that moves pictures of these kinds."""
    return f"explore-{'-'.join(kinds)}.js"


def scripts_of_pictures(app, pagename, templatename, context, doctree):
    """A page loads what moves its own pictures, and a page without a picture loads nothing."""
    if kinds := lossedu.explore.kinds_in(context.get("body", "")):
        app.add_js_file(script_of(kinds), loading_method="defer")


def script_of_quiz(app, pagename, templatename, context, doctree):
    """The same for a page with a quiz."""
    if 'class="le-quiz"' in context.get("body", ""):
        app.add_js_file("quiz.js", loading_method="defer")


def setup(app):
    """Connect the above to Sphinx."""
    app.add_search_language(HanSearch)
    app.connect("config-inited", own_files, priority=100)
    app.connect("source-read", read_page)
    app.connect("doctree-read", judge_outputs)
    app.connect("doctree-read", inline_figures, priority=100)  # before Sphinx copies images
    app.connect("env-check-consistency", judge_equations)
    app.connect("doctree-resolved", link_terms)
    app.connect("doctree-resolved", link_pages)
    app.connect("html-page-context", languages, priority=100)  # before the theme drops empty templates
    app.connect("html-page-context", scripts_of_pictures)
    app.connect("html-page-context", script_of_quiz)
    app.connect("html-page-context", fewer_scripts, priority=900)
    app.connect("build-finished", local_mathjax)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
