"""Exercises of the page on robust losses."""

from __future__ import annotations

import numpy as np

from lossedu.exercises.page import on_page
from lossedu.exercises.types import Array, Held, Inputs, Number

exercise, ask = on_page(__name__)



def scaled_pairs(rng: np.random.Generator) -> Inputs:
    """Targets, predictions and a scale: a residual inside it, one outside, both and a hit, then random ones."""
    yield np.array([2.0]), np.array([2.5]), 1.0
    yield np.array([2.0]), np.array([-3.0]), 1.5
    yield np.array([1.0, 2.0, 4.0]), np.array([2.0, 2.0, -4.0]), 2.0
    for n, c in ((2, 0.7), (6, 1.6), (40, 1.2)):
        yield np.r_[0.0, 0.0, rng.normal(size=n)], np.r_[5.0, -0.4, 2 * rng.normal(size=n)], c


@exercise(title="A slope that fades", points=2,
          hints=["A logarithm stands around a square, and the square around a quotient. Which rule leads through "
                 "these layers to r?",
                 "Write u for r/c and differentiate from the outside in: the logarithm, then 1 + u², then u. "
                 "Multiply the slopes and the factor in front; the mean adds its 1/n.",
                 "The slope of log(x) is 1/x. See what cancels against the c²/2 in front, and test the rest: for a "
                 "small r the slope should be nearly r itself."])
def cauchy_gradient(y_true: Array, y_pred: Array, c: float) -> Array:
    """Return the gradient of the mean Cauchy loss with respect to `y_pred`.

    A residual r costs (c²/2) log(1 + (r/c)²). `y_true` and `y_pred` are arrays of shape (n,), and so is the gradient;
    `c` is a positive number.
    """
    r = y_pred - y_true
    return r / (1 + (r / c) ** 2) / len(y_true)


cauchy_gradient.inputs(scaled_pairs)
cauchy_gradient.mistake("The sign is turned round: the gradient is positive where y_pred is too big.",
                        lambda y, p, c: (y - p) / (1 + ((p - y) / c) ** 2) / len(y))
cauchy_gradient.mistake("The 1/n of the mean is missing: this is the gradient of the sum.",
                        lambda y, p, c: (p - y) / (1 + ((p - y) / c) ** 2))
cauchy_gradient.mistake("There is a 2 too many: the ½ in front cancels the 2 of the square.",
                        lambda y, p, c: 2 * (p - y) / (1 + ((p - y) / c) ** 2) / len(y))
cauchy_gradient.mistake("You forgot to divide the residual by c inside the logarithm.",
                        lambda y, p, c: (p - y) / (1 + (p - y) ** 2) / len(y))
cauchy_gradient.mistake("You kept the c² in front: the inner derivative holds 1/c², which cancels it.",
                        lambda y, p, c: c**2 * (p - y) / (1 + ((p - y) / c) ** 2) / len(y))
cauchy_gradient.mistake("You stopped at 1/(1 + u²): the inner derivative, which holds the residual, is missing.",
                        lambda y, p, c: 1 / (1 + ((p - y) / c) ** 2) / len(y))
cauchy_gradient.mistake("You averaged the gradient to one number; each prediction has its own entry.",
                        lambda y, p, c: np.mean((p - y) / (1 + ((p - y) / c) ** 2)))
cauchy_gradient.alternative(lambda y, p, c: c**2 * (p - y) / (c**2 + (p - y) ** 2) / y.size)


@exercise(title="A slope that ends", points=2,
          hints=["Beyond c the loss is constant. What is its slope there? Only the inner piece needs the chain rule.",
                 "Write u for r/c and differentiate the inner piece from the outside in: the cube, then 1 - u², then "
                 "u. Choose between the two pieces by the size of the residual, and divide by n.",
                 "The numbers 2, 3 and 6 cancel, and c is left only inside u. Test the rest: for a small r the slope "
                 "should be nearly r itself, and at |r| = c it should be 0."])
def tukey_gradient(y_true: Array, y_pred: Array, c: float) -> Array:
    """Return the gradient of the mean Tukey loss with respect to `y_pred`.

    A residual r of size up to `c` costs (c²/6)(1 - (1 - (r/c)²)³), a larger one c²/6. `y_true` and `y_pred` are
    arrays of shape (n,), and so is the gradient; `c` is a positive number.
    """
    r = y_pred - y_true
    return np.where(np.abs(r) <= c, r * (1 - (r / c) ** 2) ** 2, 0.0) / len(y_true)


