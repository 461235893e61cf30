"""The guide as data: what one asks, what one may answer, and which losses fit the answer.

Every answer has a promise, which holds for all losses that are recommended under it; the tests ask the losses
themselves. Texts are English messages: they are translated when they are shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lossedu import losses
from lossedu.choosing import promises
from lossedu.losses import Loss, Quantile
from lossedu.losses.joint import JointLoss


@dataclass(frozen=True)
class Advice:
    """Losses, and in a sentence why."""

    losses: Sequence[Loss | JointLoss]
    why: str


@dataclass(frozen=True)
class Question:
    """A question and its answers."""

    text: str
    answers: Sequence[Answer]


@dataclass(frozen=True)
class Answer:
    """An answer, what it promises of the losses under it, and what follows: a question or the losses that fit."""

    text: str
    promise: promises.Promise
    then: Question | Sequence[Advice]


def leaves(question: Question, path: tuple[Answer, ...] = ()) -> Iterator[tuple[tuple[Answer, ...], Sequence[Advice]]]:
    """Yield the answers that lead to each end of the guide, with the advice that stands there."""
    for answer in question.answers:
        if isinstance(answer.then, Question):
            yield from leaves(answer.then, (*path, answer))
        else:
            yield (*path, answer), answer.then


def texts(question: Question) -> Iterator[str]:
    """Yield everything that the guide says from this question on, in the order of reading."""
    yield question.text
    for answer in question.answers:
        yield answer.text
        if isinstance(answer.then, Question):
            yield from texts(answer.then)
        else:
            yield from (advice.why for advice in answer.then)


ALIKE = Question("And a large miss?", [
    Answer("Twice as large hurts four times as much, and the data are clean.", promises.doubled_costs(4), [
        Advice([losses.mse],
               "It asks for the mean. Its slope shrinks with the miss, so it is easy to descend.")]),
    Answer("Twice as large hurts twice as much.", promises.doubled_costs(2), [
        Advice([losses.mae], "It asks for the median. Its slope does not shrink: lower the learning rate "
                             "towards the end.")]),
    Answer("Small misses count as squares, but some data are wrong.", promises.squares_with_limited_pull, [
        Advice([losses.huber, losses.pseudo_huber, losses.log_cosh],
               "Squares near zero and straight lines far out, so no single datum has a slope above a fixed bound. "
               "The last two do it without a seam.")]),
    Answer("Many data are wrong, on one side.", promises.lets_go, [
        Advice([losses.tukey, losses.cauchy],
               "The slope of a datum that is far off is almost 0. They may have several valleys: "
               "start from a fit with huber.")]),
    Answer("A small miss costs nothing at all.", promises.forgives_the_near, [
        Advice([losses.epsilon_insensitive, losses.squared_epsilon_insensitive],
               "Inside a tube of half-width epsilon all is free; outside it they go on like mae and like mse.")]),
])

NUMBER = Question("What does a miss cost?", [
    Answer("Too high and too low hurt alike.", promises.alike_both_ways, ALIKE),
    Answer("One direction is dearer than the other.", promises.lopsided, [
        Advice([Quantile(0.75)],
               "If a unit too low costs a and a unit too high costs b, the level is a / (a + b): "
               "0.75 when too low is three times as dear.")]),
    Answer("The target is positive, and percent matter more than units.", promises.goes_by_ratio, [
        Advice([losses.msle], "The squared error of log(1 + y). For targets well above 0, take the logarithm yourself "
                              "and then mse or mae."),
        Advice([losses.gamma], "For amounts whose spread grows with their mean. It asks for the mean, "
                               "and predicts its logarithm.")]),
    Answer("It is a count: 0, 1, 2 and so on.", promises.likelihood("Poisson"), [
        Advice([losses.poisson], "The surprise of a Poisson count, whose variance is its mean. "
                                 "It predicts the logarithm of the mean.")]),
    Answer("It is an amount that is often exactly 0.", promises.likelihood("Tweedie"), [
        Advice([losses.tweedie], "Between Poisson and gamma: many dry days, a few large sums.")]),
    Answer("I want a range, not a number.", promises.sees_the_spread, [
        Advice([Quantile(0.05), Quantile(0.95)], "Two models, one for each end: nine in ten stay between them."),
        Advice([losses.gaussian_nll], "One model that predicts a mean and a log variance, so the spread may differ "
                                      "from sample to sample.")]),
])

YES_OR_NO = Question("Who uses the answer?", [
    Answer("Somebody who needs an honest probability.", promises.strictly_proper, [
        Advice([losses.bce_logits], "Only the true probability has the smallest loss. "
                                    "It takes the logit, the score before the sigmoid."),
        Advice([losses.bce], "The same for a model whose probabilities are all you have."),
        Advice([losses.brier],
               "If a sure and wrong forecast must not count without limit: it costs at most 1.")]),
    Answer("Somebody who needs only the decision.", promises.finds_the_side, [
        Advice([losses.bce_logits], "Again: put the costs of the two errors into the threshold."),
        Advice([losses.hinge, losses.squared_hinge],
               "If the samples near the border should decide: who is right by a margin of 1 pays nothing. "
               "The squared one has no kink.")]),
    Answer("Somebody who looks for a rare yes.", promises.finds_the_side, [
        Advice([losses.bce_logits], "First this, and a lower threshold. Often nothing more is needed."),
        Advice([losses.focal], "If training ignores the rare class: easy samples count less. It bends the "
                               "probabilities, and so do class weights.")]),
    Answer("Anybody, but some labels are wrong.", promises.lets_go, [
        Advice([losses.savage], "No label costs more than 1, so hopeless ones are written off. It is not convex: "
                                "start from a fit with bce_logits.")]),
    Answer("Somebody with several labels, any of which may be right.", promises.strictly_proper, [
        Advice([losses.bce_logits], "One yes or no for each label, and the average over all.")]),
])

CLASSES = Question("What do you know, and what do you need?", [
    Answer("Each sample has one right class.", promises.strictly_proper, [
        Advice([losses.cross_entropy_logits], "The surprise at the right class, from integer labels and scores."),
        Advice([losses.cross_entropy],
               "The same for a model whose probabilities are all you have.")]),
    Answer("The targets are probabilities themselves.", promises.free_at_the_truth, [
        Advice([losses.kl], "What a wrong belief costs beyond the uncertainty of the truth. "
                            "Its gradient is that of cross_entropy.")]),
    Answer("Only the decision counts.", promises.finds_the_majority, [
        Advice([losses.cross_entropy_logits], "Again: then take the class whose expected cost is smallest."),
        Advice([losses.multiclass_hinge], "If the samples near a border should decide: a class that leads by the "
                                          "margin pays nothing. It is undecided where no class has a majority.")]),
    Answer("The class is the next word or character.", promises.skips_padding, [
        Advice([losses.token_cross_entropy], "Cross-entropy averaged over the tokens of all texts, without the "
                                             "padding. Report its perplexity.")]),
])

ALIKENESS = Question("What do your examples look like?", [
    Answer("Pairs, alike or not.", promises.pulls_and_pushes, [
        Advice([losses.contrastive], "Alike things are pulled together, unlike ones are pushed a margin apart.")]),
    Answer("Threes: a thing, one like it, one unlike it.", promises.compares(3), [
        Advice([losses.triplet], "The unlike one must be farther away than the like one, by a margin.")]),
    Answer("Pairs that are alike, and nothing else.", promises.compares(2), [
        Advice([losses.info_nce], "All others in the batch count as unlike: each must find its partner among them.")]),
    Answer("A vector, and the direction in which it should point.", promises.forgets_the_length, [
        Advice([losses.cosine], "Only the angle counts, not the length.")]),
])

OTHER = Question("What is it?", [
    Answer("A region of an image.", promises.ignores_the_background, [
        Advice([losses.dice], "The overlap of claim and truth; the background counts for nothing."),
        Advice([losses.tversky], "The same, with a price for false alarms and one for misses.")]),
    Answer("Which things are alike.", promises.takes_other_things, ALIKENESS),
    Answer("Which of two answers people prefer.", promises.compares(4), [
        Advice([losses.dpo], "The chosen answer must gain on the rejected one, against a frozen reference.")]),
])

GUIDE = Question("What do you predict?", [
    Answer("A number.", promises.takes_numbers, NUMBER),
    Answer("A yes or no.", promises.takes_yes_or_no, YES_OR_NO),
    Answer("One of several classes.", promises.takes_classes, CLASSES),
    Answer("Something else.", promises.takes_other_things, OTHER),
])

LEFT_OUT = [
    Advice([losses.zero_one], "It counts errors and is flat between them: it can judge a model but not train it."),
    Advice([losses.mape], "It prefers answers that are too low, and a target of 0 has no percentage."),
    Advice([losses.perceptron], "The score 0 for everybody costs nothing: hinge asks for a margin, and mends that."),
    Advice([losses.logistic], "It is bce_logits, written for labels -1 and +1."),
    Advice([losses.exponential], "One wrong label can cost more than all others together; boosting descends it."),
    Advice([losses.modified_huber], "A squared_hinge that goes on as a straight line where the answer is very wrong."),
    Advice([losses.perplexity], "It is exp of token_cross_entropy: train on that one, and report this one."),
]

# Losses that no page teaches yet, so the guide does not lead to them: they are named on the API page and nowhere
# counted as orphans. Whoever writes the page moves them from here to GUIDE and TAUGHT.
NOT_YET_TAUGHT = ("cumulative_logit poisson_identity negative_binomial crps_gaussian crps_ensemble "
                  "censored_exponential cox_partial jaccard pairwise_logistic pairwise_hinge listwise_softmax "
                  "sigmoid_pair supervised_contrastive").split()

# The page of the book that teaches each loss.
TAUGHT = {
    "regression/mse": "mse", "regression/mae": "mae", "regression/huber": "huber pseudo_huber log_cosh",
    "regression/quantile": "quantile", "regression/minimiser-gallery": "mape msle",
    "regression/robust": "cauchy tukey epsilon_insensitive squared_epsilon_insensitive",
    "classification/bce": "bce bce_logits", "classification/cross-entropy": "cross_entropy cross_entropy_logits",
    "classification/hinge": "hinge zero_one perceptron squared_hinge modified_huber logistic exponential savage "
                            "multiclass_hinge",
    "classification/focal": "focal", "classification/kl": "kl brier",
    "beyond/likelihoods": "poisson gamma tweedie gaussian_nll",
    "beyond/embeddings": "cosine contrastive triplet info_nce", "beyond/overlap": "dice tversky",
    "practice/language-model": "token_cross_entropy perplexity", "practice/trends": "dpo",
}
PAGES = {name: page for page, names in TAUGHT.items() for name in names.split()}
