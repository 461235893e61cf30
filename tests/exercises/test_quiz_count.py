"""What the script of a quiz counts and keeps in a real browser: the first choice of each question, and no other."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest

from lossedu.exercises import questions, quiz
from lossedu.exercises.quiz import script

PAGE = "mse"
ASKED = questions[PAGE]
ADDRESS = "http://book.test/mse.html"
FULL = "() => { for (let n = 2 ** 23; n; n = n >> 1) try { localStorage[n] = 'x'.repeat(n); } catch {} }"
REFUSED = "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no', 'SecurityError'); }})"


def html():
    """The quiz as a notebook shows it, its script below it."""
    return f'<!doctype html><html lang="en"><meta charset="utf-8"><main>{quiz(PAGE)._repr_html_()}</main></html>'


@pytest.fixture
def open_quiz(browser):
    """Open the quiz in a window of the test's own, or in one more tab of it; at the end nothing has complained."""
    complaints, contexts = [], []

    def opened(beside=None, address=ADDRESS, body=None, before="", **settings):
        context = beside.context if beside else browser.new_context(**settings)
        if not beside:
            contexts.append(context)
            context.route("**/*", lambda route: route.fulfill(body=body or html(), content_type="text/html"))
            context.add_init_script(before or "0")
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(address)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def choose(page, number, place):
    """Choose one answer, and wait until its reason is announced."""
    page.locator(".le-question").nth(number).locator("summary").nth(place).click()
    page.wait_for_function("reason => document.querySelector('.le-announce').textContent.includes(reason)",
                           arg=ASKED[number].choices[place][1])


def wrong(number):
    """The place of a wrong choice."""
    return (ASKED[number].right + 1) % len(ASKED[number].choices)


def score(page):
    """What is seen below the quiz, with its button, or ""."""
    line = page.locator(".le-score")
    return " ".join(line.inner_text().split()) if line.is_visible() else ""


def test_only_the_first_choice_counts(open_quiz):
    page = open_quiz()
    n = len(ASKED)
    assert score(page) == ""
    for number in range(n):
        first = wrong(number) if number == 0 else ASKED[number].right
        choose(page, number, first)
        if number < n - 1:
            assert score(page) == f"{number + 1} of {n} questions answered Start again"
    said = f"{n - 1} of {n} right at the first try"
    assert score(page) == f"{said} Start again"
    assert page.locator(".le-announce").inner_text().endswith(said)
    for number, place in ((0, ASKED[0].right), (1, wrong(1))):
        choose(page, number, place)
        assert score(page) == f"{said} Start again"


def test_by_keyboard_and_by_a_search_that_opens_folds(open_quiz):
    page = open_quiz()
    page.evaluate("() => { document.querySelector('.le-choice').open = true; }")  # as a search in the page does
    page.wait_for_function("() => document.querySelector('.le-announce').textContent")
    assert score(page) == ""
    page.locator(".le-question").nth(1).locator("summary").nth(ASKED[1].right).press("Enter")
    page.wait_for_function("() => !document.querySelector('.le-score').hidden")
    assert score(page).startswith("1 of")


def test_it_survives_a_reload_and_is_forgotten_on_demand(open_quiz):
    page = open_quiz()
    choose(page, 0, wrong(0))
    page.reload()
    assert score(page).startswith("1 of") and page.locator(".le-choice[open]").count() == 0
    choose(page, 0, ASKED[0].right)
    page.get_by_role("button", name="Start again").press("Enter")
    assert score(page) == "" and page.locator(".le-choice[open]").count() == 0
    assert page.evaluate("() => [document.activeElement.tagName, localStorage.length]") == ["SUMMARY", 0]
    for number, question in enumerate(ASKED):
        choose(page, number, question.right)
    assert score(page).startswith(f"{len(ASKED)} of {len(ASKED)} right")


def test_two_tabs_lose_nothing_of_each_other(open_quiz):
    one = open_quiz()
    other = open_quiz(beside=one)
    choose(one, 0, wrong(0))
    choose(other, 1, ASKED[1].right)
    choose(other, 0, ASKED[0].right)
    for page in (one, other):
        page.wait_for_function("() => /^2 of/.test(document.querySelector('.le-score').textContent)")
    for number in range(2, len(ASKED)):
        choose(one, number, ASKED[number].right)
    other.wait_for_function("() => document.querySelector('.le-score').textContent.includes('first try')")
    assert score(one) == score(other) and score(one).startswith(f"{len(ASKED) - 1} of")
    other.get_by_role("button", name="Start again").click()
    one.wait_for_function("() => document.querySelector('.le-score').hidden")


@pytest.mark.parametrize(("address", "before", "then"), [
    ("data:text/html;charset=utf-8,", "", None), (ADDRESS, REFUSED, None), (ADDRESS, "", FULL)],
    ids=["a page without an origin", "refused", "full"])
def test_where_nothing_can_be_kept_it_counts_all_the_same(open_quiz, address, before, then):
    page = open_quiz(address=address + quote(html()) if address != ADDRESS else address, before=before)
    if then:
        page.evaluate(then)
    for number, question in enumerate(ASKED):
        choose(page, number, question.right)
    assert score(page).startswith(f"{len(ASKED)} of {len(ASKED)} right")
    page.get_by_role("button", name="Start again").click()
    assert score(page) == ""


def test_what_is_kept_of_a_question_that_was_changed_or_damaged_does_not_count(open_quiz):
    page = open_quiz()
    choose(page, 0, wrong(0))
    choose(page, 1, ASKED[1].right)
    page.evaluate("() => { const [key] = Object.keys(localStorage).sort(); localStorage[key] = 'x) something else'; }")
    page.reload()
    assert score(page).startswith("1 of")


def test_the_same_output_shown_twice_counts_once(open_quiz):
    page = open_quiz(body=html().replace("</main>", f"</main><script>{script()}</script>"))
    choose(page, 0, ASKED[0].right)
    assert page.locator(".le-score").count() == 1


def test_without_scripts_nothing_is_added(open_quiz):
    page = open_quiz(java_script_enabled=False)
    assert page.locator(".le-choice").count() and not page.locator(".le-score, .le-announce, button").count()


def test_it_is_small_and_speaks_chinese(open_quiz, monkeypatch):
    assert len(script("zh").encode()) < 4_500
    monkeypatch.setenv("LOSSEDU_LANG", "zh")
    page = open_quiz()
    page.locator("summary").first.click()
    page.wait_for_function("() => !document.querySelector('.le-score').hidden")
    assert re.fullmatch(rf"已答 1/{len(ASKED)} 题 重新开始", score(page))
