"""Exercises of the page on a language model."""

from __future__ import annotations

import numpy as np

from lossedu.exercises.page import on_page
from lossedu.exercises.types import Array, Held, Inputs, Number

exercise, ask = on_page(__name__)



@exercise(title="Perplexity", points=1,
          hints=["The perplexity belongs to the cross-entropy of the text. How is the cross-entropy computed from "
                 "the probabilities of the characters that came?",
                 "Take the logarithm of each probability, average, turn the sign, and undo the logarithm at the end.",
                 "Test your formula with the probabilities 1/4 and 1/4: the model hesitates between four characters "
                 "each time, so its perplexity should be 4. Which function undoes the natural logarithm?"])
def perplexity(p: Array) -> Number:
    """Return the perplexity of a text, one float.

    `p` is an array of shape (n,): the probability, above 0, that the model gave to each character that came.
    """
    return np.exp(-np.mean(np.log(p)))


@perplexity.inputs
def chances(rng: np.random.Generator) -> Inputs:
    yield (np.array([0.25]),)
    yield (np.array([0.5, 0.125]),)
    yield (np.array([1.0, 0.1, 0.4]),)
    for n in (4, 12, 60):
        yield (rng.uniform(0.01, 0.9, size=n),)
    yield (np.r_[rng.uniform(0.01, 0.9, size=3), np.full(2000, 0.05)],)


perplexity.mistake("The exponential is missing: that is the cross-entropy, in nats.", lambda p: -np.mean(np.log(p)))
perplexity.mistake("The minus sign is missing: the perplexity is at least 1.", lambda p: np.exp(np.mean(np.log(p))))
perplexity.mistake("You averaged the probabilities, then inverted; take the logarithms first, then the mean.",
                   lambda p: 1 / np.mean(p))
perplexity.mistake("You averaged 1/p; one rare character rules that mean. Average the logarithms.",
                   lambda p: np.mean(1 / p))
perplexity.mistake("You summed the logarithms; a mean also divides by n, or a longer text looks worse.",
                   lambda p: np.exp(-np.sum(np.log(p))))
perplexity.mistake("You took logarithms to base 2 but the exponential to base e: use one base for both.",
                   lambda p: np.exp(-np.mean(np.log2(p))))
perplexity.mistake("You multiplied all probabilities first: for a long text the product is too small for a float. "
                   "Add logarithms.", lambda p: np.prod(p) ** (-1 / len(p)))
perplexity.alternative(lambda p: 2 ** -np.mean(np.log2(p)))
perplexity.alternative(lambda p: np.prod(p ** (-1 / len(p))))


