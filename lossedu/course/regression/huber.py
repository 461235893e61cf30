"""Exercises of the page on the Huber loss and its smooth cousins."""

from __future__ import annotations

import numpy as np

from lossedu.exercises.page import on_page
from lossedu.exercises.types import Array, Held, Inputs, Number

exercise, ask = on_page(__name__)



def threshold_pairs(rng: np.random.Generator) -> Inputs:
    """Targets, predictions and delta: one residual on each side of delta, one at it, then random ones."""
    yield np.array([2.0]), np.array([2.5]), 1.0
    yield np.array([2.0]), np.array([-1.0]), 0.5
    yield np.array([1.0, 2.0, 4.0]), np.array([3.0, 2.0, -4.0]), 2.0
    for n, delta in ((3, 0.5), (6, 1.5), (40, 0.8)):
        yield np.r_[0.0, 0.0, rng.normal(size=n)], np.r_[4.0, -0.3, 2 * rng.normal(size=n)], delta


def huber_of(r: Array, delta: float) -> Array:
    """The Huber loss of residuals."""
    c = np.clip(r, -delta, delta)
    return c * (r - c / 2)


@exercise(title="Two pieces, one loss", points=2,
          hints=["Which residuals are charged by the parabola, and which by the line? Their size decides, and the "
                 "sign does not.",
                 "Compute both costs for every sample, choose between the two sample by sample, and average at the "
                 "end.",
                 "np.where takes a condition and the two costs. To test your pieces, put |r| = delta into both of "
                 "them: they must give the same number."])
def huber_mean(y_true: Array, y_pred: Array, delta: float) -> Number:
    """Return the mean Huber loss, one float.

    A residual r of size up to `delta` costs r²/2, a larger one delta (|r| - delta/2). `y_true` and `y_pred` are arrays
    of shape (n,), `delta` is a positive number.
    """
    size = np.abs(y_pred - y_true)
    return np.mean(np.where(size <= delta, size**2 / 2, delta * (size - delta / 2)))


huber_mean.inputs(threshold_pairs)
huber_mean.mistake("The ½ of the parabola is missing: at |r| = delta the two pieces don't meet.",
                   lambda y, p, d: np.mean(np.where(np.abs(p - y) <= d, (p - y) ** 2, d * (np.abs(p - y) - d / 2))))
huber_mean.mistake("Take delta/2 off the size of the residual, or the line lies above the end of the parabola.",
                   lambda y, p, d: np.mean(np.where(np.abs(p - y) <= d, (p - y) ** 2 / 2, d * np.abs(p - y))))
huber_mean.mistake("The line needs the slope delta, so that it goes on as steeply as the parabola ends.",
                   lambda y, p, d: np.mean(np.where(np.abs(p - y) <= d, (p - y) ** 2 / 2, np.abs(p - y) - d / 2)))
huber_mean.mistake("The pieces are swapped: the parabola belongs near zero, the line far out.",
                   lambda y, p, d: np.mean(np.where(np.abs(p - y) > d, (p - y) ** 2 / 2, d * (np.abs(p - y) - d / 2))))
huber_mean.mistake("You compared the signed residual with delta; large negative ones then count as small. Use np.abs.",
                   lambda y, p, d: np.mean(np.where(p - y <= d, (p - y) ** 2 / 2, d * (np.abs(p - y) - d / 2))))
huber_mean.mistake("You squared the clipped residual: beyond delta the cost must go on growing, in a line.",
                   lambda y, p, d: np.mean(np.clip(p - y, -d, d) ** 2 / 2))
huber_mean.mistake("You divided by delta once more: that is the smooth L1 convention.",
                   lambda y, p, d: np.mean(huber_of(p - y, d)) / d)
huber_mean.mistake("You summed the losses; a mean also divides by n.", lambda y, p, d: np.sum(huber_of(p - y, d)))
huber_mean.mistake("You returned the loss of each sample; average them to one number.",
                   lambda y, p, d: huber_of(p - y, d))
