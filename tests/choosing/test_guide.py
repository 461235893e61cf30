"""The guide keeps its promises: each loss under an answer has what the answer promises, and every loss has a place."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest

import lossedu as le
from lossedu import choose, losses
from lossedu.choosing.guide import GUIDE, LEFT_OUT, NOT_YET_TAUGHT, PAGES, Advice, Question, leaves, texts
from lossedu.language import translate
from lossedu.losses import Quantile, catalogue
from lossedu.losses.numerics import sigmoid
from tools.back_matter import cells
from tools.pages import names


def broken(question: Question) -> set[tuple[str, str]]:
    """Answers and losses whose promise is not kept; under an unkept promise no further one is asked."""
    found = set()
    for path, advice in leaves(question):
        for loss in (loss for piece in advice for loss in piece.losses):
            unkept = next((answer.text for answer in path if not answer.promise(loss)), None)
            found |= {(unkept, loss.name)} if unkept else set()
    return found


def planted(question: Question, text: str, loss) -> Question:
    """The guide with one more loss, recommended under the answer of this text."""
    def also(answer):
        if isinstance(answer.then, Question):
            asked = planted(answer.then, text, loss)
            if answer.text == text:
                first, *others = asked.answers
                asked = replace(asked, answers=[planted_here(first, loss), *others])
            return replace(answer, then=asked)
        return planted_here(answer, loss) if answer.text == text else answer

    return replace(question, answers=[also(answer) for answer in question.answers])


def planted_here(answer, loss):
    return replace(answer, then=[Advice([loss], "Planted.")])


def answers(question: Question):
    for answer in question.answers:
        yield answer
        if isinstance(answer.then, Question):
            yield from answers(answer.then)


def recommended():
    return {loss for _, advice in leaves(GUIDE) for piece in advice for loss in piece.losses}


def test_every_promise_is_kept():
    assert broken(GUIDE) == set()


# For every answer a loss that does not belong there.
STRANGERS = {
    "A number.": [le.bce, le.hinge, le.cross_entropy_logits, le.cosine, le.contrastive],
    "Too high and too low hurt alike.": [Quantile(0.6), le.msle, le.poisson],
    "Twice as large hurts four times as much, and the data are clean.": [le.mae, le.huber, le.log_cosh],
    "Twice as large hurts twice as much.": [le.mse, le.huber, le.epsilon_insensitive],
    "Small misses count as squares, but some data are wrong.": [le.mse, le.mae, le.cauchy, le.epsilon_insensitive],
    "Many data are wrong, on one side.": [le.mse, le.mae, le.huber],
    "A small miss costs nothing at all.": [le.mae, le.tukey],
    "One direction is dearer than the other.": [le.mse, Quantile(0.5)],
    "The target is positive, and percent matter more than units.": [le.mse, le.mae, le.poisson, le.tweedie],
    "It is a count: 0, 1, 2 and so on.": [le.mse, le.gamma],
    "It is an amount that is often exactly 0.": [le.gamma, le.msle],
    "I want a range, not a number.": [le.mse, le.mae, Quantile(0.5)],
    "A yes or no.": [le.mse, le.cross_entropy_logits, le.poisson, le.dice],
    "Somebody who needs an honest probability.": [le.hinge, le.focal, le.perceptron, le.zero_one],
    "Somebody who needs only the decision.": [le.perceptron],
    "Somebody who looks for a rare yes.": [le.perceptron],
    "Anybody, but some labels are wrong.": [le.exponential, le.bce_logits, le.hinge, le.focal],
    "Somebody with several labels, any of which may be right.": [le.hinge, le.cross_entropy_logits],
    "One of several classes.": [le.bce_logits, le.mse, le.dice, le.perplexity],
    "Each sample has one right class.": [le.multiclass_hinge, le.bce],
    "The targets are probabilities themselves.": [le.cross_entropy, le.cross_entropy_logits],
    "Only the decision counts.": [le.bce_logits],
    "The class is the next word or character.": [le.multiclass_hinge, le.bce_logits, le.dice],
    "Something else.": [le.mse, le.bce, le.cross_entropy],
    "A region of an image.": [le.cosine, le.bce_logits],
    "Which things are alike.": [le.mse, le.bce],
    "Pairs, alike or not.": [le.mae],
    "Threes: a thing, one like it, one unlike it.": [le.info_nce, le.contrastive],
    "Pairs that are alike, and nothing else.": [le.triplet, le.contrastive],
    "A vector, and the direction in which it should point.": [le.mse, le.dice],
    "Which of two answers people prefer.": [le.triplet, le.logistic],
}


def test_every_answer_has_its_own_words_and_strangers():
    said = [answer.text for answer in answers(GUIDE)]
    assert sorted(said) == sorted(STRANGERS)


@pytest.mark.parametrize(("text", "loss"), [(text, loss) for text, some in STRANGERS.items() for loss in some])
def test_a_loss_that_does_not_belong_breaks_a_promise(text, loss):
    assert loss.name in {name for _, name in broken(planted(GUIDE, text, loss))}


def test_everything_recommended_can_be_descended():
    assert {loss.name for loss in recommended() if loss.traits.smooth == "jump"} == set()


def test_every_loss_has_a_place_or_a_reason():
    placed = {loss.name for loss in recommended()}
    left_out = [loss.name for piece in LEFT_OUT for loss in piece.losses]
    assert placed.isdisjoint(left_out) and len(set(left_out)) == len(left_out)
    waiting = set(NOT_YET_TAUGHT)
    assert len(waiting) == len(NOT_YET_TAUGHT) and waiting.isdisjoint({*placed, *left_out, *PAGES})
    everywhere = placed | set(left_out) | waiting
    assert everywhere == set(catalogue), "give each loss a place in GUIDE, or a reason in LEFT_OUT"


# What the sentences say besides, found out on data.

RNG = np.random.default_rng(0)


def test_numbers_get_the_constant_that_was_promised():
    y = RNG.lognormal(sigma=1, size=201)
    assert le.mse.minimiser(y) == pytest.approx(y.mean()) and le.mae.minimiser(y) == np.median(y)
    assert le.msle.minimiser(y) == pytest.approx(np.expm1(np.log1p(y).mean()))
    for loss in (le.gamma, le.poisson, le.tweedie):
        assert loss.minimiser(y) == pytest.approx(np.log(y.mean()))
    assert np.isfinite(le.tweedie.minimiser([0.0, 0.0, 6.0]))
    with pytest.raises(ValueError):
        le.gamma.minimiser([0.0, 0.0, 6.0])


@pytest.mark.parametrize("loss", [le.huber, le.pseudo_huber, le.log_cosh, le.tukey, le.cauchy], ids=repr)
def test_a_few_wrong_data_move_little(loss):
    y = np.append(RNG.normal(size=95), np.full(5, 1e6))
    assert abs(loss.minimiser(y)) < 0.5 < 1e4 < le.mse.minimiser(y)


@pytest.mark.parametrize("loss", [le.tukey, le.cauchy], ids=repr)
def test_many_wrong_data_on_one_side_are_let_go(loss):
    y = np.append(RNG.normal(size=60), RNG.normal(100, 1, size=40))
    assert abs(loss.minimiser(y)) < 0.3 < 0.7 < le.huber.minimiser(y)
    assert not loss.traits.convex and le.huber.traits.convex


def test_outside_the_tube_it_goes_on_as_promised():
    misses = np.linspace(0.2, 5, 20)
    beyond = misses - 0.1
    np.testing.assert_allclose(le.epsilon_insensitive.each(0 * misses, misses), beyond)
    np.testing.assert_allclose(le.squared_epsilon_insensitive.each(0 * misses, misses), beyond**2)


def test_the_dear_side_has_the_level_of_the_formula():
    y = RNG.normal(size=400)
    candidates = np.linspace(-2, 2, 801)[:, None]
    cost = (3 * np.maximum(y - candidates, 0) + np.maximum(candidates - y, 0)).mean(axis=1)
    assert candidates[cost.argmin(), 0] == pytest.approx(Quantile(3 / (3 + 1)).minimiser(y), abs=0.02)
    low, high = Quantile(0.05).minimiser(y), Quantile(0.95).minimiser(y)
    assert np.mean((y >= low) & (y <= high)) == pytest.approx(0.9, abs=0.01)


def test_forecasts_cost_and_bend_as_promised():
    assert le.brier(1, 0.0) == 1 and le.bce(1, 0.0) == np.inf
    assert le.savage(1, -1e3) == 1
    z = np.array([4.0, -4.0])  # an easy sample and a hard one
    easy, hard = np.abs(le.focal.derivative([1, 1], z)) / np.abs(le.bce_logits.derivative([1, 1], z))
    assert easy < 0.01 < 0.9 < hard
    y = np.r_[np.ones(1), np.zeros(9)]
    assert sigmoid(le.focal.minimiser(y)) > 0.2 and sigmoid(le.bce_logits.minimiser(y)) == pytest.approx(0.1)
    assert sigmoid(le.bce_logits.minimiser(y, np.where(y == 1, 5.0, 1.0))) > 0.3
    assert le.hinge(1, 1.0) == le.squared_hinge(1, 1.0) == 0 and le.squared_hinge.traits.smooth == "C1"


def test_classes_cost_as_promised():
    q, p = np.array([0.5, 0.3, 0.2]), np.array([0.2, 0.2, 0.6])
    entropy = -(q * np.log(q)).sum()
    assert le.kl(q, p) == pytest.approx(le.cross_entropy(q, p) - entropy)
    np.testing.assert_allclose(le.kl.gradient(q, p), le.cross_entropy.gradient(q, p))
    best = le.multiclass_hinge.minimiser(np.array([0, 0, 1, 1, 2]))
    assert np.ptp(best) == 0 and np.ptp(le.cross_entropy_logits.minimiser(np.array([0, 0, 1, 1, 2]))) > 0
    assert le.multiclass_hinge.each(0, [1.0, 0.0, 0.0]) == 0
    texts, scores = np.array([[0, 1], [1, -1]]), RNG.normal(size=(2, 2, 3))
    counted = texts >= 0
    assert le.token_cross_entropy(texts, scores, counted) == pytest.approx(
        le.cross_entropy_logits(texts[counted], scores[counted]))


def test_sets_and_comparisons_cost_as_promised():
    truth = np.array([1.0, 1, 0, 0])
    false_alarm, miss = np.array([1.0, 1, 1, 0]), np.array([1.0, 0, 0, 0])
    assert le.tversky(truth, miss) > le.tversky(truth, false_alarm)
    assert le.dice(truth, truth) == 0
    assert le.contrastive(0, 1.0) == 0 == le.contrastive(1, 0.0) and le.contrastive(0, 0.9) > 0
    near, far = np.array([[0.1, 0.0]]), np.array([[3.0, 0.0]])
    assert le.triplet(0 * near, near, far) == 0 < le.triplet(0 * near, far, near)
    q = np.eye(3)
    assert le.info_nce(9 * q, q) < le.info_nce(9 * q, q[[1, 2, 0]])
    assert le.dpo([-1.0], [-3.0], [-2.0], [-2.0]) < le.dpo([-2.0], [-2.0], [-2.0], [-2.0])


def left_out_for_a_reason():
    y, s, labels = RNG.lognormal(size=99), RNG.normal(size=9), np.array([1, -1, 1, 1, -1, 1, 1, -1, 1])
    margins = np.r_[np.full(1000, 2.0), -10.0]
    tokens, scores = np.array([0, 2, 1]), RNG.normal(size=(3, 3))
    line = np.linspace(-9, -1, 9)
    return {
        "zero_one": not le.zero_one.gradient(labels, s).any(),
        "mape": le.mape.minimiser(y) < min(np.median(y), y.mean()),
        "perceptron": le.perceptron(labels, 0 * s) == 0 < le.hinge(labels, 0 * s),
        "logistic": np.isclose(le.logistic(labels, s), le.bce_logits((labels + 1) / 2, s)),
        "exponential": le.exponential.each(1, -10.0) > le.exponential.each(np.ones(1001), margins)[:-1].sum(),
        "modified_huber": np.ptp(np.diff(le.modified_huber.each(np.ones(9), line))) < 1e-12
        and le.modified_huber(1, 0.3) == le.squared_hinge(1, 0.3),
        "perplexity": np.isclose(le.perplexity(tokens, scores), np.exp(le.token_cross_entropy(tokens, scores))),
    }


def test_what_is_left_out_is_as_it_is_told():
    found = left_out_for_a_reason()
    assert all(found.values()), found
    assert set(found) == {loss.name for piece in LEFT_OUT for loss in piece.losses}


# Where the links lead.


def test_each_link_leads_to_a_page_that_treats_the_loss():
    derived = {}
    for name in names():
        for cell in cells(name):
            kind, _, shown = cell["metadata"].get("lossedu", {}).get("derive", "").partition(" ")
            if kind == "formula":
                derived.setdefault(getattr(losses, shown).name, set()).add(name)
    assert derived.keys() <= PAGES.keys(), "a page shows the formula of these losses: enter it in TAUGHT"
    for name, page in PAGES.items():
        assert page in names()
        assert page in derived.get(name, [page]), name
        source = "".join("".join(cell["source"]) for cell in cells(page))
        assert re.search(rf"\b({name}|{type(catalogue[name]).__name__})\b", source), name


def test_a_loss_that_no_page_teaches_is_shown_without_a_link(monkeypatch):
    link = '<a href="../regression/mse.ipynb"><code>mse</code></a>'
    before = choose()._repr_html_()
    monkeypatch.delitem(PAGES, "mse")
    assert link in before and choose()._repr_html_() == before.replace(link, "<code>mse</code>")


# How it is shown.


class Folds(HTMLParser):
    """Collects folds, their heads, links and words; everything that opens closes in its turn."""

    def __init__(self, html):
        super().__init__()
        self.open, self.depth, self.heads, self.links, self.words = [], 0, [], [], ""
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        if tag == "summary":
            assert self.open[-1] == "details"
            self.heads.append("")
        if tag == "a":
            self.links.append(dict(attributes)["href"])
        if tag != "wbr":
            self.open.append(tag)
        self.depth = max(self.depth, self.open.count("details"))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.words += data
        if "summary" in self.open:
            self.heads[-1] += data


def whole():
    return [*texts(GUIDE), *(piece.why for piece in LEFT_OUT)]


def test_a_notebook_shows_folds_with_everything_in_them():
    folds = Folds(choose()._repr_html_())
    assert folds.heads == [*(answer.text for answer in answers(GUIDE)), "Left out, and why"]
    assert folds.depth == 3
    assert [text for text in whole() if text not in folds.words] == []
    shown = {loss for path, advice in leaves(GUIDE) for piece in advice for loss in piece.losses}
    assert {f"../{PAGES[loss.name]}.ipynb" for loss in shown if loss.name in PAGES} <= set(folds.links)
    assert "<script" not in choose()._repr_html_()


def test_a_terminal_shows_the_same_as_indented_text():
    text = repr(choose())
    assert [sentence for sentence in whole() if sentence not in text] == []
    assert "\n    - Many data are wrong, on one side.\n      tukey, cauchy: The slope" in text
    assert "\n    Quantile(tau=0.75): " in text and "<" not in text


def test_the_reader_s_language(monkeypatch):
    monkeypatch.setenv("LOSSEDU_LANG", "zh")
    words = Folds(choose()._repr_html_()).words
    assert [text for text in whole() if translate(text) not in words or translate(text) not in repr(choose())] == []
    assert [text for text in whole() if text in words or text in repr(choose())] == []


def test_what_looks_like_markup_is_text():
    from lossedu.choosing.show import advice_html, fold

    assert "<b>" not in fold("<b>", "") and "<b>" not in advice_html([Advice([le.mse], "<b> & {x}")])
