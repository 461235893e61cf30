"""Exercises of the page on text."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lossedu.exercises.page import on_page
from lossedu.exercises.types import Array, Inputs, Number

exercise, ask = on_page(__name__)



@exercise(title="A bag of words", points=2,
          hints=["The answer is a table with one row for each sentence and one column for each word, and most of it is "
                 "0. Which entries are not?",
                 "Start from a table of zeros whose shape is given by m and k. Each token then puts a 1 into the row of "
                 "its sentence and the column of its word.",
                 "NumPy can set many entries at once when you index the table with two arrays together, one for the "
                 "rows and one for the columns. A word that comes twice sets its entry twice, and that does no harm."])
def bag_of_words(sentence: Array, token: Array, m: int, k: int) -> Array:
    """Return rows with a 1 for each word that a sentence holds and 0 for the others, shape (m, k).

    The text is given as two arrays of integers of shape (n,): `token` holds a word's number, from 0 to k - 1, and
    `sentence` the number of the sentence it stands in, from 0 to m - 1.
    """
    bags = np.zeros((m, k))
    bags[sentence, token] = 1
    return bags


@bag_of_words.inputs
def texts(rng: np.random.Generator) -> Inputs:
    yield np.array([0, 0, 1, 1]), np.array([1, 1, 2, 0]), 2, 3
    yield np.array([0, 0, 0]), np.array([1, 0, 1]), 1, 3
    yield np.array([0, 2, 2, 1, 2]), np.array([3, 0, 0, 1, 2]), 4, 5
    for n, m, k in ((9, 3, 4), (20, 4, 6), (60, 7, 9)):
        yield np.r_[0, 0, rng.integers(m, size=n)], np.r_[1, 1, rng.integers(k, size=n)], m, k


def counts(sentence: Array, token: Array, m: int, k: int) -> Array:
    """How often each sentence holds each word."""
    bags = np.zeros((m, k))
    np.add.at(bags, (sentence, token), 1)
    return bags


bag_of_words.mistake("You counted the words; a word that comes twice is a 1 as well.", counts)
bag_of_words.mistake("You took the shape from the data; m and k are given, and a sentence or a word may not occur.",
                     lambda s, t, m, k: np.minimum(counts(s, t, s.max() + 1, t.max() + 1), 1))
bag_of_words.mistake("The table is turned round: one row a sentence, one column a word.",
                     lambda s, t, m, k: np.minimum(counts(s, t, m, k), 1).T)
bag_of_words.mistake("You filled whole rows and columns: index with both arrays at once, [sentence, token].",
                     lambda s, t, m, k: np.isin(np.arange(m), s)[:, None] * np.isin(np.arange(k), t)[None] * 1.0)
bag_of_words.mistake("You marked the words that are missing.", lambda s, t, m, k: 1 - np.minimum(counts(s, t, m, k), 1))
bag_of_words.mistake("Each row sums to 1 in your answer; mark each word with a whole 1.",
                     lambda s, t, m, k: counts(s, t, m, k) / np.maximum(counts(s, t, m, k).sum(1, keepdims=True), 1))
bag_of_words.alternative(lambda s, t, m, k: np.minimum(counts(s, t, m, k), 1))
bag_of_words.alternative(
    lambda s, t, m, k: (np.bincount(s * k + t, minlength=m * k) > 0).reshape(m, k).astype(float))


def chance(z: Array | float) -> Array | Number:
    """The sigmoid."""
    return 1 / (1 + np.exp(-z))


@exercise(title="The gradient reaches the words", points=2,
          hints=["A weight reaches the loss only through the logits of the sentences that hold its word. What is the "
                 "slope of the loss in one logit?",
                 "Turn the logits into probabilities and compare these with the labels: that is the slope in each "
                 "logit, up to the factor of the mean. Then carry the slopes from the sentences back to the words.",
                 "In the last step each weight collects the slopes of those rows of X in which its word has a 1. Which "
                 "product of X with the vector of slopes has the shape (k,)?"])
def word_gradient(X: Array, y: Array, w: Array) -> Array:
    """Return the gradient of the mean binary cross-entropy with respect to the weights, shape (k,).

    `X`, of shape (n, k), holds one row a sentence, `y`, of shape (n,), labels 0 and 1, and `w`, of shape (k,), the
    weights. The logits are X @ w.
    """
    p = 1 / (1 + np.exp(-(X @ w)))
    return X.T @ (p - y) / len(y)


@word_gradient.inputs
def labelled(rng: np.random.Generator) -> Inputs:
    yield np.array([[1.0, 0.0]]), np.array([1]), np.array([0.5, -2.0])
    yield np.array([[1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]), np.array([0, 1, 1]), np.array([-1.0, 0.5])
    for n, k in ((4, 3), (9, 5), (40, 6)):
        yield rng.integers(2, size=(n, k)).astype(float), rng.permutation(np.arange(n) % 2), rng.normal(size=k)


word_gradient.mistake("The sign is turned round: where p is too high, the gradient is positive.",
                      lambda X, y, w: X.T @ (y - chance(X @ w)) / len(y))
word_gradient.mistake("The 1/n of the mean is missing: this is the gradient of the sum.",
                      lambda X, y, w: X.T @ (chance(X @ w) - y))
word_gradient.mistake("The sigmoid is missing: compare the probability with the label, not the logit.",
                      lambda X, y, w: X.T @ (X @ w - y) / len(y))
word_gradient.mistake("There is a p (1 - p) too many: it cancels in the cross-entropy; squared error would keep it.",
                      lambda X, y, w: X.T @ ((chance(X @ w) - y) * chance(X @ w) * (1 - chance(X @ w))) / len(y))
word_gradient.mistake("You divided by the number of words; the mean is over the sentences.",
                      lambda X, y, w: X.T @ (chance(X @ w) - y) / X.shape[1])
word_gradient.mistake("That is the gradient with respect to the logits; take it on to the weights with X.T.",
                      lambda X, y, w: (chance(X @ w) - y) / len(y))
word_gradient.mistake("You compared the label with yes or no, p > 0.5; the gradient needs the probability itself.",
                      lambda X, y, w: X.T @ ((X @ w > 0) * 1.0 - y) / len(y))
word_gradient.alternative(lambda X, y, w: np.mean((chance(X @ w) - y)[:, None] * X, axis=0))
word_gradient.alternative(lambda X, y, w: sum(x * (chance(x @ w) - t) for x, t in zip(X, y)) / len(y))


ask("A word occurs in none of the training sentences. What happens to its weight?",
    right=("it stays where it started", "Its column is all zeros, so its gradient is zero in every step."),
    wrong=[("it becomes large and negative",
            "Nothing pushes it at all: the gradient comes from sentences that hold the word."),
           ("it becomes NaN: its count is zero", "A sum of zeros is zero; nothing is divided by the count of a word.")])
ask("Why is the vocabulary taken from the training sentences only?",
    right=("the test must play no part in the model",
           "Choosing features is a part of training, like choosing weights."),
    wrong=[("the test sentences hold no new words",
            "They do contain new words, and a model must live with them."),
           ("to save memory", "The number of columns is fixed at 400 either way.")])
ask("The names are taken out and the test loss rises. Is the model worse?",
    right=("for other books perhaps not", "Names helped on these two books and would not help on another one."),
    wrong=[("yes, its loss is larger",
            "A larger loss means worse on these books; what you want to know may be something else."),
           ("no, the loss plays no part in text", "It is what the model was trained on and judged by.")])
ask(
    "A model is right on 80 percent of the sentences and gives each of its answers 0.99. What will the loss say?",
    right=("that never looking would do better: it is too sure",
           "Each wrong answer costs -log 0.01 = 4.6; a fifth of them gives 0.93, worse than not looking."),
    wrong=[("that the model is good",
            "Four answers in five are nearly free, but the fifth is so dear that the mean is above log 2 = 0.69."),
           ("nothing, the loss counts right answers", "That is the accuracy; the loss listens to the probabilities.")])


@exercise(title="Transfer: weights that are counted, not trained", points=3,
          hints=["How much more often does a word stand in the sentences of class 1 than in those of class 0? Such a comparison is a "
                 "quotient, and a logit is a logarithm.",
                 "For each class find the share of its sentences that hold the word, with the two invented sentences among them. "
                 "Then compare the two shares of each word.",
                 "One invented sentence of each class holds the word and the other does not. By how much does each of them change the "
                 "number of sentences with the word, and the number of all sentences of the class?"])
def counted_weights(X: Array, y: Array) -> Array:
    """Return a weight for each word by counting alone: the log of the ratio of its shares in the two classes, shape (k,).

    `X`, of shape (n, k), holds a 1 where the sentence of this row holds the word of this column, and 0 elsewhere; `y`, of
    shape (n,), holds labels 0 and 1, and both occur. The share of a word in a class is the part of the sentences of this class
    that hold it. So that no share is 0, pretend that each class has two more sentences, one that holds every word and one
    that holds none. The weight is positive where the word is more frequent in class 1.
    """
    yes, no = X[y == 1], X[y == 0]
    return np.log((yes.sum(axis=0) + 1) / (len(yes) + 2)) - np.log((no.sum(axis=0) + 1) / (len(no) + 2))


@counted_weights.inputs
def counted_texts(rng: np.random.Generator) -> Inputs:
    yield np.array([[1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]), np.array([0, 1, 1])
    for n, k in ((5, 3), (9, 5), (40, 6)):
        yield rng.integers(2, size=(n, k)).astype(float), np.r_[np.ones(n // 3 + 1, int), np.zeros(n - n // 3 - 1, int)]


def shares_of_words(X: Array, y: Array, one: float, two: float) -> tuple[Array, Array]:
    """Shares of the words in class 1 and in class 0, with `two` invented sentences, of which `one` holds every word."""
    return (X[y == 1].sum(0) + one) / (np.sum(y == 1) + two), (X[y == 0].sum(0) + one) / (np.sum(y == 0) + two)


def compared(one: float, two: float) -> Callable[[Array, Array], Array]:
    """The logarithm of the ratio of the shares."""
    def weights(X: Array, y: Array) -> Array:
        yes, no = shares_of_words(X, y, one, two)
        return np.log(yes) - np.log(no)

    return weights


counted_weights.mistake("You left out the invented sentences, so a word that is missing in one class has an infinite weight.",
                        compared(0, 0))
counted_weights.mistake("The invented sentences are sentences too: each class has two more of them.", compared(1, 0))
counted_weights.mistake("You invented one sentence for each class; one that holds no word belongs to it too.", compared(1, 1))
counted_weights.mistake("The classes are exchanged: a word of class 1 must have a positive weight.",
                        lambda X, y: compared(1, 2)(X, 1 - y))
counted_weights.mistake("You compared numbers of sentences, so the larger class seems to use every word more.",
                        lambda X, y: np.log(X[y == 1].sum(0) + 1) - np.log(X[y == 0].sum(0) + 1))
counted_weights.mistake("You compared the odds of the word; the ratio of its shares was asked.",
                        lambda X, y: compared(1, 2)(X, y) - compared(1, 2)(1 - X, y))
counted_weights.mistake("That is the ratio of the shares; its logarithm is still missing.",
                        lambda X, y: np.exp(compared(1, 2)(X, y)))
counted_weights.alternative(compared(1, 2))
