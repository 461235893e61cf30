"""Exercises of the page on mistakes: write what others got wrong."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lossedu.exercises.page import on_page
from lossedu.exercises.types import Array, Function, Held, Inputs, Number

exercise, ask = on_page(__name__)



@exercise(title="A column against a row", points=1,
          hints=["What is the shape of y_pred - y_true? Print it for three samples, and count the differences.",
                 "Give both arrays the same shape before you subtract. The rest is the mean squared error as always.",
                 "A column is a table of shape (n, 1). You can select its only column, or flatten the table, so that "
                 "the result has the shape of y_true."])
def error_of_a_column(y_true: Array, y_pred: Array) -> Number:
    """Return the mean squared error of n predictions that come as a column, one float.

    `y_true` has shape (n,), `y_pred` has shape (n, 1): prediction i belongs to target i.
    """
    return np.mean((y_pred[:, 0] - y_true) ** 2)


@error_of_a_column.inputs
def columns(rng: np.random.Generator) -> Inputs:
    yield np.array([1.0, 2.0, 4.0]), np.array([[1.0], [2.0], [6.0]])
    for n in (2, 5, 40):
        y_true = rng.normal(size=n)
        yield y_true, y_true[:, None] + rng.normal(scale=0.3, size=(n, 1))


error_of_a_column.mistake("A column minus a row is a table: you averaged n² differences. Make y_pred flat first.",
                          lambda y, p: np.mean((p - y) ** 2))
error_of_a_column.mistake("You averaged a table over one axis and returned n numbers; make y_pred flat first.",
                          lambda y, p: np.mean((p - y) ** 2, axis=0))
error_of_a_column.mistake("You summed the squares; a mean also divides by n.",
                          lambda y, p: np.sum((p[:, 0] - y) ** 2))
error_of_a_column.mistake("You took the first prediction for all targets: p[0] is a row, p[:, 0] is the column.",
                          lambda y, p: np.mean((p[0] - y) ** 2))
error_of_a_column.alternative(lambda y, p: np.mean((p - y[:, None]) ** 2))
error_of_a_column.alternative(lambda y, p: np.mean((p.ravel() - y) ** 2))


@exercise(title="The error of bytes", points=1,
          hints=["What is 10 - 200 in bytes, which know only the whole numbers from 0 to 255? Try it with two arrays "
                 "of dtype uint8.",
                 "Give both images a type that has room for negative differences and for their squares, and do so "
                 "before you subtract.",
                 "The largest square is 255², which is 65025. `astype` converts an array: which type holds this "
                 "number exactly, and also all the smaller squares?"])
def pixel_error(image: Array, other: Array) -> Number:
    """Return the mean squared difference of two images of bytes, one float.

    `image` and `other` have shape (h, w) and dtype uint8, values from 0 to 255.
    """
    return np.mean((image.astype(float) - other.astype(float)) ** 2)


@pixel_error.inputs
def images(rng: np.random.Generator) -> Inputs:
    yield np.array([[0, 200]], np.uint8), np.array([[16, 10]], np.uint8)
    yield np.array([[255]], np.uint8), np.array([[0]], np.uint8)
    yield np.array([[63]], np.uint8), np.array([[0]], np.uint8)
    for h, w in ((2, 3), (4, 4), (6, 5)):
        yield rng.integers(0, 256, (h, w), np.uint8), rng.integers(0, 256, (h, w), np.uint8)


pixel_error.mistake("You computed in bytes, which start again at 0 after 255. Convert to float first.",
                    lambda a, b: np.mean((a - b) ** 2))
pixel_error.mistake("You converted after the subtraction; the difference had wrapped around already.",
                    lambda a, b: np.mean((a - b).astype(float) ** 2))
pixel_error.mistake("int16 has room for the difference but not for its square, 65025.",
                    lambda a, b: np.mean((a.astype(np.int16) - b.astype(np.int16)) ** 2))
pixel_error.mistake("float16 keeps three digits only, so it rounds the squares. Convert to float, which keeps sixteen.",
                    lambda a, b: np.mean((a.astype(np.float16) - b.astype(np.float16)) ** 2))
pixel_error.mistake("You scaled the pixels to 0..1; the error of the bytes was asked.",
                    lambda a, b: np.mean((a / 255 - b / 255) ** 2))
pixel_error.alternative(lambda a, b: np.mean((a.astype(np.int64) - b) ** 2))
pixel_error.alternative(lambda a, b: np.mean((np.subtract(a, b, dtype=float)) ** 2))


@exercise(title="Two weights in a row", points=2,
          hints=["The prediction is a product of three factors. What is its derivative with respect to v, if w and x "
                 "are held fixed?",
                 "Use the chain rule for one sample: the derivative of the square, times the derivative of the "
                 "prediction with respect to the weight. Then average over the samples.",
                 "The derivative of the square is twice the residual, prediction minus truth. The factor that "
                 "follows differs between the two weights: it is what multiplies v in the prediction, and what "
                 "multiplies w."])
def narrow_gradient(x: Array, y_true: Array, v: float, w: float) -> tuple[Number, Number]:
    """Return the pair of derivatives of the mean of `(y_true - v * w * x)**2` with respect to v and to w, two floats.

    `x` and `y_true` have shape (n,), `v` and `w` are floats.
    """
    residual = v * w * x - y_true
    return np.mean(2 * residual * w * x), np.mean(2 * residual * v * x)


@narrow_gradient.inputs
def weights(rng: np.random.Generator) -> Inputs:
    yield np.array([2.0]), np.array([3.0]), 0.5, 0.8
    for n in (2, 5, 30):
        v, w = rng.normal(size=2)
        yield rng.normal(size=n), rng.normal(size=n), float(v), float(w)


def two_slopes(of_prediction: Callable[[Array, Array, Array], Array] = lambda x, y, p: 2 * (p - y) * x,
               average: Function = np.mean,
               factors: Callable[[float, float], tuple[float, float]] = lambda v, w: (w, v)) -> Function:
    """The gradient with one piece of the derivation replaced."""
    return lambda x, y, v, w: tuple(average(factor * of_prediction(x, y, v * w * x)) for factor in factors(v, w))


narrow_gradient.mistake("The minus of the inner derivative is missing: the slope of y - v·w·x in v is -w·x.",
                        two_slopes(lambda x, y, p: 2 * (y - p) * x))
narrow_gradient.mistake("The two are exchanged: the derivative in v has the factor w.", two_slopes(factors=lambda v, w: (v, w)))
narrow_gradient.mistake("The 2 from the square is missing.", two_slopes(lambda x, y, p: (p - y) * x))
narrow_gradient.mistake("You stopped at the weight's product; the chain rule goes on into v and w.",
                        two_slopes(factors=lambda v, w: (1, 1)))
narrow_gradient.mistake("The factor x is missing: a weight's derivative carries the input that it multiplies.",
                        two_slopes(lambda x, y, p: 2 * (p - y)))
narrow_gradient.mistake("You summed over the samples; the loss is their mean.", two_slopes(average=np.sum))
narrow_gradient.alternative(lambda x, y, v, w: (-2 * w * np.mean(x * (y - v * w * x)), -2 * v * np.mean(x * (y - v * w * x))))


@exercise(title="Softmax, twice", points=2,
          hints=["The second softmax takes the result of the first as its scores. Which row of probabilities is the "
                 "best that the first softmax can give?",
                 "The best row gives 1 to the right class and 0 to each of the others. Take it as scores, compute "
                 "the probability of the right class, and then its cross-entropy.",
                 "In the second softmax, the right class has the exponential of 1, and each other class the "
                 "exponential of 0. How many others are there, and what is minus the logarithm of the share?"])
def softmax_twice_floor(k: Array) -> Array:
    """Return the smallest cross-entropy that k classes leave when the softmax is applied twice, for each number of classes.

    `k` is an array of whole numbers, shape (m,), 2 or more; the answer has shape (m,). The logarithm is the natural one.
    """
    return np.log(1 + (k - 1) / np.e)


@softmax_twice_floor.inputs
def numbers(rng: np.random.Generator) -> Inputs:
    yield (np.array([2, 4]),)
    for m in (1, 3, 6):
        yield (rng.integers(2, 2000, m),)


softmax_twice_floor.mistake("That is the loss of guessing evenly, log k; a row with a 1 is a little better.", lambda k: np.log(k))
softmax_twice_floor.mistake("That is the probability of the right class; the loss is minus its logarithm.",
                            lambda k: np.e / (np.e + k - 1))
softmax_twice_floor.mistake("The sign is turned round: a cross-entropy is not negative.",
                            lambda k: -np.log(1 + (k - 1) / np.e))
softmax_twice_floor.mistake("You counted k wrong classes; there are k - 1.", lambda k: np.log(1 + k / np.e))
softmax_twice_floor.mistake("You gave the wrong classes the score 1 and the right one 0; that is the dearest row, not the cheapest.",
                            lambda k: np.log(1 + (k - 1) * np.e))
softmax_twice_floor.mistake("With one softmax the loss can reach 0; the second one keeps it above.", lambda k: 0.0 * k)
softmax_twice_floor.alternative(lambda k: -np.log(np.e / (np.e + k - 1)))
softmax_twice_floor.alternative(lambda k: np.log(np.e + k - 1) - 1)


ask("A regression model answers the mean of the targets for every input. Which line do you look at first?",
    right=("the shapes in the loss", "A column against a row compares every prediction with every target, and the mean is best for all."),
    wrong=[("the random seed: it may be a bad start", "The loss itself is wrong; every start ends at the mean."),
           ("the unit of the targets", "A unit changes the size of the loss, not its best answer.")])
ask("With 10 classes the validation loss sticks at 1.46 while the validation accuracy reaches 100 percent. What is the likely reason?",
    right=("softmax twice: the loss took probabilities for scores", "A sure and right answer then costs log(1 + 9/e) = 1.46, and none costs less."),
    wrong=[("over-fitting to the training data", "An over-fitted model makes mistakes on validation data; this one makes none."),
           ("log 0 in the loss, clipped to a large number", "A clipped logarithm makes the loss jump up, not stick at one value.")])
ask("Why did the test of a*b not find that grad is assigned with = where += belongs?",
    right=("each value is used once in it", "Only where a value is used twice do two gradients meet."),
    wrong=[("the loss was too small", "The size has nothing to do with it."),
           ("a gradient check cannot see errors in backpropagation", "It compares numbers, wherever they come from: on a*a it would have failed.")])
ask("Someone replaces nan by 0 in a loss 'for stability'. What should you ask?",
    right=("where the nan came from", "Once the cause is known there is usually an exact formula; a replacement hides it."),
    wrong=[("whether 1e-7 would be better than 0", "Another constant hides the cause just as well."),
           ("nothing, it is good practice", "The value that stood there is lost, and the average is wrong.")])


@exercise(title="Reach a property: a test that the bug survives", points=3,
          hints=["The given function compares every prediction with every target. Write its result and the right one as sums, expand the "
                 "squares, and see which terms both have.",
                 "Only the mixed terms differ. They agree when the mean of the products of prediction and target is the product of "
                 "their means, so knowing the target must say nothing about the prediction.",
                 "Begin with predictions whose mean is 0. Then their products with the targets must also sum to 0. These are two "
                 "equations, and three entries that are not all 0 can satisfy both. Make them larger at the end, if need be."])
def surviving_predictions(y_true: Array) -> Array:
    """Return predictions for which the mistake of a column against a row changes nothing, shape (n,).

    Somebody tests `error_of_all_pairs`, given below, with predictions that come as an array of shape (n,), and finds the right mean
    squared error. Show how this can happen: for your predictions both numbers should agree to a millionth of their size. The
    standard deviation of your predictions should be at least 1, because for a constant the mistake is easily overlooked.
    `y_true` has shape (n,) with n of 3 or more, and its first three entries all differ.
    """
    y_pred = np.zeros(len(y_true))
    y_pred[:3] = np.cross(np.ones(3), y_true[:3])
    return 2 * y_pred / np.std(y_pred)


@surviving_predictions.gives
def error_of_all_pairs(y_true: Array, y_pred: Array) -> Number:
    """Compare a column of predictions with a row of targets."""
    return np.mean((y_pred.reshape(-1, 1) - y_true) ** 2)


@surviving_predictions.inputs
def tested(rng: np.random.Generator) -> Inputs:
    yield (np.array([1.0, 2.0, 4.0]),)
    for n in (3, 4, 9):
        yield (rng.normal(size=n) * 3 + np.arange(n),)


@surviving_predictions.claim("Each target needs one prediction: {n} of them; you gave {count}.")
def one_for_each_target(answer: Array, y_true: Array) -> Held:
    return len(answer) == len(y_true), {"n": len(y_true), "count": len(answer)}


@surviving_predictions.claim("The standard deviation of your predictions should be at least 1, but it is {spread}.")
def no_constant(answer: Array, y_true: Array) -> Held:
    return np.std(answer) >= 1 - 1e-9, {"spread": np.std(answer)}


@surviving_predictions.claim("The mean squared error of your predictions is {right}, but `error_of_all_pairs` says {wrong}, so the test finds "
                             "the mistake.")
def unnoticed(answer: Array, y_true: Array) -> Held:
    right, wrong = np.mean((answer - y_true) ** 2), error_of_all_pairs(y_true, answer)
    return abs(right - wrong) <= 1e-6 * right, {"right": right, "wrong": wrong}


surviving_predictions.mistake("A constant does hide the mistake, but the prompt asks for predictions that differ.",
                              lambda y: np.full(len(y), np.mean(y)))
surviving_predictions.mistake("Perfect predictions show the mistake at once: their error is 0, and that of all pairs is not.",
                              lambda y: y)
surviving_predictions.mistake("Signs that alternate have nothing to do with these targets, but by chance some of them still lie with the larger "
                              "ones. Compute predictions for which this cancels.", lambda y: 3 * (-1.0) ** np.arange(len(y)))
surviving_predictions.mistake("The products with the targets sum to 0, but the mean of your predictions is not 0 and meets the mean of the "
                              "targets.", lambda y: 9 * np.r_[y[1], -y[0], np.zeros(len(y) - 2)] / np.std(
                                  np.r_[y[1], -y[0], np.zeros(len(y) - 2)]))
surviving_predictions.mistake("The idea is right, but such small predictions are nearly a constant.",
                              lambda y: surviving_predictions.reference(y) / 20)
surviving_predictions.mistake("You solved it for three targets and left the others out; a prediction that plays no part may be 0.",
                              lambda y: surviving_predictions.reference(y)[:3] if len(y) > 3 else np.zeros(2))
surviving_predictions.alternative(lambda y: 7 + 5 * surviving_predictions.reference(y))