def tukey_slope(r: Array, c: float) -> Array:
    """The slope of Tukey's loss at residuals."""
    return np.where(np.abs(r) <= c, r * (1 - (r / c) ** 2) ** 2, 0.0)


tukey_gradient.inputs(scaled_pairs)
tukey_gradient.mistake("The sign is turned round: the gradient is positive where y_pred is too big.",
                       lambda y, p, c: tukey_slope(y - p, c) / len(y))
tukey_gradient.mistake("The 1/n of the mean is missing: this is the gradient of the sum.",
                       lambda y, p, c: tukey_slope(p - y, c))
tukey_gradient.mistake("Beyond c the loss is constant, so its slope is 0; you let the polynomial go on.",
                       lambda y, p, c: (p - y) * (1 - ((p - y) / c) ** 2) ** 2 / len(y))
tukey_gradient.mistake("Beyond c the slope is 0; you gave these samples the slope c, as Huber does.",
                       lambda y, p, c: np.where(np.abs(p - y) <= c, tukey_slope(p - y, c), c * np.sign(p - y)) / len(y))
tukey_gradient.mistake("The power is wrong: the slope of (1 - u²)³ holds (1 - u²) squared.",
                       lambda y, p, c: np.where(np.abs(p - y) <= c, (p - y) * (1 - ((p - y) / c) ** 2), 0) / len(y))
tukey_gradient.mistake("The inner derivative is missing: near 0 the slope is the residual itself.",
                       lambda y, p, c: np.where(np.abs(p - y) <= c, (1 - ((p - y) / c) ** 2) ** 2, 0) / len(y))
tukey_gradient.mistake("You returned the weight times the residual of the plain cut-off: all or nothing. Tukey fades.",
                       lambda y, p, c: np.where(np.abs(p - y) <= c, p - y, 0) / len(y))
tukey_gradient.mistake("You averaged the gradient to one number; each prediction has its own entry.",
                       lambda y, p, c: np.mean(tukey_slope(p - y, c)))
tukey_gradient.alternative(lambda y, p, c: (p - y) * np.maximum(1 - ((p - y) / c) ** 2, 0) ** 2 / y.size)


@exercise(title="Nothing to pay inside the tube", points=1,
          hints=["What is left of a distance when the first epsilon of it is free? And what is left when the "
                 "distance is shorter than that?",
                 "Take the size of each residual, subtract what is free, put 0 where the result is negative, and "
                 "average at the end.",
                 "np.maximum compares entry by entry, also an array with one number, while np.max looks for the "
                 "largest entry of an array. Which one do you need here?"])
def tube_mean(y_true: Array, y_pred: Array, epsilon: float) -> Number:
    """Return the mean ε-insensitive loss, one float.

    A residual of size up to `epsilon` costs nothing, a larger one costs what goes beyond `epsilon`. `y_true` and
    `y_pred` are arrays of shape (n,), `epsilon` is a number that is not negative.
    """
    return np.mean(np.maximum(np.abs(y_pred - y_true) - epsilon, 0))


tube_mean.inputs(scaled_pairs)
tube_mean.mistake("Inside the tube your cost is negative: it can't be less than nothing.",
                  lambda y, p, e: np.mean(np.abs(p - y) - e))
tube_mean.mistake("You charge the whole distance outside the tube; the first epsilon of it is free.",
                  lambda y, p, e: np.mean(np.where(np.abs(p - y) > e, np.abs(p - y), 0)))
tube_mean.mistake("You looked at one side of the tube only; take the size of the residual.",
                  lambda y, p, e: np.mean(np.maximum(p - y - e, 0)))
tube_mean.mistake("You squared what goes beyond: that is the squared ε-insensitive loss.",
                  lambda y, p, e: np.mean(np.maximum(np.abs(p - y) - e, 0) ** 2))
tube_mean.mistake("You averaged first and subtracted epsilon then; each sample has its own free part.",
                  lambda y, p, e: max(np.mean(np.abs(p - y)) - e, 0.0))
tube_mean.mistake("You counted the samples outside the tube; their cost was asked.",
                  lambda y, p, e: np.mean(np.abs(p - y) > e))
tube_mean.mistake("You summed the costs; a mean also divides by n.",
                  lambda y, p, e: np.sum(np.maximum(np.abs(p - y) - e, 0)))
