"""Quizzes are fair: neither the length nor the place of a choice gives the right one away, and every page has one."""

from collections import Counter
from html.parser import HTMLParser

import pytest

from lossedu.exercises import ask, questions, quiz
from lossedu.explore import without_moving_parts
from tools.pages import names, teaches

ALL = [question for page in questions.values() for question in page]
PAGES = [name.split("/")[-1] for name in names() if teaches(name)]


def length_of_the_right(question) -> str:
    """Whether the right choice is the longest, the shortest or in between."""
    lengths = [len(text) for text, _, _ in question.choices]
    right = lengths[question.right]
    return "longest" if right == max(lengths) else "shortest" if right == min(lengths) else "between"


def test_the_length_of_a_choice_does_not_give_it_away():
    found = Counter(map(length_of_the_right, ALL))
    assert all(0.25 < found[length] / len(ALL) < 0.45 for length in ("longest", "shortest", "between")), found


@pytest.mark.parametrize("page", PAGES)
def test_nor_does_it_on_one_page(page):
    assert len(set(map(length_of_the_right, questions[page]))) > 1


def test_every_place_is_sometimes_right():
    places = Counter(question.right for question in ALL)
    assert all(places[place] > len(ALL) / 6 for place in range(3))


@pytest.mark.parametrize("page", PAGES)
def test_every_page_has_a_quiz(page):
    assert 3 <= len(questions[page]) <= 6


def test_every_choice_has_a_reason_and_its_own_words():
    for question in ALL:
        texts = [text for text, reason, _ in question.choices if text.strip() and reason.strip()]
        assert len(set(texts)) == len(question.choices) >= 2


class Folds(HTMLParser):
    """Collects the folds of a quiz: the name of each, whether it is open, its summary, and what it holds."""

    def __init__(self, html):
        super().__init__()
        self.folds, self.tags, self.inside = [], set(), None
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags |= {tag, *(key for key, _ in attributes)}
        if tag == "details":
            self.folds.append({"name": dict(attributes).get("name"), "summary": "", "p": ""})
        self.inside = tag if tag in ("summary", "p") else self.inside

    def handle_endtag(self, tag):
        self.inside = None if tag == self.inside else self.inside

    def handle_data(self, data):
        if self.folds and self.inside:
            self.folds[-1][self.inside] += data


@pytest.mark.parametrize("page", sorted(questions))
def test_each_choice_is_a_closed_fold_that_holds_its_reason(page):
    html = without_moving_parts(quiz(page)._repr_html_())
    found = Folds(html)
    *choices, answers = found.folds
    expected = [(f"quiz-{page}-{number}", f"{letter}) {text}", reason) for number, question in
                enumerate(questions[page], 1) for letter, (text, reason, _) in zip("abcdef", question.choices)]
    assert [(fold["name"], fold["summary"]) for fold in choices] == [row[:2] for row in expected]
    assert all(row[2] in fold["p"] for fold, row in zip(choices, expected))
    assert answers["summary"] == "Answers"
    # A program that does not trust a page takes these out, and what they hid would show.
    assert not found.tags & {"open", "hidden", "script", "input"} and "display" not in html


@pytest.mark.parametrize("page", sorted(questions))
def test_the_answers_stand_at_the_end_in_words_and_in_the_text_form(page):
    answers = Folds(quiz(page)._repr_html_()).folds[-1]["p"]
    text = repr(quiz(page))
    for number, question in enumerate(questions[page], 1):
        words, reason, _ = question.choices[question.right]
        letter = "abcdef"[question.right]
        assert f"{number}. {letter}) {words}" in answers and reason in answers
        assert f"{number}{letter}" in text.splitlines()[-1]
        assert all(choice in text for choice, _, _ in question.choices)


def test_unknown_page_and_missing_reason_are_told():
    with pytest.raises(KeyError, match="no quiz for the page 'mze'"):
        quiz("mze")
    with pytest.raises(ValueError, match="a reason for every choice"):
        ask("nowhere", "Why?", right=("so", ""), wrong=[("not", "no")])
    assert "nowhere" not in questions
