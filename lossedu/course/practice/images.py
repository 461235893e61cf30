"""Exercises of the page on images."""

from __future__ import annotations

import numpy as np

from lossedu.exercises.page import on_page
from lossedu.exercises.types import Array, Inputs, Number

exercise, ask = on_page(__name__)



@exercise(title="The confusion matrix", points=2,
          hints=["What is the answer of a model for one row of scores? And which entry of the table should grow by 1 "
                 "for that image?",
                 "Find the class with the largest score in each row. Then begin with a table of zeros, and count one "
                 "pair of label and answer for each image.",
                 "The same pair may come several times, and `+= 1` with arrays of indices counts it once only. You "
                 "can go through the pairs in a loop, or look up `np.add.at`."])
def confusion_matrix(labels: Array, z: Array) -> Array:
    """Return the table of how often each class was answered for each label, shape (k, k).

    Entry [a, b] counts the images with label a whose largest score is that of class b. `labels`, of shape (n,), holds
    integers from 0 to k - 1; `z`, of shape (n, k), the scores, no two in a row alike.
    """
    table = np.zeros((z.shape[1], z.shape[1]), int)
    np.add.at(table, (labels, z.argmax(axis=1)), 1)
    return table


@confusion_matrix.inputs
def answers(rng: np.random.Generator) -> Inputs:
    yield np.array([1]), np.array([[2.0, -1.0]])
    yield np.array([1, 0]), np.array([[2.0, -1.0, -3.0], [0.0, 1.0, -1.0]])
    yield np.array([0, 0, 0, 2]), np.array([[3.0, 1, 0], [2, 1, 0], [0, 4, 1], [1, 0, 2.0]])
    for n, k in ((8, 3), (20, 4), (60, 5)):
        yield np.r_[0, 0, rng.integers(k, size=n)], np.r_[[np.arange(k)] * 2, rng.normal(size=(n, k))]


def counted(labels: Array, said: Array, k: int) -> Array:
    """How often each pair of numbers occurs."""
    table = np.zeros((k, k), int)
    np.add.at(table, (labels, said), 1)
    return table


def marked(labels: Array, said: Array, k: int) -> Array:
    """The table that += with index arrays gives: each pair at most once."""
    table = np.zeros((k, k), int)
    table[labels, said] += 1
    return table


confusion_matrix.mistake("The table is turned round: rows are labels, columns are answers.",
                         lambda y, z: counted(z.argmax(1), y, z.shape[1]))
confusion_matrix.mistake("A pair that comes twice was counted once: += with index arrays does that; use np.add.at.",
                         lambda y, z: marked(y, z.argmax(1), z.shape[1]))
confusion_matrix.mistake("You counted the smallest scores; the answer is the largest one.",
                         lambda y, z: counted(y, z.argmin(1), z.shape[1]))
confusion_matrix.mistake("You took the number of classes from the labels and answers; z has a column for each, and some may not occur.",
                         lambda y, z: counted(y, z.argmax(1), max(y.max(), z.argmax(1).max()) + 1))
confusion_matrix.mistake("You turned counts into shares of each row; the counts were asked.",
                         lambda y, z: counted(y, z.argmax(1), z.shape[1])
                         / np.maximum(np.bincount(y, minlength=z.shape[1]), 1)[:, None])
confusion_matrix.mistake("Only the wrong answers are in your table; the right ones belong on its diagonal.",
                         lambda y, z: counted(y, z.argmax(1), z.shape[1]) * (1 - np.eye(z.shape[1], dtype=int)))
confusion_matrix.alternative(lambda y, z: np.eye(z.shape[1])[y].T @ np.eye(z.shape[1])[z.argmax(1)])
confusion_matrix.alternative(
    lambda y, z: np.bincount(y * z.shape[1] + z.argmax(1), minlength=z.shape[1] ** 2).reshape(z.shape[1], -1))


@exercise(title="Among the best few", points=2,
          hints=["At which place does the label of an image stand when the scores of its row are sorted from the "
                 "largest to the smallest?",
                 "Count for each row how many scores are larger than that of the label. This count tells whether the "
                 "label is among the best m, and the average of these answers is the share.",
                 "When the label has the largest score of all, no score is larger, so the count is 0. How large may "
                 "the count be for m = 1, and how large for any m?"])
def top_share(labels: Array, z: Array, m: int) -> Number:
    """Return the share of images whose label has one of the `m` largest scores, one float.

    With m = 1 that is the accuracy. `labels`, of shape (n,), holds integers from 0 to k - 1; `z`, of shape (n, k), the
    scores, no two in a row alike.
    """
    own = z[np.arange(len(z)), labels]
    larger = (z > own[:, None]).sum(axis=1)
    return np.mean(larger < m)


@top_share.inputs
def ranked(rng: np.random.Generator) -> Inputs:
    yield np.array([0]), np.array([[1.0, 2.0]]), 1
    yield np.array([0, 1, 2]), np.array([[3.0, 1, 0], [2, 1, 0], [5, 4, 1.0]]), 2
    for n, k, m in ((7, 4, 1), (11, 4, 2), (50, 6, 3)):
        yield rng.integers(k, size=n), rng.normal(size=(n, k)), m


def rank(labels: Array, z: Array) -> Array:
    """How many scores of each row are larger than the label's."""
    return (z > z[np.arange(len(z)), labels][:, None]).sum(axis=1)


top_share.mistake("You took one place too many: fewer than m scores may be larger.",
                  lambda y, z, m: np.mean(rank(y, z) <= m))
top_share.mistake("That is the accuracy; the m best scores count.", lambda y, z, m: np.mean(rank(y, z) == 0))
top_share.mistake("You counted the images; divide by n for the share.", lambda y, z, m: np.sum(rank(y, z) < m))
top_share.mistake("That is the share of images whose label is not among the best.",
                  lambda y, z, m: np.mean(rank(y, z) >= m))
