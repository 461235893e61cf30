"""Quizzes are fair: neither the length nor the place of a choice gives the right one away, and every page has one."""

from collections import Counter
from html.parser import HTMLParser

import pytest

from book.pages import names
from lossedu.exercises import ask, questions, quiz

ALL = [question for page in questions.values() for question in page]
PAGES = [name.split("/")[-1] for name in names() if not name.startswith("back/") and name != "index"]


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


class Labels(HTMLParser):
    """Collects what labels point to and which inputs there are."""

    def __init__(self, html):
        super().__init__()
        self.inputs, self.targets = [], []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "input":
            self.inputs.append(given["id"])
        if tag == "label":
            self.targets.append(given["for"])


@pytest.mark.parametrize("page", sorted(questions))
def test_each_choice_is_labelled_and_the_text_form_says_the_same(page):
    labels = Labels(quiz(page)._repr_html_())
    assert labels.inputs == labels.targets
    assert len(set(labels.inputs)) == sum(len(question.choices) for question in questions[page])
    assert all(text in repr(quiz(page)) for question in questions[page] for text, _, _ in question.choices)


def test_unknown_page_and_missing_reason_are_told():
    with pytest.raises(KeyError, match="no quiz for the page 'mze'"):
        quiz("mze")
    with pytest.raises(ValueError, match="a reason for every choice"):
        ask("nowhere", "Why?", right=("so", ""), wrong=[("not", "no")])
    assert "nowhere" not in questions
