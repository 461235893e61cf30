"""What a picture is as HTML: light, the same each time, whole in a notebook, and a still picture without scripts."""

import json
import re

import pytest

from lossedu import explore
from lossedu.explore.explorer import SCRIPTS, kinds, script
from lossedu.explore.words import IN_TABLES, words, words_in
from lossedu.plot import COLOURS
from tests.explore.test_pictures import PICTURES, numbers, press


def complaints_of(page):
    found = []
    page.on("console", lambda message: found.append(message.text))
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


@pytest.mark.parametrize(("theme", "which"), [("", 0), ("data-jp-theme-light='false'", 1)])
def test_in_a_notebook_each_picture_brings_all_it_needs_and_starts_once(browser, theme, which):
    names = ("constant", "constant", "graph", "calibration", "graph")
    page = browser.new_page()
    complaints = complaints_of(page)
    page.set_content(f"<body {theme}>" + "".join(PICTURES[name]()._repr_html_() for name in names))
    assert page.locator("svg.le-picture").count() == len(names) == page.locator("figure[data-started]").count()
    press(page, "answer", "ArrowLeft", nth=1)
    assert numbers(page, 0)["c"] == 10 and numbers(page, 1)["c"] < 10  # its twin stays where it was
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(set(ids)) == len(ids) and complaints == []
    fill = page.eval_on_selector("svg text", "t => getComputedStyle(t).fill")
    shades = {"rgb({}, {}, {})".format(*(int(pair[which][i : i + 2], 16) for i in (1, 3, 5)))
              for pair in COLOURS.values()}
    assert fill in shades
    page.close()


def test_the_dark_themes_of_notebook_programs_are_known(browser):
    """Each program marks its theme in its own way; Visual Studio Code says high contrast of light ones as well."""
    page = browser.new_page()
    page.set_content(PICTURES["calibration"]()._repr_html_())
    for element, mark, value, which in [
            ("body", "class", "vscode-light", 0), ("body", "class", "vscode-dark", 1),
            ("body", "class", "vscode-high-contrast", 1), ("html", "theme", "dark", 1),
            ("body", "class", "vscode-high-contrast-light vscode-high-contrast", 0)]:
        ink = page.eval_on_selector(element, """(element, [mark, value]) => {
            element.setAttribute(mark, value);
            const ink = getComputedStyle(document.querySelector('.le-explorer')).getPropertyValue('--le-ink');
            element.removeAttribute(mark);
            return ink;
        }""", [mark, value])
        assert ink == COLOURS["ink"][which], value
    page.close()


def test_a_picture_brings_the_script_of_its_own_kind_alone():
    for name, make in PICTURES.items():
        html = make()._repr_html_()
        (kind,) = explore.kinds_in(html)
        assert f"function {kind}(figure" in html, name
        assert not any(f"function {other}(figure" in html for other in kinds() if other != kind), name


def test_a_page_of_several_kinds_has_one_script_for_them():
    stored = "".join(explore.without_moving_parts(PICTURES[name]()._repr_html_()) for name in ("graph", "constant"))
    html = explore.with_moving_parts(stored)
    assert html.startswith(stored) and html.count('<script data-inline="explore">') == 1
    assert script("en", "constant", "graph") in html and explore.kinds_in(html) == ["constant", "graph"]
    assert explore.with_moving_parts(html) == html and explore.without_moving_parts(html) == stored


def test_comments_are_left_out_and_texts_are_whole():
    code = script("en")
    assert not re.search(r"^\s*//|^ |\s// \w+ \w+ \w+$", code, re.M)
    assert "http" not in code.replace("http://www.w3.org/2000/svg", "")


@pytest.mark.parametrize("name", PICTURES)
def test_the_html_holds_the_table_and_a_still_picture(name):
    picture = PICTURES[name]()
    html = explore.without_moving_parts(picture._repr_html_())
    table = re.search(r'<script type="application/json">(.*?)</script>', html, re.S)[1]
    assert json.loads(table.replace("<\\/", "</")) == json.loads(json.dumps(picture.table))
    assert len(html.encode()) <= 80_000 and '<img src="data:image/svg+xml,%3C' in html
    assert re.search(r'alt="([^"]+)"', html)[1] and repr(picture) == f"explorer: {picture.shows}"


@pytest.mark.parametrize("name", PICTURES)
def test_without_scripts_a_still_picture_stands_in_its_place(browser, name):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.set_content(explore.without_moving_parts(PICTURES[name]()._repr_html_()))
    image = page.query_selector("figure img")
    assert image.get_attribute("alt") and image.bounding_box()["height"] > 80
    context.close()


def test_a_script_brings_the_words_that_it_may_use_and_no_others():
    code = "".join(file.read_text("utf8") for file in SCRIPTS.glob("*.js"))
    assert set(words_in(code)) == set(words()), "words that no picture uses"
    assert IN_TABLES <= set(words())
    for kind in kinds():
        brought = set(json.loads(re.search(r"^const words = (.*);$", script("en", kind), re.M)[1]))
        assert set(re.findall(r"words\.(\w+)", script("en", kind))) <= brought
        assert kind == "graph" or "graph_start" not in brought
