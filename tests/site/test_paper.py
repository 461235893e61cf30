"""On paper nothing opens, so the answers of a quiz stand at its end; on the screen they do not stand there."""

import pytest

from tests.site import visit

PAGE = "en/regression/mse.html"
SHOWN = """() => [...document.querySelectorAll(".le-answers p")].filter(
    answer => answer.checkVisibility({contentVisibilityAuto: true}) && answer.getBoundingClientRect().height > 5
).length"""


@pytest.mark.parametrize(("media", "plant", "answers"), [
    ("screen", "/* nothing */", 0),
    ("print", "/* nothing */", 4),
    ("print", ".le-answers { display: none !important }", 0),
])
def test_the_answers_are_on_paper_and_not_on_the_screen(site, window, media, plant, answers):
    with visit.opened(window, (site / PAGE).as_uri()) as (page, _):
        page.add_style_tag(content=plant)
        page.emulate_media(media=media)
        assert page.evaluate(SHOWN) == answers