def shares(z: Array) -> Array:
    """Softmax of each row."""
    e = np.exp(z - np.max(z, axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


@exercise(title="Temperature", points=2,
          hints=["A high temperature should make the probabilities of a row more alike. What must happen to the "
                 "scores before the softmax, so that their differences shrink?",
                 "Divide the scores by the temperature, and take the softmax of each row. Scores may be as large as "
                 "1000, so shift each row in a way that leaves its softmax unchanged.",
                 "The largest exponent of each row should become 0. The maxima of the rows must have the shape (n, "
                 "1) to be subtracted from a table of shape (n, k). Which argument of `max` keeps that axis?"])
def tempered_probabilities(z: Array, temperature: float) -> Array:
    """Return the softmax of z / temperature, row by row.

    `z` is an array of shape (n, k) of scores, which may be as large as 1000; `temperature` is a positive number. The
    result has shape (n, k), and each row sums to 1.
    """
    scaled = z / temperature
    e = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


@tempered_probabilities.inputs
def scores(rng: np.random.Generator) -> Inputs:
    yield np.array([[0.0, 1.0]]), 0.5
    yield np.array([[2.0, -1.0, 0.5], [0.0, 0.0, 3.0]]), 2.0
    for n, k, temperature in ((2, 4, 0.7), (4, 3, 1.6), (6, 5, 0.3)):
        yield rng.normal(size=(n, k)), temperature
    yield np.array([[1000.0, 999.0, 998.5]]) + rng.uniform(size=3), 0.8
    yield np.array([[1000.0, 0.0], [-999.0, -1000.0]]), 0.5


tempered_probabilities.mistake("You multiplied by the temperature: a high temperature must flatten, so divide.",
                               lambda z, t: shares(z * t))
tempered_probabilities.mistake("The temperature plays no part in your answer.", lambda z, t: shares(z))
tempered_probabilities.mistake("You divided the probabilities; divide the scores, before the softmax.",
                               lambda z, t: shares(z) / t)
tempered_probabilities.mistake("The exponential overflows for large scores: subtract each row's maximum first.",
                               lambda z, t: np.exp(z / t) / np.exp(z / t).sum(axis=1, keepdims=True))
tempered_probabilities.mistake("You subtracted the largest of the whole table: a row far below it becomes 0/0. Use each row's own.",
                               lambda z, t: np.exp((z - z.max()) / t) / np.exp((z - z.max()) / t).sum(axis=1, keepdims=True))
tempered_probabilities.mistake("The columns sum to 1 in your answer; each row is one prediction, so sum over axis 1.",
                               lambda z, t: shares(z.T / t).T)
tempered_probabilities.mistake("You divided by the sum over all rows; each row must sum to 1 by itself.",
                               lambda z, t: np.exp(z / t - np.max(z / t)) / np.exp(z / t - np.max(z / t)).sum())
tempered_probabilities.mistake("You took the softmax twice.", lambda z, t: shares(shares(z / t)))
tempered_probabilities.alternative(lambda z, t: shares(z / t))
tempered_probabilities.alternative(
    lambda z, t: np.exp(z / t - np.logaddexp.reduce(z / t, axis=1, keepdims=True)))


@exercise(title="A model by counting", points=2,
          hints=["Each pair of neighbours in the text is one observation. Which of its two characters chooses the "
                 "row of the table, and which the column?",
                 "Begin with a table in which every entry is `extra`, count each pair of neighbours, and make each "
                 "row a list of shares at the end.",
                 "The pairs are the text without its last character beside the text without its first. The same pair "
                 "may come several times, and `+= 1` with arrays of indices counts it once only, so use a loop or "
                 "look up `np.add.at`."])
def bigram_probabilities(text: Array, k: int, extra: float) -> Array:
    """Return the table of probabilities that one character follows another, shape (k, k).

    Entry [a, b] is the share of b among the characters that follow a, where `extra`, a positive number, is added to
    every count first. `text` is an array of shape (n,) of integers from 0 to k - 1. Each row sums to 1.
    """
    counts = np.full((k, k), float(extra))
    np.add.at(counts, (text[:-1], text[1:]), 1)
    return counts / counts.sum(axis=1, keepdims=True)


@bigram_probabilities.inputs
def texts(rng: np.random.Generator) -> Inputs:
    yield np.array([0, 1]), 2, 1.0
    yield np.array([0, 1]), 3, 1.0
    yield np.array([0, 1, 0, 1, 2, 2, 2]), 3, 0.5
    for n, k, extra in ((12, 3, 0.1), (30, 4, 1.0), (80, 5, 0.25)):
        yield rng.integers(k, size=n), k, extra


def table(text: Array, k: int, extra: float) -> Array:
    """Counts of pairs, with something added."""
    counts = np.full((k, k), float(extra))
    np.add.at(counts, (text[:-1], text[1:]), 1)
    return counts


def once(text: Array, k: int, extra: float) -> Array:
    """The counts that fancy indexing with += gives: each pair at most once."""
    counts = np.full((k, k), float(extra))
    counts[text[:-1], text[1:]] += 1
    return counts


bigram_probabilities.mistake("Those are counts; divide each row by its sum.", table)
bigram_probabilities.mistake("The columns sum to 1 in your answer: you divided by the sums over axis 0.",
                             lambda t, k, x: table(t, k, x) / table(t, k, x).sum(axis=0))
bigram_probabilities.mistake("The table is turned round: the row is the character that comes first.",
                             lambda t, k, x: table(t[::-1], k, x) / table(t[::-1], k, x).sum(axis=1, keepdims=True))
bigram_probabilities.mistake("keepdims=True is missing: column b was divided by the sum of row b.",
                             lambda t, k, x: table(t, k, x) / table(t, k, x).sum(axis=1))
bigram_probabilities.mistake("You took the number of characters from the text; k is given, and some of them may not occur.",
                             lambda t, k, x: table(t, t.max() + 1, x) / table(t, t.max() + 1, x).sum(axis=1, keepdims=True))
bigram_probabilities.mistake("You divided by the sum of the whole table; those are shares of all pairs.",
                             lambda t, k, x: table(t, k, x) / table(t, k, x).sum())
bigram_probabilities.mistake("A pair that comes twice was counted once: += with index arrays does that; use np.add.at.",
                             lambda t, k, x: once(t, k, x) / once(t, k, x).sum(axis=1, keepdims=True))
bigram_probabilities.mistake("`extra` is missing: a pair that never came has probability 0, and may cost infinity.",
                             lambda t, k, x: table(t, k, 0) / table(t, k, 0).sum(axis=1, keepdims=True))
bigram_probabilities.alternative(
    lambda t, k, x: (np.bincount(t[:-1] * k + t[1:], minlength=k * k).reshape(k, k) + x)
    / (np.bincount(t[:-1], minlength=k) + k * x)[:, None])


ask("A model has perplexity 41 on a text over 41 characters. What does it know?",
    right=("no more than the alphabet", "It does as well as giving every character the same probability."),
    wrong=[("everything there is to know",
            "A perfect model has perplexity 1: it never hesitates."),
           ("half of the text", "Perplexity does not count how much of a text is known.")])
ask(
    "A model gives probability 0 to one character in a test text of a million. What is its perplexity there?",
    right=("infinite", "-log 0 is infinite, and so is any mean with it: that is why counts get a little added."),
    wrong=[("as before: it is one character in a million",
            "A mean over a million terms is still infinite if one of them is."),
           ("zero, like that probability", "Perplexity is at least 1.")])
ask("The temperature goes to zero. What does the model write?",
    right=("the likeliest character, each time",
           "Divided by a tiny T, the largest score takes all of the probability."),
    wrong=[("all characters equally often",
            "That happens for a very large temperature."),
           ("the training text", "It may resemble it, but the model has no copy to read from.")])
ask("Where do the labels of a language model come from?",
    right=("from the text, which goes on with the next character",
           "The label of a context is the character that follows it."),
    wrong=[("people who marked each character by hand",
            "No one has to; that is why such models can learn from so much text."),
           ("the model's own predictions",
            "Those are used for writing. While training, the label is what the author wrote.")])


@exercise(title="Break this answer: the average of two perplexities", points=3,
          hints=["The given function counts both parts alike. How many characters has the opening, and how many has the rest?",
                 "Give the rival something that costs few characters and lowers the average a lot, and take it back where there are "
                 "many characters.",
                 "No perplexity is below 1, so a perfect opening lowers the sum of the two by a known amount. How large may the "
                 "perplexity of the rest become, and which probability has it, if all characters of the rest have the same?"])
def flattering_rival(opening: Array, rest: Array) -> tuple[Array, Array]:
    """Return a rival's probabilities for both parts of a text, such that `average_perplexity` prefers the worse model.

    A text has two parts, and a model gave the probabilities `opening` and `rest`, of shapes (m,) and (n,), to the characters
    that came; the rest is nine times as long, and easier. Somebody averages the perplexities of the parts with the function given
    below. Show that this is wrong: the average should be smaller for your rival than for the model, although the
    perplexity of the whole text is at least 1.25 times that of the model. The answer is a tuple of two arrays of shapes (m,)
    and (n,) with probabilities above 0 and at most 1.
    """
    allowed = sum(np.exp(-np.mean(np.log(p))) for p in (opening, rest)) - 1.1
    return np.ones(len(opening)), np.full(len(rest), 1 / allowed)


@flattering_rival.gives
def average_perplexity(opening: Array, rest: Array) -> Number:
    """Average the perplexities of both parts."""
    return (np.exp(-np.mean(np.log(opening))) + np.exp(-np.mean(np.log(rest)))) / 2


@flattering_rival.inputs
def two_parts(rng: np.random.Generator) -> Inputs:
    yield np.array([0.25]), np.array([0.5, 0.25, 0.25, 0.5, 0.25, 0.5, 0.25, 0.25, 0.5])
    for m in (2, 5, 10):
        yield rng.uniform(0.1, 0.25, size=m), rng.uniform(0.3, 0.6, size=9 * m)


def of_whole(opening: Array, rest: Array) -> Number:
    """Perplexity of the whole text."""
    return perplexity.reference(np.concatenate([opening, rest]))


@flattering_rival.claim("Each character needs one probability: {m} for the opening and {n} for the rest; you gave {first} and {second}.")
def one_for_each_character(answer: tuple[Array, Array], opening: Array, rest: Array) -> Held:
    sizes = len(answer[0]), len(answer[1])
    numbers = {"m": len(opening), "n": len(rest), "first": sizes[0], "second": sizes[1]}
    return sizes == (len(opening), len(rest)), numbers


@flattering_rival.claim("A probability lies above 0 and is at most 1; yours lie between {least} and {most}.")
def probabilities(answer: tuple[Array, Array], opening: Array, rest: Array) -> Held:
    given = np.concatenate(answer)
    return (given > 0).all() and (given <= 1).all(), {"least": given.min(), "most": given.max()}


@flattering_rival.claim("`average_perplexity` does not prefer your rival: it says {theirs} for it and {ours} for the model.")
def preferred(answer: tuple[Array, Array], opening: Array, rest: Array) -> Held:
    ours, theirs = average_perplexity(opening, rest), average_perplexity(*answer)
    return theirs < ours, {"ours": ours, "theirs": theirs}


@flattering_rival.claim("Your rival is preferred, but it is not bad enough: the perplexity of the whole text is {theirs} for it and {ours} for "
                        "the model, which is less than 1.25 times as much.")
def worse(answer: tuple[Array, Array], opening: Array, rest: Array) -> Held:
    ours, theirs = of_whole(opening, rest), of_whole(*answer)
    return theirs >= 1.25 * ours, {"ours": ours, "theirs": theirs}


flattering_rival.mistake("A rival that is worse everywhere has larger perplexities in both parts, so no average of them prefers it.",
                         lambda opening, rest: (opening / 2, rest / 2))
flattering_rival.mistake("A rival that is better everywhere is preferred with good reason; it must be worse on the whole text.",
                         lambda opening, rest: (np.sqrt(opening), np.sqrt(rest)))
flattering_rival.mistake("You made the long part better and the short one worse; the average forgets how long the parts are, so turn it round.",
                         lambda opening, rest: (opening / 20, np.ones(len(rest))))
flattering_rival.mistake("A perfect opening alone makes the rival better. What it wins there it has to lose in the rest, and more.",
                         lambda opening, rest: (np.ones(len(opening)), rest))
flattering_rival.mistake("The rest loses too much, so even the average notices it.",
                         lambda opening, rest: (np.ones(len(opening)), rest / 6))
flattering_rival.mistake("An opening with probabilities above 1 would be better than perfect, and nothing is.",
                         lambda opening, rest: (np.full(len(opening), 2.0), rest / 1.5))
flattering_rival.mistake("The two parts are exchanged: the opening comes first.",
                         lambda opening, rest: (rest, opening))
flattering_rival.alternative(lambda opening, rest: (
    [0.98] * len(opening), [1 / (2 * average_perplexity(opening, rest) - 1.05)] * len(rest)))
