"""Quizzes are fair: neither the length nor the place of a choice gives the right one away, and every page has one."""

from collections import Counter
from html.parser import HTMLParser

import pytest

from book.pages import names
from lossedu.exercises import ask, questions, quiz

ALL = [question for page in questions.values() for question in page]
WITHOUT = {"index", "practice/faq"}  # a cover, and a list of answers
PAGES = [name.split("/")[-1] for name in names() if not name.startswith("back/") and name not in WITHOUT]


def test_the_longest_choice_is_seldom_right():
    longest = [q for q in ALL if len(q.choices[q.right][0]) == max(len(text) for text, _, _ in q.choices)]
    assert len(longest) < len(ALL) / 4


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