tube_mean.mistake("You returned the cost of each sample; average them to one number.",
                  lambda y, p, e: np.maximum(np.abs(p - y) - e, 0))
tube_mean.alternative(lambda y, p, e: np.mean(np.where(np.abs(p - y) > e, np.abs(p - y) - e, 0)))
tube_mean.alternative(lambda y, p, e: np.mean(np.abs(p - y) - np.minimum(np.abs(p - y), e)))


@exercise(title="One round of reweighting", points=2,
          hints=["How much does each target count? Compute one weight for each, from its distance to the centre.",
                 "The prompt gives the weights. Use them in a weighted mean of the targets themselves, not of their "
                 "residuals.",
                 "A weighted mean is a quotient: above stands the sum of the targets, each multiplied by its weight. "
                 "What must stand below, so that equal weights give the plain mean?"])
def reweighted_mean(y_true: Array, centre: float, c: float) -> Number:
    """Return the mean of `y_true` with the Cauchy weights 1/(1 + (r/c)²) of the residuals r from `centre`, one float.

    `y_true` is an array of shape (n,), `centre` a number, `c` a positive number.
    """
    weight = 1 / (1 + ((y_true - centre) / c) ** 2)
    return np.sum(weight * y_true) / np.sum(weight)


@reweighted_mean.inputs
def parcels(rng: np.random.Generator) -> Inputs:
    yield np.array([3.0]), 4.0, 1.0
    yield np.array([9.8, 10.0, 10.1, 10.3, 47.0]), 10.1, 0.5
    yield np.array([1.0, 2.0, 9.0]), 2.5, 2.0
    for n, c in ((4, 0.6), (9, 1.5), (40, 1.0)):
        yield np.r_[rng.normal(5, 1, size=n), 30.0], float(rng.normal(5, 0.5)), c


reweighted_mean.mistake("You divided by n; a weighted mean divides by the sum of its weights.",
                        lambda y, m, c: np.mean(y / (1 + ((y - m) / c) ** 2)))
reweighted_mean.mistake("Your weights are turned over: far targets must weigh less, not more.",
                        lambda y, m, c: np.average(y, weights=1 + ((y - m) / c) ** 2))
reweighted_mean.mistake("You forgot to divide the residual by c.",
                        lambda y, m, c: np.average(y, weights=1 / (1 + (y - m) ** 2)))
reweighted_mean.mistake("The square is missing in the weight.",
                        lambda y, m, c: np.average(y, weights=1 / (1 + np.abs(y - m) / c)))
reweighted_mean.mistake("That is the plain mean: all weights are equal.", lambda y, m, c: np.mean(y))
reweighted_mean.mistake("You averaged the residuals; add the centre again, or weigh the targets themselves.",
                        lambda y, m, c: np.average(y - m, weights=1 / (1 + ((y - m) / c) ** 2)))
reweighted_mean.mistake("You returned the weights; use them in a mean.", lambda y, m, c: 1 / (1 + ((y - m) / c) ** 2))
reweighted_mean.alternative(lambda y, m, c: np.average(y, weights=1 / (1 + ((y - m) / c) ** 2)))
reweighted_mean.alternative(lambda y, m, c: m + np.average(y - m, weights=c**2 / (c**2 + (y - m) ** 2)))


ask("A residual grows from 20 to 2000. What happens to the slope of its loss under Tukey's loss with c = 5?",
    right=("it was 0 and stays 0", "Beyond c the loss is constant, so its slope is 0."),
    wrong=[("it stays 5, the limit of every slope", "That is Huber's loss, which never lets go."),
           ("it becomes a hundred times smaller, like 1/r",
            "That is how the Cauchy loss fades; Tukey's slope has ended.")])
ask("Why does the start of a descent matter for the Cauchy loss?",
    right=("its average can have several valleys", "The loss is not convex; descent ends in the valley it starts in."),
    wrong=[("its slope has no limit", "The slope is at most c/2: nothing explodes."),
           ("it has kinks where descent may stop",
            "The Cauchy loss is smooth everywhere.")])
ask("Prices are given in cents instead of dollars. What becomes of c?",
    right=("it must grow a hundredfold", "c is a residual, in the unit of the target."),
    wrong=[("it stays", "Then nearly every residual would count as an outlier."),
           ("it must shrink a hundredfold, since cents are smaller", "The numbers grow, and c must grow with them.")])
