"""Exercises of the page on binary cross-entropy."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lossedu.exercises.page import on_page
from lossedu.exercises.types import Array, Function, Held, Inputs, Number

exercise, ask = on_page(__name__)



def sigmoid(z: Array) -> Array:
    """1 / (1 + exp(-z)), as a learner writes it."""
    return 1 / (1 + np.exp(-z))


def forecasts(rng: np.random.Generator) -> Inputs:
    """Labels and probabilities inside (0, 1): one sample of each class, a confident mistake, then random ones."""
    yield np.array([1.0]), np.array([0.8])
    yield np.array([0.0]), np.array([0.7])
    yield np.array([1.0, 0.0]), np.array([0.8, 0.5])
    yield np.array([0.0, 1.0, 1.0]), np.array([0.999, 0.6, 0.9])
    for n in (2, 5, 40):
        yield np.r_[1.0, rng.integers(0, 2, n - 1)], rng.uniform(0.05, 0.95, n)


@exercise(title="Average the surprises", points=1,
          hints=["How surprised is a forecaster who gave a probability to what then happened? Only the probability of "
                 "what came counts.",
                 "Work with two terms, one for the label 1 and one for the label 0. The label itself can switch them on "
                 "and off, because it is 0 or 1.",
                 "Both logarithms are negative, so the minus sign has to cover both terms. Which probability belongs to "
                 "the label 0?"])
def surprise_mean(y_true: Array, y_pred: Array) -> Number:
    """Return the mean binary cross-entropy in nats, one float.

    `y_true` holds labels 0 and 1, `y_pred` the forecast probabilities of a 1, all strictly between 0 and 1;
    both are arrays of shape (n,). The logarithms need no epsilon, since no probability is 0 or 1.
    """
    return -np.mean(y_true * np.log(y_pred) + (1 - y_true) * np.log(1 - y_pred))


surprise_mean.inputs(forecasts)
surprise_mean.mistake("Your minus sign covers the first term only. Put both terms in brackets before it.",
                      lambda y, p: np.mean(-y * np.log(p) + (1 - y) * np.log(1 - p)))
surprise_mean.mistake("The minus sign is missing: the log of a probability is negative, and a cost is not.",
                      lambda y, p: np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)))
surprise_mean.mistake("The term for y = 0 is missing: a confident wrong 1 would cost nothing.",
                      lambda y, p: -np.mean(y * np.log(p)))
surprise_mean.mistake("You took log(y_pred) in both terms: where y is 0, what came had probability 1 - y_pred.",
                      lambda y, p: -np.mean(y * np.log(p) + (1 - y) * np.log(p)))
surprise_mean.mistake("You summed the surprises; a mean also divides by n.",
                      lambda y, p: -np.sum(y * np.log(p) + (1 - y) * np.log(1 - p)))
surprise_mean.mistake("You measured in bits, with np.log2. Use the natural logarithm, np.log.",
                      lambda y, p: -np.mean(y * np.log2(p) + (1 - y) * np.log2(1 - p)))
surprise_mean.mistake("You returned the surprise of each sample; average them to one number.",
                      lambda y, p: -(y * np.log(p) + (1 - y) * np.log(1 - p)))
surprise_mean.mistake("You averaged the probabilities of what came, then took the log. Log first, then average.",
                      lambda y, p: -np.log(np.mean(np.where(y == 1, p, 1 - p))))
surprise_mean.alternative(lambda y, p: np.mean(-np.log(np.where(y == 1, p, 1 - p))))
surprise_mean.alternative(lambda y, p: sum(-np.log(q if t else 1 - q) for t, q in zip(y, p)) / len(y))


@exercise(title="The gradient in the probability", points=2,
          hints=["Each forecast appears in one term of the mean only, so every entry of the gradient can be found by "
                 "itself.",
                 "Differentiate the cost of a label 1 and the cost of a label 0 separately, and let the label choose "
                 "between the two.",
                 "For the label 0 the logarithm is taken of 1 minus the forecast, so the chain rule brings a sign. What "
                 "does the mean divide by?"])
def surprise_gradient(y_true: Array, y_pred: Array) -> Array:
    """Return the gradient of the mean binary cross-entropy in `y_pred`.

    `y_true` holds labels 0 and 1, `y_pred` probabilities strictly between 0 and 1; both are arrays of shape (n,),
    and so is the gradient.
    """
    return ((1 - y_true) / (1 - y_pred) - y_true / y_pred) / len(y_true)


surprise_gradient.inputs(forecasts)
surprise_gradient.mistake("The sign is turned round: where y is 1, a larger forecast lowers the loss.",
                          lambda y, p: (y / p - (1 - y) / (1 - p)) / len(y))
surprise_gradient.mistake("The 1/n of the mean is missing: this is the gradient of the sum.",
                          lambda y, p: (1 - y) / (1 - p) - y / p)
surprise_gradient.mistake("The derivative of 1 - p is -1: that sign is missing in the term for y = 0.",
                          lambda y, p: (-(1 - y) / (1 - p) - y / p) / len(y))
surprise_gradient.mistake("That is the gradient in the logit. In the probability it still holds the 1 / (p (1 - p)).",
                          lambda y, p: (p - y) / len(y))
surprise_gradient.mistake("You averaged the gradient to one number; each forecast has its own entry.",
                          lambda y, p: np.mean((1 - y) / (1 - p) - y / p))
surprise_gradient.alternative(lambda y, p: (p - y) / (p * (1 - p)) / y.size)


def scores(rng: np.random.Generator) -> Inputs:
    """Labels and logits: one of each class, logits in the tails, then random ones."""
    yield np.array([1.0]), np.array([0.0])
    yield np.array([0.0]), np.array([2.0])
    yield np.array([1.0, 0.0, 0.0]), np.array([-6.0, 7.0, -1.0])
    for n in (2, 5, 40):
        yield np.r_[1.0, rng.integers(0, 2, n - 1)], rng.normal(0, 3, n)


@exercise(title="The gradient in the logit", points=2,
          hints=["The loss depends on a logit through its probability, so the chain rule has two factors.",
                 "Turn the logits into probabilities. Then multiply the slope of the loss in the probability by the "
                 "slope of the sigmoid.",
                 "The slope of the sigmoid cancels the denominators. Work that out for the label 1 and for the label 0, "
                 "and look for one expression that says both."])
def logit_gradient(y_true: Array, logits: Array) -> Array:
    """Return the gradient of the mean binary cross-entropy in the logits.

    The probabilities are sigmoid(logits). `y_true` holds labels 0 and 1; both arguments are arrays of shape (n,),
    and so is the gradient.
    """
    y_pred = 1 / (1 + np.exp(-logits))
    return (y_pred - y_true) / len(y_true)


logit_gradient.inputs(scores)
logit_gradient.mistake("You subtracted the label from the logit itself; the sigmoid comes first.",
                       lambda y, z: (z - y) / len(y))
logit_gradient.mistake("The sign is turned round: where the forecast is too big, the gradient is positive.",
                       lambda y, z: (y - sigmoid(z)) / len(y))
logit_gradient.mistake("The 1/n of the mean is missing: this is the gradient of the sum.",
                       lambda y, z: sigmoid(z) - y)
logit_gradient.mistake("There is a factor p (1 - p) too many: it cancels against the slope of the logarithm.",
                       lambda y, z: (sigmoid(z) - y) * sigmoid(z) * (1 - sigmoid(z)) / len(y))
logit_gradient.mistake("You stopped at the probability: multiply by the slope of the sigmoid, p (1 - p).",
                       lambda y, z: (sigmoid(z) - y) / (sigmoid(z) * (1 - sigmoid(z))) / len(y))
logit_gradient.mistake("You averaged the gradient to one number; each logit has its own entry.",
                       lambda y, z: np.mean(sigmoid(z) - y))
logit_gradient.alternative(lambda y, z: (0.5 * (1 + np.tanh(z / 2)) - y) / y.size)


@exercise(title="Never form the probability", points=2,
          hints=["For z = 1000 the sigmoid is exactly 1 on a computer, so the logarithm of 1 - 1 is minus infinity. "
                 "Simplify on paper before you compute.",
                 "Put the sigmoid into both logarithms of the loss. What is left is one logarithm of a sum, and a term "
                 "in which the label meets the logit.",
                 "In that sum the exponential overflows when z is large. Take it out as a factor where z is positive, "
                 "so that the exponential that is left can only shrink."])
def surprise_from_logits(y_true: Array, logits: Array) -> Number:
    """Return the mean binary cross-entropy, one float, for logits of any size.

    The probabilities are sigmoid(logits). `y_true` holds labels 0 and 1, `logits` any finite numbers, 1000
    and -1000 among them; both are arrays of shape (n,).
    """
    return np.mean(np.maximum(logits, 0) - y_true * logits + np.log1p(np.exp(-np.abs(logits))))


@surprise_from_logits.inputs
def large_scores(rng: np.random.Generator) -> Inputs:
    yield np.array([0.0]), np.array([1000.0])
    yield np.array([1.0, 1.0]), np.array([-1000.0, 2.0])
    yield from scores(rng)


def with_clip(smallest: float) -> Function:
    """The cross-entropy of probabilities that were kept away from 0 and 1."""
    def clipped(y: Array, z: Array) -> Number:
        p = np.clip(sigmoid(z), smallest, 1 - smallest)
        return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))

    return clipped


surprise_from_logits.mistake("For large logits the sigmoid rounds to 0 or 1 and its log is infinite.",
                             lambda y, z: -np.mean(y * np.log(sigmoid(z)) + (1 - y) * np.log(1 - sigmoid(z))))
surprise_from_logits.mistake("log(1 + exp(z)) overflows for large z. Let exp see no positive number.",
                             lambda y, z: np.mean(np.log(1 + np.exp(z)) - y * z))
for _smallest in (1e-15, 1e-12, 1e-7):
    surprise_from_logits.mistake("Clipping puts a wrong number for infinity: a logit of 1000 for a 0 costs 1000.",
                                 with_clip(_smallest))
surprise_from_logits.mistake("You summed the surprises; a mean also divides by n.",
                             lambda y, z: np.sum(np.logaddexp(0, z) - y * z))
surprise_from_logits.mistake("The term max(z, 0) is missing: with exp(-|z|) in the log, it makes up for a positive z.",
                             lambda y, z: np.mean(np.log1p(np.exp(-np.abs(z))) - y * z))
surprise_from_logits.alternative(lambda y, z: np.mean(np.logaddexp(0, z) - y * z))
surprise_from_logits.alternative(lambda y, z: np.mean(np.logaddexp(0, (1 - 2 * y) * z)))


@exercise(title="The gradient of logistic regression", points=2,
          hints=["Go backwards: from the loss to the logits, and from each logit to w and b.",
                 "You know the gradient in the logits from an exercise above. Each logit holds w through its own row of "
                 "X, so w collects something from every row.",
                 "What w collects are the rows of X, each multiplied by its entry of that gradient: which matrix "
                 "product adds them up? In b every logit has the slope 1."])
def logistic_gradient(X: Array, y_true: Array, w: Array, b: float) -> tuple[Array, Number]:
    """Return the gradients of logistic regression in `w` and `b`, a tuple.

    The loss is the mean binary cross-entropy of sigmoid(X @ w + b). `X` has shape (n, k), `y_true` holds labels 0 and 1
    and has shape (n,), `w` has shape (k,) and `b` is one number; the gradients have the shapes of `w` and `b`.
    """
    y_pred = 1 / (1 + np.exp(-(X @ w + b)))
    error = (y_pred - y_true) / len(y_true)
    return X.T @ error, np.sum(error)


@logistic_gradient.inputs
def regressions(rng: np.random.Generator) -> Inputs:
    yield np.array([[2.0]]), np.array([1.0]), np.array([0.0]), 0.0
    yield np.array([[1.0, 0.0], [3.0, -1.0]]), np.array([0.0, 1.0]), np.array([0.5, 1.0]), -1.0
    for n, k in ((5, 2), (30, 4)):
        yield rng.normal(size=(n, k)), np.r_[1.0, rng.integers(0, 2, n - 1)], rng.normal(size=k), float(rng.normal())


def of_logits(residual: Callable[[Array, Array], Array], scale: Callable[[Array], int] = len) -> Function:
    """Both gradients from a rule for the gradient in the logits."""
    def gradient(X: Array, y: Array, w: Array, b: float) -> tuple[Array, Number]:
        error = residual(X @ w + b, y) / scale(y)
        return X.T @ error, np.sum(error)

    return gradient


logistic_gradient.mistake("The 1/n of the mean is missing: these are the gradients of the sum.",
                          of_logits(lambda z, y: sigmoid(z) - y, scale=lambda y: 1))
logistic_gradient.mistake("The sign is turned round: the error is forecast minus label.",
                          of_logits(lambda z, y: y - sigmoid(z)))
logistic_gradient.mistake("The sigmoid is missing: these are the gradients of a straight line.",
                          of_logits(lambda z, y: z - y))
logistic_gradient.mistake("You multiplied by p (1 - p): under cross-entropy that factor cancels.",
                          of_logits(lambda z, y: (sigmoid(z) - y) * sigmoid(z) * (1 - sigmoid(z))))
logistic_gradient.mistake("The gradient in b was divided by n twice: error already holds 1/n, so sum it.",
                          lambda X, y, w, b: (X.T @ (sigmoid(X @ w + b) - y) / len(y),
                                              np.mean(sigmoid(X @ w + b) - y) / len(y)))
logistic_gradient.mistake("You returned the gradient in w alone; b has one too. Return both as a tuple.",
                          lambda X, y, w, b: X.T @ (sigmoid(X @ w + b) - y) / len(y))
logistic_gradient.alternative(lambda X, y, w, b: (np.mean((sigmoid(X @ w + b) - y)[:, None] * X, axis=0),
                                                  np.mean(sigmoid(X @ w + b) - y)))


ask("A forecast gave 0.2 to what then happened. What does it cost?",
    right=("-log(0.2), about 1.6", "The loss is minus the logarithm of the probability given to what came."),
    wrong=[("-log(0.8), about 0.22", "0.8 went to what did not come; only the probability of what came counts."),
           ("0.8, one minus the probability", "That is the absolute error, which is not proper.")])
ask("A model's logit is 30 and the label is 0. How strong is the push on the logit?",
    right=("about 1, forecast minus truth", "The forecast is nearly 1 and the truth is 0; the slope in the logit is their difference."),
    wrong=[("about 0, because the sigmoid is flat there",
            "The flat slope of the sigmoid cancels against the steep slope of the logarithm."),
           ("about 30", "The loss is about 30 there; its slope in the logit never exceeds 1.")])
ask("Your training loop prints a binary cross-entropy of -0.4. What do you conclude?",
    right=("there is a bug, or the targets are no probabilities",
           "Minus the logarithm of a probability is never negative, and neither is an average of such terms."),
    wrong=[("the model is very good", "The best loss possible for labels is 0: no surprise is less than none."),
           ("it is still better than 0.1", "A loss outside its range says nothing about the model.")])
ask("A clip of the probabilities to [1e-15, 1 - 1e-15] stops the infinities. What does it not give back?",
    right=("the gradient of the most wrong samples", "Where the clip holds, the loss is constant, so its slope is 0."),
    wrong=[("the accuracy, as clipped forecasts may change sides", "The clip is far from one half, so every forecast keeps its side."),
           ("the sign of the loss", "The clipped loss is still positive.")])


@exercise(title="Find the bug: training that makes it worse", points=2,
          hints=["The first step is right and the later ones are not. Which probabilities does the code compute while w is 0, "
                 "and which of its lines could therefore be wrong without our noticing?",
                 "Test that line on a case whose answer you know: which probability belongs to the logit 5?",
                 "A large logit should give a probability near 1. Look at the sign in the exponent."])
def train_logistic(X: Array, y_true: Array, learning_rate: float, steps: int) -> Array:
    """Return the weights of logistic regression after `steps` steps of gradient descent that start from 0.

    The loss is the mean binary cross-entropy of sigmoid(X @ w). `X` has shape (n, k), `y_true` holds labels 0 and 1 and
    has shape (n,); the weights have shape (k,). The code below is wrong: its loss falls for a few steps, and then climbs for ever.
    Repair it.
    """
    w = np.zeros(X.shape[1])
    for _ in range(steps):
        y_pred = 1 / (1 + np.exp(-X @ w))
        w = w - learning_rate * X.T @ (y_pred - y_true) / len(y_true)
    return w


@train_logistic.inputs
def trainings(rng: np.random.Generator) -> Inputs:
    yield np.array([[2.0]]), np.array([1]), 0.5, 1
    yield np.array([[1.0, 2.0], [1.0, -1.0]]), np.array([1, 0]), 0.5, 2
    for n, k, steps in ((6, 2, 3), (20, 3, 8)):
        yield rng.normal(size=(n, k)), rng.integers(0, 2, size=n), 0.5, steps


@train_logistic.bug("The exponential has lost its minus sign, so a large logit gives a probability near 0: this is 1 minus "
                    "the sigmoid.")
def train_upside_down(X: Array, y_true: Array, learning_rate: float, steps: int) -> Array:
    """Climb."""
    w = np.zeros(X.shape[1])
    for _ in range(steps):
        y_pred = 1 / (1 + np.exp(X @ w))
        w = w - learning_rate * X.T @ (y_pred - y_true) / len(y_true)
    return w


def trained(X: Array, y: Array, rate: float, steps: int, push: Callable[[Array, Array], Array]) -> Array:
    """The walk with another push on the logits."""
    w = np.zeros(X.shape[1])
    for _ in range(steps):
        w = w - rate * X.T @ push(1 / (1 + np.exp(-X @ w)), y)
    return w


train_logistic.mistake("The sigmoid is right. But the residual is turned round: the steps lead uphill.",
                       lambda X, y, eta, steps: trained(X, y, eta, steps, lambda p, y: (y - p) / len(y)))
train_logistic.mistake("The 1/n of the mean is missing, so the steps are n times too long.",
                       lambda X, y, eta, steps: trained(X, y, eta, steps, lambda p, y: p - y))
train_logistic.mistake("The slope of the sigmoid, p (1 - p), cancels in the gradient in the logits; you multiplied by it.",
                       lambda X, y, eta, steps: trained(X, y, eta, steps, lambda p, y: (p - y) * p * (1 - p) / len(y)))
train_logistic.mistake("That is only one step; each step begins where the last one ended.",
                       lambda X, y, eta, steps: train_logistic.reference(X, y, eta, 1))
train_logistic.mistake("The gradient of the squared error has a 2 in front; that of the cross-entropy has none.",
                       lambda X, y, eta, steps: train_logistic.reference(X, y, 2 * eta, steps))
train_logistic.alternative(lambda X, y, eta, steps: trained(X, y, eta, steps, lambda p, y: -np.where(y == 1, 1 - p, -p) / len(y)))


@exercise(title="Reach a property: always right and still worse", points=2,
          hints=["Accuracy looks only at the side of 0.5 on which a forecast lies. What else does the cross-entropy look at?",
                 "What does a forecast cost that is right, but only just?",
                 "A forecast of nearly 0.5 costs log 2, about 0.69, on either side. Compare that with what `other` costs."])
def right_but_unsure(y_true: Array, other: Array) -> Array:
    """Return forecasts with a higher accuracy than `other` that nevertheless have a larger binary cross-entropy.

    A forecast is right when it is above 0.5 for a label 1 or below 0.5 for a label 0. `y_true` holds labels 0 and 1,
    `other` the forecasts of another model, both of shape (n,); your forecasts have this shape too and lie strictly
    between 0 and 1. The cross-entropy of `other` is below 0.6, and it is wrong on some samples.
    """
    return np.where(y_true == 1, 0.51, 0.49)


def accuracy_and_surprise(y: Array, p: Array) -> tuple[Number, Number]:
    """Share of right forecasts, and mean cross-entropy."""
    return np.mean(np.where(y == 1, p > 0.5, p < 0.5)), np.mean(-np.log(np.where(y == 1, p, 1 - p)))


@right_but_unsure.inputs
def rivals(rng: np.random.Generator) -> Inputs:
    yield np.array([1, 0]), np.array([0.9, 0.55])
    for n in (4, 6, 12):
        y = rng.integers(0, 2, size=n)
        sure = np.append(rng.uniform(0.8, 0.95, size=n - 1), rng.uniform(0.35, 0.48))
        yield y, np.where(y == 1, sure, 1 - sure)


@right_but_unsure.claim("Give {count_wanted} forecasts strictly between 0 and 1; you gave {count}, from {least} to {most}.")
def forecasts_for_all(answer: Array, y_true: Array, other: Array) -> Held:
    least, most = answer.min(), answer.max()
    return len(answer) == len(y_true) and 0 < least and most < 1, {
        "count_wanted": len(y_true), "count": len(answer), "least": least, "most": most}


@right_but_unsure.claim("Your accuracy should be above that of the other forecasts, {rival}, but it is {reached}.")
def more_accurate(answer: Array, y_true: Array, other: Array) -> Held:
    reached, rival = accuracy_and_surprise(y_true, answer)[0], accuracy_and_surprise(y_true, other)[0]
    return reached > rival, {"reached": reached, "rival": rival}


@right_but_unsure.claim("You are right more often, as you should be. But your cross-entropy, {reached}, should be above {rival}.")
def more_surprised(answer: Array, y_true: Array, other: Array) -> Held:
    reached, rival = accuracy_and_surprise(y_true, answer)[1], accuracy_and_surprise(y_true, other)[1]
    return reached > rival, {"reached": reached, "rival": rival}


right_but_unsure.mistake("You returned the labels; a forecast of exactly 0 or 1 is not allowed.", lambda y, other: y)
right_but_unsure.mistake("Forecasts that are right and nearly certain cost almost nothing, so they win in both respects.",
                         lambda y, other: np.where(y == 1, 0.99, 0.01))
right_but_unsure.mistake("You returned the other model's forecasts, and nobody is better than himself.", lambda y, other: other)
right_but_unsure.mistake("A forecast of exactly 0.5 is on neither side, so it is never right.",
                         lambda y, other: np.full(len(y), 0.5))
right_but_unsure.mistake("The sides are exchanged: a label 1 needs a forecast above 0.5.",
                         lambda y, other: np.where(y == 1, 0.49, 0.51))
right_but_unsure.alternative(lambda y, other: 0.5 + (y - 0.5) * 1e-6)


@exercise(title="Derive: labels that are sometimes wrong", points=3,
          hints=["With which probability is the label that you see a 1? It can be a true 1 that was kept, or a 0 that was turned "
                 "round.",
                 "That probability takes the place of the forecast in the cross-entropy. It depends on the sigmoid, and the "
                 "sigmoid on the logit, so the chain rule has three factors.",
                 "The probability of a seen 1 is a straight line in the sigmoid; what is its slope? The slope of the sigmoid "
                 "cancels against the denominators only if no label is turned round, so keep all factors."])
def noisy_label_gradient(y_true: Array, logits: Array, flip: float) -> Array:
    """Return the gradient in the logits of a cross-entropy that knows that labels are sometimes wrong.

    The page does not show this loss. The true answer is a 1 with probability sigmoid(z), but before anybody sees it, it is
    turned round with probability `flip`. The loss is minus the logarithm of the probability that the model gives to the
    label that is seen, averaged over the samples. Derive its gradient on paper first. `y_true` holds the labels that are
    seen, 0 and 1, and `logits` numbers between -20 and 20; both have shape (n,), and so has the gradient. `flip` is at
    least 0 and below one half.
    """
    y_pred = 1 / (1 + np.exp(-logits))
    seen = flip + (1 - 2 * flip) * y_pred
    return (seen - y_true) / (seen * (1 - seen)) * (1 - 2 * flip) * y_pred * (1 - y_pred) / len(y_true)


@noisy_label_gradient.inputs
def seen_labels(rng: np.random.Generator) -> Inputs:
    yield np.array([1.0]), np.array([0.0]), 0.0
    yield np.array([1.0, 0.0]), np.array([0.0, 2.0]), 0.1
    yield np.array([0.0, 1.0]), np.array([4.0, -5.0]), 0.25
    for n in (2, 5, 20):
        yield np.r_[1.0, rng.integers(0, 2, n - 1)], rng.normal(0, 3, n), float(rng.uniform(0.05, 0.4))


def of_seen(slope: Callable[[Array, Array, Array, float], Array]) -> Function:
    """A gradient from a rule for the labels, the sigmoid, the probability of a seen 1, and the share of wrong labels."""
    return lambda y, z, flip: slope(y, p := sigmoid(z), flip + (1 - 2 * flip) * p, flip) / len(y)


noisy_label_gradient.mistake("That is the gradient for labels that are always right; flip does not occur in it.",
                             of_seen(lambda y, p, seen, flip: p - y))
noisy_label_gradient.mistake("Forecast minus truth holds only where the slope of the sigmoid cancels; here it does not.",
                             of_seen(lambda y, p, seen, flip: seen - y))
noisy_label_gradient.mistake("You stopped at the sigmoid: one more factor leads from it to the logit.",
                             of_seen(lambda y, p, seen, flip: (seen - y) / (seen * (1 - seen)) * (1 - 2 * flip)))
noisy_label_gradient.mistake("The probability of a seen 1 changes more slowly than the sigmoid does, and that factor is missing.",
                             of_seen(lambda y, p, seen, flip: (seen - y) / (seen * (1 - seen)) * p * (1 - p)))
noisy_label_gradient.mistake("You left out the zeros that are turned round: they are seen as ones, too.",
                             of_seen(lambda y, p, seen, flip: ((q := (1 - flip) * p) - y) / (q * (1 - q))
                                     * (1 - flip) * p * (1 - p)))
noisy_label_gradient.mistake("You smoothed the label by flip and kept the forecast. That is another loss: it is linear in the "
                             "two surprises, while here the mixing happens inside the logarithm.",
                             of_seen(lambda y, p, seen, flip: p - (flip + (1 - 2 * flip) * y)))
noisy_label_gradient.mistake("The sign is turned round: where the forecast is too large, the gradient is positive.",
                             lambda y, z, flip: -noisy_label_gradient.reference(y, z, flip))
noisy_label_gradient.mistake("The 1/n of the mean is missing: this is the gradient of the sum.",
                             lambda y, z, flip: noisy_label_gradient.reference(y, z, flip) * len(y))
noisy_label_gradient.alternative(of_seen(lambda y, p, seen, flip: (1 - 2 * flip) * p * (1 - p)
                                         * ((1 - y) / (1 - seen) - y / seen)))


@noisy_label_gradient.alternative
def of_both_probabilities(y_true: Array, logits: Array, flip: float) -> Array:
    """The slope of the logarithm of the probability of what is seen, with a sign for each label."""
    p, sign = sigmoid(logits), np.where(y_true == 1, 1, -1)
    probability = np.where(y_true == 1, (1 - flip) * p + flip * (1 - p), (1 - flip) * (1 - p) + flip * p)
    return -sign * (1 - 2 * flip) * p * (1 - p) / probability / len(p)


@exercise(title="Predict: too sure", points=1,
          hints=["Two kinds of samples occur. What does each of them cost, and how often does each occur?",
                 "Nine of ten samples cost the surprise of 0.99, which is small. The tenth costs the surprise of what was left for "
                 "it.",
                 "The surprise of a hundredth is the logarithm of 100, a little less than 5. Weigh both costs with their "
                 "shares, and then compare with the cost of the honest forecast in the same way."])
def price_of_too_sure() -> float:
    """Return how many times as much a forecast of 0.99 costs as an honest one of 0.9, one float.

    Something happens in nine of ten cases. One forecaster always says 0.9, and another always says 0.99; the cost is the mean
    binary cross-entropy. State your number before you run `cost_ratio`, the experiment given below. A number within 0.1 of its
    result is right, and the one that you state first is kept.
    """
    return (0.9 * np.log(0.99) + 0.1 * np.log(0.01)) / (0.9 * np.log(0.9) + 0.1 * np.log(0.1))


@price_of_too_sure.gives
def cost_ratio() -> Number:
    """Draw 100,000 cases, and compare the mean costs of the two forecasts."""
    happened = np.random.default_rng(0).random(100_000) < 0.9
    sure, honest = (-np.mean(np.log(np.where(happened, p, 1 - p))) for p in (0.99, 0.9))
    return sure / honest


@price_of_too_sure.claim("A ratio of two costs is above 0, but yours is {ratio}.")
def a_ratio(answer: float) -> Held:
    return answer > 0, {"ratio": answer}


@price_of_too_sure.claim("Your ratio, {ratio}, is not within 0.1 of what the experiment finds. Run it, and then explain the difference.")
def as_found(answer: float) -> Held:
    return np.abs(answer - cost_ratio()) <= 0.1, {"ratio": answer}


price_of_too_sure.mistake("You counted only the nine cases in which the forecast of 0.99 is right, and there it does cost less.",
                          lambda: np.log(0.99) / np.log(0.9))
price_of_too_sure.mistake("You counted only the tenth case, in which it is wrong. In the other nine it saves a little.",
                          lambda: np.log(0.01) / np.log(0.1))
price_of_too_sure.mistake("The two would cost the same if only the side of ½ mattered. The cross-entropy also asks how sure a "
                          "forecast is.", lambda: 1.0)
price_of_too_sure.mistake("You weighed both cases alike, but one of them occurs nine times as often.",
                          lambda: (np.log(0.99) + np.log(0.01)) / (np.log(0.9) + np.log(0.1)))
price_of_too_sure.mistake("The ratio is turned round: the forecast that is too sure costs more.",
                          lambda: 1 / price_of_too_sure.reference())
price_of_too_sure.mistake("You stated a difference of costs with its sign; a ratio of two costs is positive.", lambda: -0.15)
price_of_too_sure.alternative(lambda: 1.5)