huber_mean.alternative(lambda y, p, d: np.mean(huber_of(p - y, d)))
huber_mean.alternative(lambda y, p, d: sum(r * r / 2 if -d < r < d else d * abs(r) - d * d / 2 for r in p - y) / len(y))


@exercise(title="Clip the slope", points=2,
          hints=["What is the slope of r²/2, and what is the slope of the straight line beyond delta, on either "
                 "side?",
                 "The slope of a sample grows with its residual up to delta. Beyond it, the slope keeps the value "
                 "that it had at the seam, with its sign. The 1/n of the mean stays.",
                 "np.clip keeps every entry between a lower and an upper limit. Which two limits does the slope have "
                 "here?"])
def huber_gradient(y_true: Array, y_pred: Array, delta: float) -> Array:
    """Return the gradient of the mean Huber loss with respect to `y_pred`.

    `y_true` and `y_pred` are arrays of shape (n,), and so is the gradient; `delta` is a positive number.
    """
    return np.clip(y_pred - y_true, -delta, delta) / len(y_true)


huber_gradient.inputs(threshold_pairs)
huber_gradient.mistake("The sign is turned round: the gradient is positive where y_pred is too big.",
                       lambda y, p, d: np.clip(y - p, -d, d) / len(y))
huber_gradient.mistake("The 1/n of the mean is missing: this is the gradient of the sum.",
                       lambda y, p, d: np.clip(p - y, -d, d))
huber_gradient.mistake("Beyond delta the slope must stop growing; you kept the whole residual.",
                       lambda y, p, d: (p - y) / len(y))
huber_gradient.mistake("There is a 2 too many: the parabola is r²/2, and its slope is r.",
                       lambda y, p, d: 2 * np.clip(p - y, -d, d) / len(y))
huber_gradient.mistake("Beyond delta the slope is delta, not 1.",
                       lambda y, p, d: np.where(np.abs(p - y) <= d, p - y, np.sign(p - y)) / len(y))
huber_gradient.mistake("Beyond delta the slope is delta with the sign of the residual; you left the sign out.",
                       lambda y, p, d: np.where(np.abs(p - y) <= d, p - y, d) / len(y))
huber_gradient.mistake("Beyond delta you let go of the sample: its slope stops growing, but it does not vanish.",
                       lambda y, p, d: np.where(np.abs(p - y) <= d, p - y, 0.0) / len(y))
huber_gradient.mistake("You averaged the gradient to one number; each prediction has its own entry.",
                       lambda y, p, d: np.mean(np.clip(p - y, -d, d)))
huber_gradient.alternative(lambda y, p, d: np.where(np.abs(p - y) <= d, p - y, d * np.sign(p - y)) / len(y))
huber_gradient.alternative(lambda y, p, d: np.maximum(-d, np.minimum(d, p - y)) / y.size)


@exercise(title="A slope without a seam", points=2,
          hints=["A root stands around a square, and the square around a quotient. Which rule leads through these "
                 "layers to r?",
                 "Differentiate from the outside in: the root, then the square, then the quotient r/delta. Multiply "
                 "the three slopes and the factor in front.",
                 "The slope of a root is 1 divided by twice the root. See what cancels: no 2 is left, and delta is "
                 "left only under the root."])
def pseudo_huber_gradient(y_true: Array, y_pred: Array, delta: float) -> Array:
    """Return the gradient of the mean pseudo-Huber loss with respect to `y_pred`.

    A residual r costs delta² (sqrt(1 + (r/delta)²) - 1). `y_true` and `y_pred` are arrays of shape (n,), and so is the
    gradient; `delta` is a positive number.
    """
    r = y_pred - y_true
    return r / np.sqrt(1 + (r / delta) ** 2) / len(y_true)


pseudo_huber_gradient.inputs(threshold_pairs)
pseudo_huber_gradient.mistake("The sign is turned round: the gradient is positive where y_pred is too big.",
                              lambda y, p, d: (y - p) / np.sqrt(1 + ((p - y) / d) ** 2) / len(y))
pseudo_huber_gradient.mistake("The 1/n of the mean is missing: this is the gradient of the sum.",
                              lambda y, p, d: (p - y) / np.sqrt(1 + ((p - y) / d) ** 2))
