"""Exercises of the page on the gradient."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lossedu.exercises.exercise import Formula
from lossedu.exercises.page import on_page
from lossedu.exercises.types import Array, Function, Held, Inputs, Number

exercise, ask = on_page(__name__)


@exercise(title="Which way?", points=1,
          hints=["A positive gradient says that the loss grows when the parameter grows. So which way do you turn it?",
                 "Only the sign of each entry matters, and NumPy has a function for it.",
                 "Try it on a gradient of -0.5: the loss falls when the parameter grows, so the answer should be 1. Does yours say so?"])
def sign_rule(gradient: Array) -> Array:
    """Return for each parameter which way to turn it so that the loss falls: 1 for up, -1 for down, 0 where it is flat.

    `gradient` has shape (d,); so has the answer.
    """
    return -np.sign(gradient)


@sign_rule.inputs
def slopes(rng: np.random.Generator) -> Inputs:
    yield (np.array([2.0]),)
    yield (np.array([-0.5, 0.0]),)
    yield (np.array([0.0, -3.0, 10.0]),)
    yield (np.r_[0.0, 2.5, rng.normal(size=6)],)


sign_rule.mistake("The sign is turned round: that is the way uphill.", lambda g: np.sign(g))
sign_rule.mistake("You returned the step itself; only its direction was asked, as 1, -1 or 0.", lambda g: -g)
sign_rule.mistake("Where the gradient is 0 your answer says up; neither way is downhill there, so it should be 0.",
                  lambda g: np.where(g > 0, -1, 1))
sign_rule.mistake("Where the gradient is 0 your answer says down; neither way is downhill there, so it should be 0.",
                  lambda g: np.where(g < 0, 1, -1))
sign_rule.mistake("You gave one direction for all parameters together; each has a sign of its own.",
                  lambda g: np.full(len(g), -np.sign(g.sum())))
sign_rule.alternative(lambda g: (g < 0).astype(int) - (g > 0))
sign_rule.alternative(lambda g: [0 if a == 0 else 1 if a < 0 else -1 for a in g])


@exercise(title="Two partial derivatives", points=2,
          hints=["By the chain rule there are two factors: the slope in each prediction, and how much that prediction changes with the parameter.",
                 "The first factor is the same for w and b. By how much does ŷᵢ change for one unit of w, and for one unit of b?",
                 "Multiply sample by sample, and average only afterwards: the mean of a product is not the product of the means."])
def line_gradient(x: Array, y: Array, w: float, b: float) -> tuple[Number, Number]:
    """Return the partial derivatives of the mean squared error of the line w x + b, a tuple: first in w, then in b.

    `x` and `y` are arrays of shape (n,), `w` and `b` are numbers; so are both derivatives.
    """
    residual = w * x + b - y
    return 2 * np.mean(residual * x), 2 * np.mean(residual)


@line_gradient.inputs
def lines(rng: np.random.Generator) -> Inputs:
    yield np.array([2.0]), np.array([3.0]), 1.0, 0.5
    yield np.array([1.0, 2.0, 3.0]), np.array([2.0, 5.0, 4.0]), 0.0, 1.0
    for n in (4, 30):
        yield rng.normal(size=n) + 1, rng.normal(size=n), float(rng.normal()), float(rng.normal())


def of_line(back: Callable[[Array, Array, int], tuple[Number, ...]]) -> Function:
    """Both derivatives from x, the residuals and their number."""
    return lambda x, y, w, b: back(x, w * x + b - y, len(x))


line_gradient.mistake("The signs are turned round: the residual is prediction minus target.",
                      of_line(lambda x, r, n: (-2 * np.mean(r * x), -2 * np.mean(r))))
line_gradient.mistake("The 1/n of the mean is missing: these are the derivatives of the sum.",
                      of_line(lambda x, r, n: (2 * np.sum(r * x), 2 * np.sum(r))))
line_gradient.mistake("The 2 from the square is missing.", of_line(lambda x, r, n: (np.mean(r * x), np.mean(r))))
line_gradient.mistake("The x is missing in the derivative in w: a prediction changes by x for each unit of w.",
                      of_line(lambda x, r, n: (2 * np.mean(r), 2 * np.mean(r))))
line_gradient.mistake("There is an x in the derivative in b; every prediction changes by 1 for each unit of b.",
                      of_line(lambda x, r, n: (2 * np.mean(r * x), 2 * np.mean(r * x))))
line_gradient.mistake("You averaged residuals and x apart and multiplied the averages; multiply sample by sample first.",
                      of_line(lambda x, r, n: (2 * np.mean(r) * np.mean(x), 2 * np.mean(r))))
line_gradient.mistake("The two are swapped: first the derivative in w, then the one in b.",
                      of_line(lambda x, r, n: (2 * np.mean(r), 2 * np.mean(r * x))))
line_gradient.alternative(of_line(lambda x, r, n: tuple(2 / n * np.stack([x, np.ones(n)]) @ r)))


@exercise(title="A gradient without a derivation", points=2, keeps_inputs=True, rtol=1e-6,
          hints=["A partial derivative asks what happens when one entry changes and all others stay.",
                 "In a loop over the entries, ask `f` on both sides of w, and compare the difference with the distance between the two places.",
                 "Build the moved place as a new array, for example with a row of zeros that holds h in one entry, so that w itself stays. How far apart are the two places?"])
def centred_gradient(f: Callable[[Array], float], w: Array, h: float) -> Array:
    """Return the gradient of `f` at `w` by centred differences, an array of shape (d,).

    `f` takes an array of shape (d,) and returns one number. `w` has shape (d,), `h` is the step to either side. Leave
    `w` itself unchanged.
    """
    slopes = np.zeros(len(w))
    for i in range(len(w)):
        step = np.zeros(len(w))
        step[i] = h
        slopes[i] = (f(w + step) - f(w - step)) / (2 * h)
    return slopes


@centred_gradient.inputs
def functions(rng: np.random.Generator) -> Inputs:
    yield Formula("lambda w: np.sum(w**3)"), np.array([2.0]), 0.1
    yield Formula("lambda w: np.exp(w[0]) * w[1]"), np.array([1.0, 3.0]), 0.01
    yield Formula("lambda w: np.sum(np.exp(w)) + w[0] * w[-1]"), rng.normal(size=3), 0.05
    yield Formula("lambda w: np.exp(np.sum(w * w) / 4)"), rng.uniform(0.5, 1, size=4), 0.05


def differences(f: Callable[[Array], float], w: Array, up: float, down: float, over: float) -> Array:
    """(f(w + up) - f(w - down)) / over for a step along each axis."""
    return np.array([(f(w + up * e) - f(w - down * e)) / over for e in np.eye(len(w))])


centred_gradient.mistake("That is the forward difference, from w to w + h; step to both sides and divide by 2h.",
                         lambda f, w, h: differences(f, w, h, 0, h))
centred_gradient.mistake("That is the backward difference, from w - h to w; step to both sides and divide by 2h.",
                         lambda f, w, h: differences(f, w, 0, h, h))
centred_gradient.mistake("You divided by h; from w - h to w + h the distance is 2h.",
                         lambda f, w, h: differences(f, w, h, h, h))
centred_gradient.mistake("The sign is turned round: take the value above minus the value below.",
                         lambda f, w, h: -differences(f, w, h, h, 2 * h))
centred_gradient.mistake("You moved all entries at once; move one at a time, the others stay.",
                         lambda f, w, h: np.full(len(w), (f(w + h) - f(w - h)) / (2 * h)))
centred_gradient.mistake("You did not divide by the distance.", lambda f, w, h: differences(f, w, h, h, 1))
centred_gradient.mistake("You divided by 4h; from w - h to w + h the distance is 2h.",
                         lambda f, w, h: differences(f, w, h, h, 4 * h))
centred_gradient.alternative(lambda f, w, h: differences(f, w, h, h, 2 * h))


@exercise(title="How far apart?", points=1,
          hints=["An error of 0.01 is small for a slope of 1000 and large for a slope of 0.001. What is it to be compared with?",
                 "Take the absolute values first, then the larger of each pair; np.maximum works entry by entry.",
                 "Where both entries are 0, you would divide 0 by 0. Put another number below in these places, which np.where can do."])
def relative_errors(gradient: Array, numeric: Array) -> Array:
    """Return the relative error of each entry: |gradient - numeric| over the larger of |gradient| and |numeric|.

    Both arrays have shape (d,); so has the answer. Where both entries are 0, the error is 0.
    """
    larger = np.maximum(np.abs(gradient), np.abs(numeric))
    return np.abs(gradient - numeric) / np.where(larger == 0, 1, larger)


@relative_errors.inputs
def gradients(rng: np.random.Generator) -> Inputs:
    yield np.array([2.0]), np.array([1.0])
    yield np.array([0.0, -3.0]), np.array([0.0, 1.0])
    yield np.array([1.0]), np.array([-4.0])
    numeric = rng.normal(size=6) * 10.0 ** np.arange(-3, 3)
    yield np.r_[0.0, 2.0, numeric * rng.uniform(0.5, 1.5, size=6)], np.r_[0.0, 2.0, numeric]


def where_not_0(size: Array) -> Array:
    """A size to divide by: 1 where it is 0."""
    return np.where(size == 0, 1, size)


relative_errors.mistake("That is the absolute error; divide by the larger of the two sizes.",
                        lambda g, n: np.abs(g - n))
relative_errors.mistake("Where both are 0 you divided 0 by 0; the two agree there, so the error is 0.",
                        lambda g, n: np.abs(g - n) / np.maximum(np.abs(g), np.abs(n)))
relative_errors.mistake("You divided by the sum of both sizes; divide by the larger one.",
                        lambda g, n: np.abs(g - n) / where_not_0(np.abs(g) + np.abs(n)))
relative_errors.mistake("You divided by the smaller of the two sizes; divide by the larger one.",
                        lambda g, n: np.abs(g - n) / where_not_0(np.minimum(np.abs(g), np.abs(n))))
relative_errors.mistake("An error has no sign: take the absolute value of the difference.",
                        lambda g, n: (g - n) / where_not_0(np.maximum(np.abs(g), np.abs(n))))
relative_errors.mistake("Larger in size, not larger: the absolute values come before the maximum.",
                        lambda g, n: np.abs(g - n) / where_not_0(np.maximum(g, n)))
relative_errors.alternative(lambda g, n: [0 if a == b else abs(a - b) / max(abs(a), abs(b)) for a, b in zip(g, n)])


ask("The partial derivative of the loss in w is +3 here. What lowers the loss?",
    right=("a slightly smaller w", "Positive means: the loss grows with w. So go the other way."),
    wrong=[("a slightly larger w", "That is uphill: the loss would grow by about 3 for each unit of w."),
           ("making w exactly 3 smaller", "The slope gives a direction and a rate, not the distance to the bottom.")])
ask("The loss is 25 at w = 1. Which way is downhill?",
    right=("that can't be said: either side of a valley can be 25 high",
           "A height says nothing about the slope, and only the slope tells the two sides apart."),
    wrong=[("to smaller w", "For that you would need to know that the slope is positive."),
           ("to larger w, because 25 is a large loss", "How large a loss is does not say where it gets smaller.")])
ask("You add 100 to the loss of every sample. What happens to the gradient?",
    right=("nothing", "Slopes are differences of heights, and the 100 cancels in each difference."),
    wrong=[("every entry grows by 100", "A derivative is a difference; what is added to both heights cancels."),
           ("it points the other way", "The same places are still higher and lower.")])
ask("You make the step h of a centred difference a million times smaller, from 1e-5 to 1e-11. The error ...",
    right=("grows", "Below the best h rounding takes over: two nearly equal numbers are subtracted and divided by a tiny one."),
    wrong=[("shrinks, as a derivative is the limit of h towards 0",
            "In exact arithmetic it would; with 16 digits the difference of the two values is soon all rounding."),
           ("stays the same", "It has two parts, and each of them depends on h.")])
ask("A gradient check says that your gradient is half of what it should be, in every entry. Descent with it ...",
    right=("still goes downhill", "The direction is right and every step is half as long, so nobody notices without a check."),
    wrong=[("goes uphill", "Halving a vector does not turn it round."),
           ("stops at a wrong place", "Half of 0 is 0: it is flat at the same places.")])


@exercise(title="Break this answer: a check in one direction", points=3, rtol=1e-6,
          hints=["The check compares one number: the slope along `direction`. What change of the gradient does it not notice?",
                 "You know how to find the right gradient by small steps. Add to it something that the dot product with `direction` does not see.",
                 "A vector is invisible to the check if it stands at a right angle to `direction`. With two entries you get "
                 "one by exchanging the entries and changing one sign. Then make it long enough."])
def gradient_that_passes(f: Callable[[Array], float], w: Array, direction: Array) -> Array:
    """Return a wrong gradient of `f` at `w` that passes the check `passes_along`.

    To save time, this check, which is given below, compares slopes along a single direction. Your answer must pass it, and
    yet at least one of its entries must be wrong by more than 1. `f` takes an array of shape (2,) and returns one number;
    `w`, `direction` and the answer have shape (2,). No entry of `direction` is 0.
    """
    h = 1e-5
    right = np.array([(f(w + step) - f(w - step)) / (2 * h) for step in h * np.eye(2)])
    return right + 5 * np.array([-direction[1], direction[0]])


@gradient_that_passes.gives
def passes_along(gradient: Array, f: Callable[[Array], float], w: Array, direction: Array) -> bool:
    h = 1e-5
    slope = (f(w + h * direction) - f(w - h * direction)) / (2 * h)
    return bool(abs(gradient @ direction - slope) < 1e-6)


@gradient_that_passes.inputs
def directions(rng: np.random.Generator) -> Inputs:
    yield Formula("lambda w: w[0] ** 2 + 3 * w[1]"), np.array([2.0, 1.0]), np.array([1.0, 2.0])
    yield Formula("lambda w: np.exp(w[0]) * w[1]"), np.array([0.5, 1.0]), np.array([1.0, -0.5])
    yield Formula("lambda w: w[0] * w[1] ** 2"), rng.uniform(1, 2, size=2), rng.uniform(0.5, 2, size=2)
    yield Formula("lambda w: np.sin(w[0]) + w[1] ** 2"), rng.uniform(1, 2, size=2), rng.uniform(0.5, 2, size=2) * [1, -1]


@gradient_that_passes.claim("A gradient has an entry for each of the two parameters; you gave {count} numbers.")
def of_two_entries(answer: Array, f: Callable[[Array], float], w: Array, direction: Array) -> Held:
    return answer.shape == (2,), {"count": answer.size}


@gradient_that_passes.claim("The check finds out: the slope along the direction is {slope}, but your gradient says {said}.")
def unnoticed(answer: Array, f: Callable[[Array], float], w: Array, direction: Array) -> Held:
    slope = (f(w + 1e-5 * direction) - f(w - 1e-5 * direction)) / 2e-5
    said = np.sum(answer * direction)
    return abs(said - slope) < 1e-6, {"slope": slope, "said": said}


@gradient_that_passes.claim("The check passes, but an entry should be wrong by more than 1, and yours are wrong by at most {most}.")
def wrong_enough(answer: Array, f: Callable[[Array], float], w: Array, direction: Array) -> Held:
    most = np.max(np.abs(answer - differences(f, w, 1e-5, 1e-5, 2e-5)))
    return most > 1, {"most": most}


def plus(change: Callable[[Array], Array]) -> Function:
    """The right gradient, with a change that depends on the direction."""
    return lambda f, w, direction: differences(f, w, 1e-5, 1e-5, 2e-5) + change(direction)


gradient_that_passes.mistake("That is the right gradient; a wrong one was asked.", plus(lambda d: 0 * d))
gradient_that_passes.mistake("You added the same number to both entries; that changes the slope along this direction.",
                             plus(lambda d: 2 + 0 * d))
gradient_that_passes.mistake("You added the direction itself. No change is easier to notice for this check.", plus(lambda d: 3 * d))
gradient_that_passes.mistake("You exchanged the entries of the direction, but changed no sign: that is no right angle.",
                             plus(lambda d: 5 * d[::-1]))
gradient_that_passes.mistake("Your change stands at a right angle, but it is too short.",
                             plus(lambda d: np.array([-d[1], d[0]]) / 10))
gradient_that_passes.mistake("The sign of the whole gradient is turned round, and with it the slope along every direction.",
                             lambda f, w, d: -differences(f, w, 1e-5, 1e-5, 2e-5))
gradient_that_passes.mistake("You returned the slope along the direction, one number; a gradient has one for each parameter.",
                             lambda f, w, d: np.array([differences(f, w, 1e-5, 1e-5, 2e-5) @ d]))
gradient_that_passes.alternative(plus(lambda d: np.array([4.0, -4.0 * d[0] / d[1]])))
