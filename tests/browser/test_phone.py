"""On a telephone a figure is seen whole, a wide graph scrolls, and an equation keeps clear of its number."""

from pathlib import Path

import pytest

from lossedu import Tensor, mse, plot

CSS = (Path(__file__).parents[2] / "book" / "_static" / "book.css").read_text("utf8")
SHELL = ("<!doctype html><html lang='en' data-theme='light'><meta charset='utf-8'><title>page</title>"
         "<meta name='viewport' content='width=device-width'><style>body{{margin:0}}"
         ".bd-article{{padding:0 16px}}div.math{{display:flex;flex-direction:row-reverse}}{css}</style>"
         "<article class='bd-article'><div class='cell_output'>{content}</div></article>")


@pytest.fixture
def shown(browser):
    """Lay out one output of a page at the width of a telephone."""
    contexts = []

    def lay_out(content, width):
        contexts.append(browser.new_context(viewport={"width": width, "height": 800}))
        page = contexts[-1].new_page()
        page.set_content(SHELL.format(css=CSS, content=content))
        return page

    yield lay_out
    for context in contexts:
        context.close()


@pytest.mark.parametrize("width", [390, 360])
def test_a_figure_is_seen_from_edge_to_edge(shown, width):
    page = shown(f"<div class='le-figure'>{plot.twin(mse).to_svg()}</div>", width)
    box = page.query_selector("svg").bounding_box()
    assert 0 <= box["x"] and box["x"] + box["width"] <= width
    assert box["width"] > width - 20  # it takes the margins
    for x in (box["x"] + 2, box["x"] + box["width"] - 2):  # and nothing cuts it off
        assert page.evaluate(f"document.elementFromPoint({x}, {box['y'] + 50}).closest('svg') !== null")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_wide_graph_scrolls_and_the_page_does_not(shown):
    w, wide = Tensor(2.0, "w"), sum(Tensor(1.0, name) * 2 for name in "abcdef")
    for graph, scrolls in ((wide, True), (w * w, False)):
        page = shown(f"<div class='le-figure'>{plot.draw(graph).to_svg()}</div>", 390)
        figure = "(f => f.scrollWidth > f.clientWidth)(document.querySelector('.le-figure'))"
        assert page.evaluate(figure) is scrolls
        assert page.query_selector("svg text").bounding_box()["height"] == pytest.approx(15, abs=3)  # as it is meant
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize(("width", "below"), [(200, False), (350, True)])
def test_the_number_of_a_wide_equation_stands_below_it(shown, width, below):
    equation = f"<mjx-container style='display:block'><div style='width:{width}px;height:40px'></div></mjx-container>"
    page = shown(f"<div class='math'><span class='eqno'>(1)</span>{equation}</div>", 390)
    number, formula = (page.query_selector(name).bounding_box() for name in (".eqno", "mjx-container"))
    assert (number["y"] >= formula["y"] + 40) is below