pseudo_huber_gradient.mistake("There is a 2 too many: the ½ from the slope of the root cancels the 2 of the square.",
                              lambda y, p, d: 2 * (p - y) / np.sqrt(1 + ((p - y) / d) ** 2) / len(y))
pseudo_huber_gradient.mistake("The inner derivative of r/delta is 1/delta, twice: it cancels the delta² in front.",
                              lambda y, p, d: d**2 * (p - y) / np.sqrt(1 + ((p - y) / d) ** 2) / len(y))
pseudo_huber_gradient.mistake("That is the slope of Huber's loss, with its seam; the root bends it smoothly.",
                              lambda y, p, d: np.clip(p - y, -d, d) / len(y))
pseudo_huber_gradient.mistake("You averaged the gradient to one number; each prediction has its own entry.",
                              lambda y, p, d: np.mean((p - y) / np.sqrt(1 + ((p - y) / d) ** 2)))
pseudo_huber_gradient.alternative(lambda y, p, d: d * (p - y) / np.hypot(d, p - y) / y.size)


def residuals_of_any_size(rng: np.random.Generator) -> Inputs:
    yield np.array([0.0]), np.array([1.0])
    yield np.array([0.0, 1.0]), np.array([800.0, 1.5])
    yield np.array([2.0, 0.0]), np.array([-1000.0, 0.0])
    for n in (3, 40):
        yield rng.normal(size=n), np.r_[rng.normal(size=n - 1), 900 + rng.normal()]


@exercise(title="log-cosh without the explosion", points=2,
          hints=["Try np.cosh(800.0). The loss there is about 799, so why can it not be computed by way of cosh?",
                 "cosh is the mean of two exponentials. Take the larger of them out as a factor: the logarithm of a "
                 "product is a sum, and the other factor cannot overflow.",
                 "The larger exponential is that of |r|, so its logarithm needs no computation. What stands beside "
                 "the 1 in the other factor, and what does the halving of the mean contribute to the sum? np.log1p "
                 "is accurate where the rest is tiny."])
def log_cosh_mean(y_true: Array, y_pred: Array) -> Number:
    """Return the mean of log(cosh(r)) over the residuals r, one float, for residuals of any size.

    `y_true` and `y_pred` are arrays of shape (n,) with residuals up to 1000.
    """
    size = np.abs(y_pred - y_true)
    return np.mean(size + np.log1p(np.exp(-2 * size)) - np.log(2))


log_cosh_mean.inputs(residuals_of_any_size)
log_cosh_mean.mistake("np.cosh overflows for a residual of 800, and the average becomes infinite. Simplify first.",
                      lambda y, p: np.mean(np.log(np.cosh(p - y))))
log_cosh_mean.mistake("The log 2 is missing: at a residual of 0 the loss must be 0.",
                      lambda y, p: np.mean(np.logaddexp(p - y, y - p)))
log_cosh_mean.mistake("You dropped the term that matters near zero; |r| - log 2 holds far out only.",
                      lambda y, p: np.mean(np.abs(p - y) - np.log(2)))
log_cosh_mean.mistake("You summed the losses; a mean also divides by n.",
                      lambda y, p: np.sum(np.logaddexp(p - y, y - p) - np.log(2)))
log_cosh_mean.mistake("Clipping the residual puts a wrong number for infinity: a residual of 800 costs about 799.",
                      lambda y, p: np.mean(np.log(np.cosh(np.clip(p - y, -700, 700)))))
log_cosh_mean.mistake("That is the slope, tanh; the loss was asked.", lambda y, p: np.mean(np.tanh(p - y)))
log_cosh_mean.alternative(lambda y, p: np.mean(np.logaddexp(p - y, y - p)) - np.log(2))


ask("What is the steepest slope of the Huber loss with delta = 2?",
    right=("2", "The slope is the residual, clipped at delta."),
    wrong=[("1, as under absolute error", "That is the absolute error's slope; here the line has slope delta."),
           ("there is none: it grows with the residual", "That is true of the squared error. Huber stops at delta.")])