ask("A sample lies inside the tube of the ε-insensitive loss. What does it contribute to the gradient?",
    right=("nothing", "Inside the tube loss and slope are both 0."),
    wrong=[("its residual", "That is the slope of the squared error, without its factor 2."),
           ("1 or -1, as under absolute error", "Only samples outside the tube have this slope.")])


@exercise(title="Break this answer: a start at the mean", points=3,
          hints=["The function believes the readings that are near its centre. Where does it begin to look, and which readings are "
                 "near that place?",
                 "If a wrong reading stands exactly at the mean, it has the full weight at the start, and the right readings, which "
                 "are far away, have hardly any. So choose the mean first, and put a wrong reading there.",
                 "One more reading, very far out, can move the mean to the place that you have chosen. The distances of all readings "
                 "from their mean sum to zero, with their signs: how far out must it be to balance the right ones?"])
def misleading_readings(truth: float, c: float) -> Array:
    """Return readings, most of them right, for which `reweighted_from_mean` ends far away from the truth.

    Somebody reasons that the mean is the best constant of a convex loss, so that the reweighting of the page may
    begin there. Show that this is not safe. More than half of your readings should lie at most `c` from `truth`, but
    the function given below should end more than 10 c from it. Give at most 20 readings between 0 and 1000, an array of
    one dimension. `truth` lies between 5 and 20, and `c` between 0.2 and 2.
    """
    gap = 20 * c
    return truth + np.array([0.0, 0.0, 0.0, gap, 4 * gap])


@misleading_readings.gives
def reweighted_from_mean(readings: Array, c: float) -> Number:
    """Take 50 turns of reweighting with Cauchy weights, beginning at the mean."""
    centre = np.mean(readings)
    for _ in range(50):
        centre = np.average(readings, weights=1 / (1 + ((readings - centre) / c) ** 2))
    return centre


@misleading_readings.inputs
def true_weights(rng: np.random.Generator) -> Inputs:
    yield 10.0, 0.5
    for _ in range(4):
        yield float(rng.uniform(5, 20)), float(rng.uniform(0.2, 2))


@misleading_readings.claim("Give at most 20 readings between 0 and 1000; you gave {count}, from {least} to {most}.")
def of_scales(answer: Array, truth: float, c: float) -> Held:
    least, most = answer.min(), answer.max()
    return len(answer) <= 20 and 0 <= least and most <= 1000, {"count": len(answer), "least": least, "most": most}


@misleading_readings.claim("More than half of your readings should lie at most {c} from {truth}, but {right} of {count} do.")
def mostly_right(answer: Array, truth: float, c: float) -> Held:
    right = int(np.sum(np.abs(answer - truth) <= c * (1 + 1e-9)))
    return 2 * right > len(answer), {"right": right, "count": len(answer)}


@misleading_readings.claim("Most of your readings are right, but the function to break is not misled: it begins at {begins}, "
                           "and ends at {ends}, which is at most 10 c from {truth}.")
def misled(answer: Array, truth: float, c: float) -> Held:
    ends = reweighted_from_mean(answer, c)
    return np.abs(ends - truth) > 10 * c, {"begins": np.mean(answer), "ends": ends}


misleading_readings.mistake("One wrong reading, however far out, has the smallest weight of all from the start, so the centre comes back.",
                            lambda truth, c: np.array([truth, truth, 1000.0]))
misleading_readings.mistake("Two wrong readings in one place draw the mean towards them, but it begins nearer to the right ones, "
                            "and these win.", lambda truth, c: truth + 20 * c * np.array([0.0, 0.0, 0.0, 1.0, 1.0]))
misleading_readings.mistake("The wrong readings do win in your answer, but because there are as many of them as right ones, or more.",
                            lambda truth, c: truth + 20 * c * np.array([0.0, 1.0, 1.0, 1.0]))
misleading_readings.mistake("When all readings are right, the mean is a good place to begin.", lambda truth, c: np.full(3, truth))
misleading_readings.mistake("The idea is right, but the reading that moves the mean is above 1000.",
                            lambda truth, c: truth + np.array([0.0, 0.0, 0.0, 500.0, 2000.0]))
misleading_readings.mistake("The far reading moves the mean, but nothing stands where the mean begins, so the centre leaves that place.",
                            lambda truth, c: truth + 20 * c * np.array([0.0, 0.0, 0.0, 2.0, 3.0]))
misleading_readings.alternative(lambda truth, c: [truth] * 8 + [truth + 15 * c] * 4 + [truth + 135 * c])