top_share.mistake("You looked among the m smallest scores; np.argsort sorts upwards.",
                  lambda y, z, m: np.mean((np.argsort(z, axis=1)[:, :m] == y[:, None]).any(axis=1)))
top_share.mistake("Only the m-th place counts in your answer; the better places count too.",
                  lambda y, z, m: np.mean(rank(y, z) == m - 1))
top_share.mistake("You returned yes or no for each image; average them to one number.", lambda y, z, m: rank(y, z) < m)
top_share.alternative(lambda y, z, m: np.mean((np.argsort(-z, axis=1)[:, :m] == y[:, None]).any(axis=1)))
top_share.alternative(lambda y, z, m: np.mean(z[np.arange(len(z)), y] >= np.sort(z, axis=1)[:, -m]))


ask("The test loss rises while the test accuracy stays. What is going on?",
    right=("it is getting surer of the answers it gets wrong",
           "The largest scores stay where they are, but the wrong ones among them cost more and more."),
    wrong=[("one of the two was computed on the wrong images",
            "Loss and accuracy need not agree: one listens to probabilities, the other to the largest score."),
           ("the gradient has the wrong sign", "The training loss would then not fall.")])
ask("A digit recogniser will read letters from strangers. How should it be tested?",
    right=("on writers it has never seen", "That is how it will be used; known hands flatter it."),
    wrong=[("on a random tenth of all images",
            "Random draws test on writers that are in the training set too."),
           ("on the images it was trained on", "There even a model that learns by heart is perfect.")])
ask("A fully connected network is trained on images with jumbled pixels. What happens?",
    right=("it learns as well as before", "It has a weight for each pixel and never knew which pixels are neighbours."),
    wrong=[("it learns nothing",
            "We read shapes; the network reads 64 numbers."),
           ("it is better at first and worse later", "The problem is the same but for the names of the inputs.")])
ask("What does a model lose that answers 0.1 for each of ten digits?",
    right=("log 10 = 2.303 on every image", "The cross-entropy is minus the logarithm of what the true class got."),
    wrong=[("0.1 on every image",
            "The loss takes the logarithm of the share, not the share itself."),
           ("nothing, it is undecided", "Being undecided has its price: what certainty could have saved.")])


@exercise(title="Derive: a model for jumbled negatives", points=3,
          hints=["Write a score of the old model as a sum over the old pixels. Where does each of these grey values stand in the new "
                 "image, and how is it obtained from the new value?",
                 "Take one change after the other: first find the weights for images that are only jumbled, and then let dark and "
                 "light be exchanged.",
                 "New pixel j comes from old pixel `order[j]`, so which old row of W must stand in row j? When you put 1 minus the new "
                 "value into the sum, it splits into two parts, and one of them does not depend on the image."])
def negative_model(W: Array, b: Array, order: Array) -> tuple[Array, Array]:
    """Return the weights and the intercepts that give the same scores for jumbled negatives, a tuple of two arrays.

    A linear model computes the scores `x @ W + b` from an image x of d pixels with grey values from 0 to 1; `W` has shape
    (d, k) and `b` shape (k,), and so have the two arrays of the answer. In the new images pixel j is 1 - x[order[j]]:
    the pixels stand in another order, and dark and light are exchanged. `order`, of shape (d,), holds each of the numbers
    from 0 to d - 1 once. Nothing is trained again: find the new model from the old one.
    """
    return -W[order], b + W.sum(axis=0)


@negative_model.inputs
def linear_models(rng: np.random.Generator) -> Inputs:
    yield np.array([[1.0, 2.0], [3.0, 5.0], [0.0, -4.0]]), np.array([10.0, 20.0]), np.array([1, 2, 0])
    for d, k in ((3, 1), (5, 2), (8, 3)):
        yield rng.normal(size=(d, k)), rng.normal(size=k), (rng.permutation(d) if d > 3 else np.array([2, 0, 1]))


negative_model.mistake("The rows are put in order the wrong way round: row j must hold the weights of the old pixel that now stands at j.",
                       lambda W, b, order: (-W[np.argsort(order)], b + W.sum(axis=0)))
negative_model.mistake("The intercepts are still the old ones, but 1 minus a grey value also leaves a part that depends on no pixel.",
                       lambda W, b, order: (-W[order], b))
negative_model.mistake("The order is right, but in a negative a bright pixel says what a dark one said before.",
                       lambda W, b, order: (W[order], b))
negative_model.mistake("The weights stand in the old order, but the pixels have moved.",
                       lambda W, b, order: (-W, b + W.sum(axis=0)))
negative_model.mistake("The intercepts have moved the wrong way: put an image with all grey values 0 into both models.",
                       lambda W, b, order: (-W[order], b - W.sum(axis=0)))
negative_model.mistake("You turned the sign of the old intercepts as well, but they multiply no grey value.",
                       lambda W, b, order: (-W[order], W.sum(axis=0) - b))
negative_model.mistake("You added an average over the pixels; each pixel leaves its whole weight behind.",
                       lambda W, b, order: (-W[order], b + W.mean(axis=0)))
negative_model.mistake("You took 1 minus the weights; it is the grey values that are turned round.",
                       lambda W, b, order: (1 - W[order], b))
negative_model.mistake("All classes got the same amount; each of them has its own column of weights.",
                       lambda W, b, order: (-W[order], b + W.sum()) if W.shape[1] > 1 else (-W[order], b))
negative_model.alternative(lambda W, b, order: (-np.eye(len(W))[order] @ W, b + np.ones(len(W)) @ W))
negative_model.alternative(lambda W, b, order: (-np.stack([W[j] for j in order]), b + sum(W)))