ask("You make delta larger and larger. Where does the best constant go?",
    right=("to the mean, as fewer and fewer residuals are clipped", "With every residual below delta the loss is half the squared error."),
    wrong=[("to the median, as the slopes become votes", "That happens as delta shrinks to 0."),
           ("to the largest target, as its residual is largest",
            "No slope ever exceeds the residual itself, so all residuals balance at the mean.")])
ask("Your targets change from minutes to seconds. What must happen to delta?",
    right=("multiply it by 60", "Delta is a residual, and carries the unit of the target."),
    wrong=[("nothing, it is a pure number", "Delta is compared with residuals, so it has their unit."),
           ("divide it by 60",
            "A second is a sixtieth of a minute, so residuals become 60 times larger as numbers, and so must delta.")])
ask("What do pseudo-Huber and log-cosh have that Huber lacks?",
    right=("a second derivative everywhere", "Huber's curvature jumps from 1 to 0 at delta; theirs fades out."),
    wrong=[("a bounded slope", "Huber's slope is bounded too, by delta."),
           ("more resistance to outliers: their slope vanishes far out",
            "Their slope goes to delta (or 1) as Huber's does.")])


@exercise(title="Reach a property: a threshold for this answer", points=3, rtol=1e-4,
          hints=["Which constant is best for a very small delta, and which for a very large one?",
                 "A constant is best where the slopes of all samples cancel. Compute their sum at `constant` for a few values of delta.",
                 "The sum of the clipped residuals changes its sign between a small and a large delta: halve that interval again "
                 "and again."])
def threshold_for(y_true: Array, constant: float) -> Number:
    """Return a delta for which `constant` has the smallest mean Huber loss of all constants.

    A residual r of size up to delta costs r²/2, a larger one delta (|r| - delta/2). `y_true` is an array of shape (n,), and
    `constant` lies between its median and its mean. The mean of the slopes at the constant may be as large as delta / 1000.
    """
    small, large = 0.0, np.ptp(y_true)
    side = np.sign(np.mean(y_true) - constant)
    for _ in range(100):
        delta = (small + large) / 2
        if np.sum(np.clip(y_true - constant, -delta, delta)) * side > 0:
            large = delta
        else:
            small = delta
    return delta


@threshold_for.inputs
def skewed(rng: np.random.Generator) -> Inputs:
    yield np.array([3.0, 4.0, 4.0, 5.0, 14.0]), 4.5
    for n in (5, 9, 15):
        y = np.append(rng.normal(size=n - 1), rng.uniform(15, 30))
        share = rng.uniform(0.3, 0.7)
        yield y, float(share * np.median(y) + (1 - share) * np.mean(y))


@threshold_for.claim("A threshold is positive, but your delta is {delta}.")
def above_zero(answer: float, y_true: Array, constant: float) -> Held:
    return answer > 0, {"delta": answer}


@threshold_for.claim("With your delta, {delta}, the mean slope at {constant} is {reached}, so another constant is better; its size "
                     "should be at most delta / 1000.")
def slopes_cancel(answer: float, y_true: Array, constant: float) -> Held:
    reached = np.mean(np.clip(constant - y_true, -answer, answer))
    return abs(reached) <= answer / 1000, {"delta": answer, "reached": reached}


threshold_for.mistake("So large a delta makes the loss the squared error, whose best constant is the mean.",
                      lambda y, c: np.ptp(y))
threshold_for.mistake("So small a delta makes the loss nearly the absolute error, whose best constant is the median.",
                      lambda y, c: 1e-3)
threshold_for.mistake("A delta of 0 leaves no loss at all.", lambda y, c: 0.0)
threshold_for.mistake("That is the largest residual. With it nothing is clipped, so the mean is best.",
                      lambda y, c: np.max(np.abs(y - c)))


@threshold_for.alternative
def tried_on_a_grid(y_true: Array, constant: float) -> Number:
    delta = np.linspace(0, np.ptp(y_true), 20001)[1:]
    slope = np.mean(np.clip(constant - y_true, -delta[:, None], delta[:, None]), axis=1)
    return delta[np.argmin(np.abs(slope) / delta)]
