"""Figures go into the page as SVG that follows the theme, without one figure's parts being taken for another's."""

from __future__ import annotations

import importlib.util
import re

import pytest

from lossedu.plot import COLOURS, new_figure
from lossedu.plot.style import SYSTEM_COLOURS, css_variables
from tools.pages import ROOT

spec = importlib.util.spec_from_file_location("figures", ROOT / "book" / "_ext" / "figures.py")
figures = importlib.util.module_from_spec(spec)
spec.loader.exec_module(figures)


@pytest.fixture(scope="module")
def svg():
    figure, axes = new_figure(shows="a line in every colour")
    for height, role in enumerate(COLOURS):
        axes.plot([0, 1], [height, height], color=COLOURS[role][0])
    axes.set_xlabel(r"$\hat{y}$")
    return figure.to_svg()


def test_every_colour_becomes_a_variable(svg):
    html = figures.inline(svg, "lines", "a-", COLOURS)
    for role, (light, _) in COLOURS.items():
        assert light in svg
        assert light not in html
        assert f"var(--le-{role})" in html


def test_roles_can_be_told_apart_by_their_light_colour():
    assert len({light.lower() for light, _ in COLOURS.values()}) == len(COLOURS)


def test_ids_are_kept_where_referenced_and_never_shared(svg):
    pages = [figures.inline(svg, "lines", prefix, COLOURS) for prefix in ("a-", "b-")]
    ids = [re.findall(r'\bid="([^"]+)"', html) for html in pages]
    assert ids[0]
    assert not set(ids[0]) & set(ids[1])
    for html, found in zip(pages, ids):
        references = re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', html)
        assert {one or other for one, other in references} == set(found)
        assert len(found) == len(set(found))


def test_a_figure_is_one_image_with_a_name_and_leaves_the_page_alone(svg):
    html = figures.inline(svg, 'the "mean" & 1 < 2', "a-", COLOURS)
    assert html.count('role="img"') == 1
    assert 'aria-label="the &quot;mean&quot; &amp; 1 &lt; 2"' in html
    assert not re.search(r"<(style|title|metadata|!DOCTYPE|\?xml)", html)


def test_the_background_is_transparent(svg):
    assert re.search(r'<g id="patch_1">\s*<path[^>]*style="fill: #ffffff', svg)
    assert 'style="fill: none"' in figures.inline(svg, "lines", "a-", COLOURS)


def test_the_stylesheet_has_every_role_in_both_themes_and_in_the_colours_of_the_reader():
    light, dark, own = css_variables(":root", "html[data-theme=dark]").split("\n", 2)
    for role, pair in COLOURS.items():
        assert f"--le-{role}:{pair[0]};" in light and light.startswith(":root{")
        assert f"--le-{role}:{pair[1]};" in dark and dark.startswith("html[data-theme=dark]{")
        assert f"--le-{role}:{SYSTEM_COLOURS[role]};" in own and "{:root,html[data-theme=dark]{" in own
