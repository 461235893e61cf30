"""Exercises of the page on overlap losses."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lossedu.exercises.page import on_page
from lossedu.exercises.types import Array, Function, Held, Inputs, Number

exercise, ask = on_page(__name__)



def sets(rng: np.random.Generator) -> Inputs:
    """A set and probabilities: a hit among misses, half claims, then random ones; never an empty set."""
    yield np.array([1.0, 0.0, 0.0]), np.array([1.0, 1.0, 0.0])
    yield np.array([1.0, 1.0, 0.0, 0.0]), np.array([0.5, 0.0, 0.5, 1.0])
    for d in (6, 30):
        yield (rng.permutation(np.arange(d)) % 3 == 0).astype(float), rng.uniform(0.05, 0.95, size=d)


@exercise(title="What is missing to a perfect overlap", points=1,
          hints=["What is the overlap of a set of 0 and 1 with a set of probabilities?",
                 "You need three sums: one for what both hold, and one for the size of each side.",
                 "The index is 1 when both sides are the same set. What must the overlap be multiplied by for that? The loss is what is missing to 1."])
def dice_of_set(y_true: Array, y_pred: Array) -> Number:
    """Return the Dice loss of one set, one float.

    `y_true` holds 1 for what belongs to the set and 0 for the rest, `y_pred` holds probabilities; both have shape (d,).
    """
    return 1 - 2 * np.sum(y_true * y_pred) / (np.sum(y_true) + np.sum(y_pred))


dice_of_set.inputs(sets)
dice_of_set.mistake("That is the overlap itself; the loss is 1 minus it.",
                    lambda y, p: 2 * np.sum(y * p) / (np.sum(y) + np.sum(p)))
dice_of_set.mistake("The 2 is missing: a perfect claim would still cost ½.",
                    lambda y, p: 1 - np.sum(y * p) / (np.sum(y) + np.sum(p)))
dice_of_set.mistake("That is the Jaccard loss: you divided by the union. Divide by the sum of both sizes, and double the overlap.",
                    lambda y, p: 1 - np.sum(y * p) / (np.sum(y) + np.sum(p) - np.sum(y * p)))
dice_of_set.mistake("You divided by the number of elements; what neither claims nor holds must not count.",
                    lambda y, p: 1 - 2 * np.sum(y * p) / len(y))
dice_of_set.mistake("You divided by the size of the set only; then claiming everything costs least.",
                    lambda y, p: 1 - np.sum(y * p) / np.sum(y))
dice_of_set.mistake("You squared the sizes below. Some papers do; here they are plain sums.",
                    lambda y, p: 1 - 2 * np.sum(y * p) / (np.sum(y**2) + np.sum(p**2)))
dice_of_set.mistake("You rounded the probabilities first. Then the loss has no slope to learn from.",
                    lambda y, p: 1 - 2 * np.sum(y * (p > 0.5)) / (np.sum(y) + np.sum(p > 0.5)))
dice_of_set.alternative(lambda y, p: 1 - 2 * (y @ p) / (y.sum() + p.sum()))
dice_of_set.alternative(lambda y, p: (np.sum(y * (1 - p)) + np.sum((1 - y) * p)) / (np.sum(y) + np.sum(p)))


@exercise(title="The slope of a set loss", points=3,
          hints=["A claim p_k changes two quantities of the loss. Name them, and give each a letter.",
                 "Find the rate at which the overlap grows with p_k, and the rate at which the sum of the sizes grows. Then apply the quotient rule.",
                 "The overlap grows only where the element belongs to the set, but the sizes grow everywhere, so every entry gets a second term that does not depend on k."])
def dice_slope(y_true: Array, y_pred: Array) -> Array:
    """Return the gradient of the Dice loss of one set with respect to `y_pred`.

    `y_true` holds 1 for what belongs to the set and 0 for the rest, `y_pred` holds probabilities; both have shape (d,),
    and so has the gradient.
    """
    overlap = np.sum(y_true * y_pred)
    sizes = np.sum(y_true) + np.sum(y_pred)
    return -2 * (y_true * sizes - overlap) / sizes**2


def of_sums(slope: Callable[[Array, float, float], Array]) -> Function:
    """A gradient from y, the overlap and the sum of the sizes."""
    return lambda y, p: slope(y, np.sum(y * p), np.sum(y) + np.sum(p))


dice_slope.inputs(sets)
dice_slope.mistake("The sign is turned round: to claim more of the set lowers the loss, so its slope is negative there.",
                   of_sums(lambda y, i, s: 2 * (y * s - i) / s**2))
dice_slope.mistake("You took the sizes for fixed. S grows with each claim too: the quotient rule has a second term.",
                   of_sums(lambda y, i, s: -2 * y / s))
dice_slope.mistake("You took the overlap for fixed; it grows with the claims on the set.",
                   of_sums(lambda y, i, s: 2 * i / s**2 * np.ones(len(y))))
dice_slope.mistake("The 2 is missing.", of_sums(lambda y, i, s: -(y * s - i) / s**2))
dice_slope.mistake("You divided by S; in the quotient rule it is squared.", of_sums(lambda y, i, s: -2 * (y * s - i) / s))
dice_slope.mistake("You divided by the number of elements. One set is one sample; its loss is not an average.",
                   of_sums(lambda y, i, s: -2 * (y * s - i) / s**2 / len(y)))
dice_slope.mistake("The second term has the wrong sign: claiming what does not belong must raise the loss.",
                   of_sums(lambda y, i, s: -2 * (y * s + i) / s**2))
dice_slope.alternative(of_sums(lambda y, i, s: 2 * i / s**2 - 2 * y / s))


@exercise(title="False alarms and misses", points=2,
          hints=["An element can be found, claimed wrongly or missed. How does each look as a product of y and p, or of what they lack to 1?",
                 "Compute these three sums for each row, and put a price on two of them.",
                 "The index compares what was found with all that counts, the priced mistakes included. Sum along the axis that runs inside a row."])
def tversky_of_rows(y_true: Array, y_pred: Array, alpha: float, beta: float) -> Array:
    """Return the Tversky loss of each row, an array of shape (n,).

    One row is one set. `y_true` holds memberships 0 and 1, `y_pred` probabilities; both have shape (n, d). `alpha` is the
    price of a false alarm, `beta` that of a miss.
    """
    found = (y_true * y_pred).sum(axis=1)
    alarms = ((1 - y_true) * y_pred).sum(axis=1)
    misses = (y_true * (1 - y_pred)).sum(axis=1)
    return 1 - found / (found + alpha * alarms + beta * misses)


@tversky_of_rows.inputs
def rows(rng: np.random.Generator) -> Inputs:
    yield np.array([[1.0, 0.0, 0.0]]), np.array([[0.5, 1.0, 0.0]]), 0.3, 0.7
    yield np.array([[1.0, 1.0, 0.0], [1.0, 0.0, 0.0]]), np.array([[1.0, 0.0, 1.0], [0.2, 0.5, 0.9]]), 0.8, 0.2
    for n, d in ((3, 5), (10, 12)):
        yield (rng.permuted(np.tile(np.arange(d), (n, 1)), axis=1) % 3 == 0) * 1.0, rng.uniform(size=(n, d)), 0.4, 0.9


def of_counts(loss: Function, axis: int | None = 1) -> Function:
    """A loss from found, false alarms, misses and both prices."""
    def of(y: Array, p: Array, alpha: float, beta: float) -> Array | Number:
        return loss((y * p).sum(axis), ((1 - y) * p).sum(axis), (y * (1 - p)).sum(axis), alpha, beta)

    return of


tversky_of_rows.mistake("The prices are swapped: alpha is for false alarms, beta for misses.",
                        of_counts(lambda f, a, m, alpha, beta: 1 - f / (f + beta * a + alpha * m)))
tversky_of_rows.mistake("That is the index; the loss is 1 minus it.",
                        of_counts(lambda f, a, m, alpha, beta: f / (f + alpha * a + beta * m)))
tversky_of_rows.mistake("The prices are missing: with both 1 this is the Jaccard loss.",
                        of_counts(lambda f, a, m, alpha, beta: 1 - f / (f + a + m)))
tversky_of_rows.mistake("You threw all rows into one set; each row is a set: axis=1.",
                        of_counts(lambda f, a, m, alpha, beta: 1 - f / (f + alpha * a + beta * m), axis=None))
tversky_of_rows.mistake("You summed over the rows, axis 0; one set is one row, axis=1.",
                        of_counts(lambda f, a, m, alpha, beta: 1 - f / (f + alpha * a + beta * m), axis=0))
tversky_of_rows.mistake("What was found is missing below the line.",
                        of_counts(lambda f, a, m, alpha, beta: 1 - f / (alpha * a + beta * m)))
tversky_of_rows.mistake("You averaged over the rows; one loss a row was asked.",
                        of_counts(lambda f, a, m, alpha, beta: np.mean(1 - f / (f + alpha * a + beta * m))))
tversky_of_rows.alternative(of_counts(lambda f, a, m, alpha, beta: 1 / (1 + f / (alpha * a + beta * m))))


@exercise(title="From Dice to Jaccard", points=1,
          hints=["Both losses depend on the overlap and the two sizes. Is there one ratio that determines them both?",
                 "Write I for the overlap and S for the sum of the sizes. The union is S - I, so both indices can be written with I/S.",
                 "Solve the Dice loss for I/S, put that into the Jaccard loss, and multiply by what stands below to clear the fractions."])
def jaccard_loss_from_dice(dice_loss: Array) -> Array:
    """Return the Jaccard losses that belong to these Dice losses.

    `dice_loss` has shape (n,), with numbers from 0 to 1; so has the answer. The Jaccard index is the overlap over the
    union, and both losses are 1 minus their index.
    """
    return 2 * dice_loss / (1 + dice_loss)


@jaccard_loss_from_dice.inputs
def dice_losses(rng: np.random.Generator) -> Inputs:
    yield (np.array([0.5]),)
    yield (np.array([0.0, 1.0, 0.2]),)
    for n in (4, 20):
        yield (rng.uniform(size=n),)


jaccard_loss_from_dice.mistake("J = D / (2 - D) is for the indices, and takes losses from Jaccard to Dice. Go the other way.",
                               lambda d: d / (2 - d))
jaccard_loss_from_dice.mistake("You converted the right way, but gave the index back; the loss is 1 minus it.",
                               lambda d: (1 - d) / (1 + d))
jaccard_loss_from_dice.mistake("You doubled the loss; the two are not in proportion.", lambda d: 2 * d)
jaccard_loss_from_dice.mistake("The two losses differ, except at 0 and at 1.", lambda d: d)
jaccard_loss_from_dice.alternative(lambda d: 1 - (1 - d) / (1 + d))


ask("2 of 100 pixels belong to the set. A model claims nothing. What are its accuracy and its Dice loss?",
    right=("0.98 and 1", "98 pixels are right, and nothing overlaps with the set."),
    wrong=[("0.98 and 0.02", "Dice does not count the pixels that both leave out."),
           ("0.02 and 1", "The 98 unmarked pixels are all right.")])
ask("You flatten a batch of images into one long set before you take the Dice loss. Whose mistakes count more now?",
    right=("those in large sets, which fill the sums", "Sums are pooled, so an image with many marked pixels dominates."),
    wrong=[("everybody's count the same as before", "The mean of ratios is not the ratio of sums."),
           ("those in small sets, because each of their pixels is precious", "That is so when each image has its own ratio.")])
ask("Misses are worse than false alarms. What do you change in the Tversky loss?",
    right=("raise beta, keep alpha", "Beta is the price of a miss."),
    wrong=[("raise alpha, keep beta", "That makes false alarms dearer."),
           ("double the whole loss", "That doubles false alarms as well, and every step.")])
ask("A model trained with Dice says 0.97 for a pixel. What does that mean?",
    right=("that it claims the pixel; it is no probability", "Dice rewards a bold claim, whatever the chance: it is not a proper loss."),
    wrong=[("that 97 of 100 such pixels belong to the set", "Cross-entropy would give you that; Dice does not."),
           ("that 97 percent of the set have been found", "A number of one pixel can't say this.")])


@exercise(title="Reach a property: two averages that disagree", points=3,
          hints=["The page says that a pooled loss is ruled by large sets. Which image does the mean over images care about as much?",
                 "Let one answer serve the small set and neglect the large one, and let the other do the opposite.",
                 "If the first answer misses the whole large set, both averages may go wrong. How much of it should it find, "
                 "so that it wins under the mean and still loses in the pool?"])
def averages_that_disagree(y_true: Array) -> tuple[Array, Array]:
    """Return two predictions, a tuple: the mean Dice loss of the images prefers the first, the pooled one the second.

    `y_true` has shape (2, d). The first row is an image with a large set, the second row one with a small set, at most a
    quarter as large; 1 belongs to the set and 0 does not. Both predictions have the shape of `y_true`, with entries from
    0 to 1. The mean takes the Dice loss of each row and averages the two. The pooled loss throws both rows into one set.
    """
    first, second = y_true.copy(), y_true.copy()
    first[0] = y_true[0] / 2
    second[1] = 0
    return first, second


@averages_that_disagree.inputs
def batches(rng: np.random.Generator) -> Inputs:
    yield (np.array([[1.0, 1.0, 1.0, 1.0, 0.0], [0.0, 0.0, 0.0, 0.0, 1.0]]),)
    for large, small, d in ((8, 2, 12), (16, 3, 24), (12, 1, 20)):
        yield (np.array([rng.permutation(np.arange(d) < size) for size in (large, small)]).astype(float),)


def dice_of(y: Array, p: Array) -> Number:
    """The Dice loss of all entries as one set."""
    return 1 - 2 * np.sum(y * p) / (np.sum(y) + np.sum(p))


@averages_that_disagree.claim("Each prediction has the shape of y_true and entries from 0 to 1; yours go from {least} to {most}, with "
                              "{count} numbers in all.")
def predictions(answer: tuple[Array, Array], y_true: Array) -> Held:
    numbers = np.concatenate([np.ravel(one) for one in answer])
    least, most = numbers.min(), numbers.max()
    shaped = all(np.shape(one) == y_true.shape for one in answer)
    return shaped and least >= 0 and most <= 1, {"least": least, "most": most, "count": numbers.size}


@averages_that_disagree.claim("The mean over the images should prefer the first, but it is {of_first} for the first and {of_second} "
                              "for the second.")
def mean_prefers_first(answer: tuple[Array, Array], y_true: Array) -> Held:
    of_first, of_second = (float(np.mean([dice_of(y, p) for y, p in zip(y_true, one)])) for one in answer)
    return of_first < of_second - 1e-9, {"of_first": of_first, "of_second": of_second}


@averages_that_disagree.claim("The mean prefers the first as it should, but so does the pooled loss: it is {of_first} for the first "
                              "and {of_second} for the second.")
def pool_prefers_second(answer: tuple[Array, Array], y_true: Array) -> Held:
    of_first, of_second = (dice_of(y_true, one) for one in answer)
    return of_second < of_first - 1e-9, {"of_first": of_first, "of_second": of_second}


def two_rows(y: Array, large: float, small: float) -> Array:
    """A prediction that claims these fractions of the large and of the small set."""
    return y * np.array([[large], [small]])


averages_that_disagree.mistake("Two equal predictions are a tie under every loss.", lambda y: (y, y))
averages_that_disagree.mistake("The two are exchanged: the mean should prefer the first one.",
                               lambda y: averages_that_disagree.reference(y)[::-1])
averages_that_disagree.mistake("If the first prediction is perfect, both averages prefer it. It has to neglect something.",
                               lambda y: (y, two_rows(y, 1, 0)))
averages_that_disagree.mistake("Each prediction finds one whole set and nothing of the other, so the mean over two images is a tie.",
                               lambda y: (two_rows(y, 0, 1), two_rows(y, 1, 0)))
averages_that_disagree.mistake("The first prediction finds so much of the large set that it wins in the pool as well.",
                               lambda y: (two_rows(y, 0.99, 1), two_rows(y, 1, 0)))
averages_that_disagree.mistake("A claim is a probability and cannot be larger than 1.",
                               lambda y: (two_rows(y, 0.5, 2), two_rows(y, 1, 0)))
averages_that_disagree.alternative(lambda y: (two_rows(y, 0.3, 1), two_rows(y, 1, 0)))
