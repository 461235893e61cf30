"""Each check is first shown a page of the built book that breaks it."""

import pytest

from tests.site import checks, visit

STYLE = "css => document.head.append(Object.assign(document.createElement('style'), {textContent: css}))"
ADD = "html => document.querySelector('.bd-article').insertAdjacentHTML('beforeend', html)"
DEAF = "event => document.addEventListener(event, e => { e.preventDefault(); e.stopPropagation(); }, true)"
EACH = "([selector, act]) => document.querySelectorAll(selector).forEach(new Function('e', act))"
FOLD = ADD, "<details><summary>More</summary><p>what it holds</p></details>"
WIDE = "<div style='{}'><div style='width:3000px;text-align:right'>a wide line</div></div>"
LOW = "html[data-theme=dark] .bd-article p { color: #333 !important }"

# The check, what is done to the page in the browser, and what the fault says.
PLANTED = [
    (checks.quizzes_answer, STYLE, ".le-reason { display: none !important }", "by mouse, does not show its reason"),
    (checks.quizzes_answer, STYLE, ".le-choice:has(:focus-visible) .le-reason { opacity: 0 }",
     "by keyboard, does not show its reason"),
    (checks.quizzes_answer, EACH, [".le-reason", "e.remove()"], "has no reason"),
    (checks.quizzes_answer, EACH, [".le-choice", "e.removeAttribute('name')"], "leaves another choice"),
    (checks.quizzes_answer, EACH, [".le-choice > summary", "e.tabIndex = -1"], "is not reached with Tab"),
    (checks.quizzes_answer, EACH, [".le-announce", "e.removeAttribute('role')"], "no place where its reason"),
    (checks.quizzes_answer, STYLE, ".le-announce { display: none }", "no place where its reason is announced"),
    (checks.quizzes_answer, "event => document.addEventListener(event, e => e.stopPropagation(), true)", "toggle",
     "is not announced"),
    (checks.quizzes_answer, DEAF, "click", "by mouse, does not open"),
    (checks.quizzes_answer, DEAF, "keydown", "by keyboard, does not open"),
    (checks.quizzes_answer, EACH, [".le-choice", "e.remove()"], "has no choices that open"),
    (checks.quizzes_answer, EACH, [".le-score span", "e.replaceWith('4 of 5 right')"], "says 4,5 and not"),
    (checks.quizzes_answer, EACH, [".le-score", "e.remove()"], "says nothing and not"),
    (checks.quizzes_answer, STYLE, ".le-score { visibility: visible; display: block !important }", "not start again"),
    (checks.pictures_answer, DEAF, "keydown", "does not move with"),
    (checks.pictures_answer, DEAF, "click", "draws nothing new when its first button is pressed"),
    (checks.pictures_answer, EACH, [".le-said", "e.removeAttribute('role')"], "is not heard"),
    (checks.pictures_answer, EACH, [".le-explorer svg", "e.remove()"], "did not start"),
    (checks.sliders_are_large_enough, STYLE, ".le-explorer input { height: 20px !important }", "only 20 pixels high"),
    (checks.folds_open, STYLE, "details > * { display: none }", "has nothing to open it by"),
    (checks.folds_open, STYLE, "details > :not(summary) { visibility: hidden }", "does not open by mouse"),
    (checks.folds_open, DEAF, "click", "does not open by mouse"),
    (checks.folds_open, DEAF, "keydown", "does not close by keyboard"),
    (checks.formulas_are_set, ADD, "<p>Take $$x$$ and wait.</p>", "a mark is not read: Take $$x$$"),
    (checks.formulas_are_set, ADD, "<p>Take {eq}`eq-x`.</p>", "a mark is not read: Take {eq}"),
    (checks.formulas_are_set, ADD, "<mjx-merror data-mjx-error='Missing }'></mjx-merror>", "error: Missing }"),
    (checks.no_sideways_scroll, ADD, WIDE.format(""), "the page scrolls sideways by"),
    (checks.nothing_is_cut, ADD, WIDE.format("overflow: hidden"), 'cuts off "a wide line"'),
    (checks.nothing_is_cut, ADD, "<div style='height:9px;overflow:clip'>one<br>two<br>three</div>", "cuts off"),
    (checks.nothing_is_cut, ADD, "<span style='position:relative;left:-900px'>left</span>", "beyond the screen"),
]
# What breaks a rule of axe, one beside the other, because a run of all its rules takes seconds.
FAULTY = {"image-alt": "<img src='data:image/svg+xml,<svg/>' width=9 height=9>",
          "button-name": "<button type='button'></button>",
          "label-content-name-mismatch": "<button type='button' aria-label='Go'>Stop</button>"}
PAGE = "en/descent/gradient-descent.html"


@pytest.fixture
def page(site, window):
    with visit.opened(window, (site / PAGE).as_uri()) as (page, _):
        yield page


@pytest.mark.parametrize(("check", "act", "with_what", "said"), PLANTED)
def test_each_check_sees_what_breaks_it(page, check, act, with_what, said):
    page.evaluate(act, with_what)
    assert any(said in fault for fault in check(page))


def test_axe_sees_what_breaks_its_rules(page):
    page.evaluate(ADD, "".join(FAULTY.values()))
    assert {fault.partition(":")[0] for fault in checks.axe_finds_nothing(page)} == set(FAULTY)


@pytest.mark.parametrize(("theme", "seen"), [("light", False), ("dark", True)])
def test_a_colour_of_one_theme_is_judged_in_that_theme(page, theme, seen):
    page.evaluate(STYLE, LOW)
    visit.dress(page, theme, 1280)
    assert any("color-contrast" in fault for fault in checks.axe_finds_nothing(page, ["color-contrast"])) is seen


@pytest.mark.parametrize(("width", "seen"), [(1280, False), (390, True)])
def test_what_fits_on_a_desk_is_judged_on_a_telephone(page, width, seen):
    page.evaluate(ADD, "<div style='width:500px'>a line</div>")
    visit.dress(page, "light", width)
    assert bool(list(checks.no_sideways_scroll(page))) is seen


@pytest.mark.parametrize(("act", "with_what", "said"), [
    ("() => setTimeout(() => { throw new Error('no') })", None, "a script fails: no"),
    ("text => console.error(text)", "no", "the console says: no"),
    (ADD, "<img src='https://example.org/x.png' alt=''>", "the page asks another host: https://example.org/x.png"),
    (ADD, "<img src='missing.png' alt=''>", "missing.png"),
])
def test_a_complaint_is_heard(site, window, act, with_what, said):
    with visit.opened(window, (site / PAGE).as_uri()) as (page, complaints):
        page.evaluate(act, with_what)
        page.wait_for_timeout(300)
    assert any(said in complaint for complaint in complaints)


@pytest.mark.parametrize(("file", "check", "width", "said"), [
    ("quiz.js", checks.quizzes_answer, 1280, "no place where its reason is announced"),
    ("explore-*.js", checks.pictures_answer, 1280, "did not start"),
    ("explore.css", checks.sliders_are_large_enough, 1280, "pixels high"),
    ("tex-mml-chtml.js", checks.formulas_are_set, 1280, "a formula is not set"),
    ("book.css", checks.no_sideways_scroll, 360, "the page scrolls sideways"),
])
def test_a_file_that_is_empty_is_missed(browser, site, file, check, width, said):
    context = browser.new_context(offline=True)
    context.route(f"**/{file}*", lambda route: route.fulfill(body=""))
    try:
        with visit.opened(context, (site / PAGE).as_uri()) as (page, _):
            visit.dress(page, "light", width)
            assert any(said in fault for fault in check(page))
    finally:
        context.close()
