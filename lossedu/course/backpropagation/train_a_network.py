"""Exercises of the page that trains a network."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

from lossedu.data import load
from lossedu.exercises.exercise import find_exercise
from lossedu.exercises.page import on_page
from lossedu.exercises.types import Array, Function, Held, Inputs, Number

exercise, ask = on_page(__name__)



@exercise(title="How many are right?", points=1,
          hints=["The answer of the net to a row is a class, namely the one with the largest logit. How do you find its "
                 "number?",
                 "Find the column of the largest logit in each row, compare these numbers with the labels, and count "
                 "how often they agree.",
                 "NumPy finds the place of the largest entry when you tell it the axis along a row. The comparison "
                 "gives True and False; what does the mean of such an array say?"])
def share_right(labels: Array, logits: Array) -> Number:
    """Return the share of rows whose largest logit is the one of their label, a number from 0 to 1.

    `labels` are whole numbers from 0 to k - 1, shape (n,); `logits` have shape (n, k).
    """
    return np.mean(logits.argmax(axis=1) == labels)


@share_right.inputs
def answers(rng: np.random.Generator) -> Inputs:
    yield np.array([1]), np.array([[0.0, 2.0]])
    yield np.array([0, 1, 2]), np.array([[3.0, 1.0, 0.0], [1.0, -1.0, -2.0], [-3.0, -2.0, -1.0]])
    yield np.array([2, 0, 1]), np.array([[-3.0, -2.0, -1.0], [0.1, 0.3, 0.2], [0.1, 0.3, 0.2]])
    for n, k in ((7, 3), (40, 5)):
        labels = rng.integers(k, size=n)
        yield labels, rng.normal(size=(n, k)) + np.eye(k)[labels]


share_right.mistake("That is the number of right answers; divide by all.",
                    lambda labels, logits: np.sum(logits.argmax(axis=1) == labels))
share_right.mistake("That is the share of wrong answers.", lambda labels, logits: np.mean(logits.argmax(axis=1) != labels))
share_right.mistake("You took the smallest logit of each row.", lambda labels, logits: np.mean(logits.argmin(axis=1) == labels))
share_right.mistake("The largest logit counts, not the one furthest from 0: logits may be negative.",
                    lambda labels, logits: np.mean(np.abs(logits).argmax(axis=1) == labels))
share_right.mistake("You averaged the right logits; what counts is whether they are the largest of their row.",
                    lambda labels, logits: np.mean(logits[np.arange(len(labels)), labels]))
share_right.alternative(lambda labels, logits: sum(int(row.argmax() == label) for row, label in zip(logits, labels)) / len(labels))


@exercise(title="How many knobs?", points=1,
          hints=["Draw a layer from 3 values to 2. How many lines run between them, and what does each output have "
                 "besides its lines?",
                 "Count the weights of each layer and its biases, and add over the layers.",
                 "Neighbours in `widths` belong to one layer, so slice the array once without its last entry and once "
                 "without its first. Which of the two slices counts the biases as well?"])
def knobs_of_network(widths: Array) -> int:
    """Return the number of weights and biases of a network of fully connected layers.

    `widths` holds the number of values before the first layer, between the layers and after the last, such as 64, 32, 10;
    an array of whole numbers of shape (layers + 1,). Each layer has a weight for each pair and a bias for each output.
    """
    return int(np.sum(widths[:-1] * widths[1:]) + np.sum(widths[1:]))


@knobs_of_network.inputs
def nets(rng: np.random.Generator) -> Inputs:
    yield (np.array([3, 2]),)
    yield (np.array([64, 32, 10]),)
    for layers in (2, 4):
        yield (rng.integers(2, 40, size=layers + 1),)


knobs_of_network.mistake("The biases are missing: one for each output of a layer.", lambda w: np.sum(w[:-1] * w[1:]))
knobs_of_network.mistake("The inputs have no bias; only the outputs of a layer do.", lambda w: np.sum(w[:-1] * w[1:]) + np.sum(w))
knobs_of_network.mistake("A layer has one bias for each output, not for each input.",
                         lambda w: np.sum(w[:-1] * w[1:]) + np.sum(w[:-1]))
knobs_of_network.mistake("That counts units, not the weights between them.", np.sum)
knobs_of_network.mistake("Weights run from one layer to the next: add the products of neighbours.", np.prod)
knobs_of_network.alternative(lambda w: sum((m + 1) * k for m, k in zip(w, w[1:])))


@exercise(title="Find the bug: the best weights get worse", points=3, keeps_inputs=True,
          hints=["The losses are compared rightly, and yet the weights that come back are not the ones that had the smallest loss. "
                 "What do `best` and `w` refer to after the line that keeps the best?",
                 "Follow both names through two steps on paper, and write down for each step which array it is and whether this "
                 "array is a new one. Which line of the code changes an array that somebody else still holds?",
                 "Python has two ways to subtract from an array: one makes a new array, and the other changes the old one in place. "
                 "The same line also changes an argument that should stay as it is."])
def weights_judged_best(X: Array, y_true: Array, X_held: Array, y_held: Array, w: Array, rate: float, steps: int) -> Array:
    """Return those weights of a descent that have the smallest loss on data held back, shape (k,).

    The descent starts at `w`, which counts too, and makes `steps` steps of gradient descent with the learning rate `rate` on
    the mean squared error of X @ w. All weights that it meets are judged by the mean squared error on the data held back; of
    equally good ones the first counts. Shapes: `X` (n, k), `y_true` (n,), `X_held` (m, k), `y_held` (m,), `w` (k,). The
    code below runs, but the cell after it shows that its answer gets worse with more steps, although there are more weights
    to choose from. Repair it, and leave all arguments unchanged.
    """
    best, lowest = w, np.inf
    for _ in range(steps + 1):
        loss = np.mean((X_held @ w - y_held) ** 2)
        if loss < lowest:
            best, lowest = w, loss
        w = w - 2 * rate * X.T @ (X @ w - y_true) / len(X)
    return best


@weights_judged_best.inputs
def descents(rng: np.random.Generator) -> Inputs:
    yield np.array([[1.0], [2.0]]), np.array([1.0, 3.0]), np.array([[1.0]]), np.array([1.0]), np.array([0.0]), 0.1, 4
    yield np.array([[1.0], [2.0]]), np.array([1.0, 3.0]), np.array([[1.0]]), np.array([0.0]), np.array([0.0]), 0.1, 2
    yield np.array([[1.0], [2.0]]), np.array([1.0, 3.0]), np.array([[1.0]]), np.array([5.0]), np.array([0.0]), 0.1, 2
    # all weights are equally good
    yield np.array([[1.0], [2.0]]), np.array([1.0, 3.0]), np.array([[0.0]]), np.array([2.0]), np.array([0.5]), 0.1, 3
    # the rate is too large, so the training loss rises
    yield np.array([[2.0]]), np.array([2.0]), np.array([[1.0], [0.5]]), np.array([2.4, 1.2]), np.array([0.0]), 0.3, 3
    for k in (2, 3):  # the middle of the walk is best
        X, X_held, target = rng.normal(size=(8, k)), rng.normal(size=(5, k)), rng.uniform(1, 2, size=k)
        yield X, X @ target, X_held, X_held @ (0.4 * target), np.zeros(k), 0.05, 40
    # one weight overshoots at first, so the loss rises and falls again
    yield np.diag([2.0, 0.4]), np.array([2.0, 0.4]), np.eye(2), np.array([0.2, 1.0]), np.zeros(2), 0.2, 30


@weights_judged_best.bug("The best weights walked on: after best = w both names refer to one array, and -= changes this array in "
                         "place.")
def weights_that_walk_on(X: Array, y_true: Array, X_held: Array, y_held: Array, w: Array, rate: float,
                         steps: int) -> Array:
    """Keep a name in place of the numbers."""
    best, lowest = w, np.inf
    for _ in range(steps + 1):
        loss = np.mean((X_held @ w - y_held) ** 2)
        if loss < lowest:
            best, lowest = w, loss
        w -= 2 * rate * X.T @ (X @ w - y_true) / len(X)
    return best


def walk(X: Array, y: Array, w: Array, rate: float, steps: int) -> list[Array]:
    """The weights that a descent meets."""
    met = [w]
    for _ in range(steps):
        met.append(met[-1] - rate * 2 * X.T @ (X @ met[-1] - y) / len(X))
    return met


def losses_of(X: Array, y: Array, met: list[Array]) -> list[float]:
    """Their mean squared errors."""
    return [float(np.mean((X @ w - y) ** 2)) for w in met]


def first_valley(losses: list[float]) -> int:
    """The step before the first rise."""
    return next((i for i, (now, after) in enumerate(zip(losses, losses[1:])) if after > now), len(losses) - 1)


weights_judged_best.mistake("Those are the last weights; the smallest loss on the data held back may lie earlier.",
                            lambda X, y, A, b, w, rate, steps: walk(X, y, w, rate, steps)[-1])
weights_judged_best.mistake("You judged by the data that the net learns from, and there later weights are nearly always better.",
                            lambda X, y, A, b, w, rate, steps: min(
                                walk(X, y, w, rate, steps), key=lambda one: np.mean((X @ one - y) ** 2)))
weights_judged_best.mistake("You stopped at the first rise of the loss, but it may fall again later.",
                            lambda X, y, A, b, w, rate, steps: walk(X, y, w, rate, steps)[
                                first_valley(losses_of(A, b, walk(X, y, w, rate, steps)))])
weights_judged_best.mistake("The start counts too; you judged only the weights after a step.",
                            lambda X, y, A, b, w, rate, steps: min(
                                walk(X, y, w, rate, steps)[1:], key=lambda one: np.mean((A @ one - b) ** 2)))
weights_judged_best.mistake("You did not judge the weights after the last step.",
                            lambda X, y, A, b, w, rate, steps: min(
                                walk(X, y, w, rate, steps - 1), key=lambda one: np.mean((A @ one - b) ** 2)))
weights_judged_best.mistake("You kept the weights one step after the best ones: judge them first, and then move.",
                            lambda X, y, A, b, w, rate, steps: walk(X, y, w, rate, steps + 1)[
                                1 + int(np.argmin(losses_of(A, b, walk(X, y, w, rate, steps))))])
weights_judged_best.mistake("That is the smallest loss; the weights that have it were asked.",
                            lambda X, y, A, b, w, rate, steps: min(losses_of(A, b, walk(X, y, w, rate, steps))))
weights_judged_best.alternative(lambda X, y, A, b, w, rate, steps: walk(X, y, w, rate, steps)[
    int(np.argmin(losses_of(A, b, walk(X, y, w, rate, steps))))])


@exercise(title="One training step", points=4, keeps_inputs=True, rtol=1e-6,
          hints=["This is the training step of the page in a single function: forwards, the gradient in the logits, "
                 "backwards, and then the update. Which values of the way forwards does the way back need?",
                 "The softmax of each row and the labels give the gradient in the logits. Each layer then gives the "
                 "gradient of its weights by a product and that of its bias by a sum, and the ReLU stands between the "
                 "layers.",
                 "Three things are easily missed: the labels have to become rows with a single one, the 1/n of the mean "
                 "comes in exactly once, and the gradient goes back through the V of the way forwards. So compute all "
                 "four gradients before you change anything."])
def training_step(X: Array, labels: Array, W: Array, b: Array, V: Array, c: Array, learning_rate: float) -> tuple[Array, ...]:
    """Return W, b, V and c after one step of gradient descent, a tuple in this order.

    The net is H = max(X @ W + b, 0), Z = H @ V + c, and the loss the mean softmax cross-entropy of the logits Z.
    Shapes: `X` (n, m), `labels` whole numbers (n,), `W` (m, h), `b` (h,), `V` (h, k), `c` (k,).
    Leave all arguments unchanged.
    """
    H = np.maximum(X @ W + b, 0)
    Z = H @ V + c
    P = np.exp(Z - Z.max(axis=1, keepdims=True))
    P = P / P.sum(axis=1, keepdims=True)
    Z_bar = (P - np.eye(len(c))[labels]) / len(X)
    A_bar = Z_bar @ V.T * (H > 0)
    return (W - learning_rate * X.T @ A_bar, b - learning_rate * A_bar.sum(axis=0),
            V - learning_rate * H.T @ Z_bar, c - learning_rate * Z_bar.sum(axis=0))


@training_step.inputs
def steps(rng: np.random.Generator) -> Inputs:
    yield (np.array([[1.0]]), np.array([1]), np.array([[2.0, -1.0]]), np.array([0.5, 0.5]),
           np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([0.0, 0.0]), 0.5)
    for n, m, h, k in ((4, 2, 3, 2), (12, 4, 5, 3)):
        yield (rng.normal(size=(n, m)), rng.integers(k, size=n), rng.normal(size=(m, h)), rng.normal(size=h),
               rng.normal(size=(h, k)), rng.normal(size=k), 0.5)


def soft(Z: Array) -> Array:
    return np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)


def step_with(error: Callable[[Array, Array], Array] = lambda Z, Y: (soft(Z) - Y) / len(Z),
              through: Callable[[Array, Array], Array] = lambda g, H: g * (H > 0),
              sign: float = -1.0, late: bool = False) -> Function:
    """A step with one thing replaced."""
    def step(X: Array, labels: Array, W: Array, b: Array, V: Array, c: Array,
             rate: float) -> tuple[Array, Array, Array, Array]:
        H = np.maximum(X @ W + b, 0)
        g = error(H @ V + c, np.eye(len(c))[labels])
        V_new, c_new = V + sign * rate * H.T @ g, c + sign * rate * g.sum(axis=0)
        A = through(g @ (V_new if late else V).T, H)
        return W + sign * rate * X.T @ A, b + sign * rate * A.sum(axis=0), V_new, c_new

    return step


training_step.equivalent("A number added to a row leaves its softmax as it is, and no logit here is too large for exp.",
                         "P = np.exp(Z)", "P = np.exp(Z + Z.max(axis=1, keepdims=True))",
                         "P = np.exp(Z - Z.min(axis=1, keepdims=True))", "P = np.exp(Z - Z.mean(axis=1, keepdims=True))",
                         "P = np.exp(Z - Z.max(keepdims=True))")
training_step.mistake("The steps lead uphill: subtract the gradients.", step_with(sign=1.0))
training_step.mistake("The 1/n of the mean is missing.", step_with(lambda Z, Y: soft(Z) - Y))
training_step.mistake("The gradient did not pass the ReLU: where H is 0, nothing flows back.", step_with(through=lambda g, H: g))
training_step.mistake("You multiplied by ReLU's value H; its slope is 1 or 0.", step_with(through=lambda g, H: g * H))
training_step.mistake("You took the softmax twice: the loss is of the logits Z themselves.",
                      step_with(lambda Z, Y: (soft(soft(Z)) - Y) / len(Z)))
training_step.mistake("The softmax is missing: the gradient in the logits is (P - Y) / n, not (Z - Y) / n.",
                      step_with(lambda Z, Y: (Z - Y) / len(Z)))
training_step.mistake("You changed V before you walked back through it; use the V of the way forwards.", step_with(late=True))
training_step.mistake("The softmax runs over the classes of each row, not over the rows.",
                      step_with(lambda Z, Y: (np.exp(Z) / np.exp(Z).sum(axis=0) - Y) / len(Z)))
training_step.mistake("That is one 1/n too many: (P - Y) / n has it already, and the biases sum.",
                      step_with(lambda Z, Y: (soft(Z) - Y) / len(Z) ** 2))
training_step.alternative(step_with(through=lambda g, H: np.where(H > 0, g, 0.0)))


@exercise(title="Your own network: it learns to read digits", points=4,
          hints=["A training is a loop. Which of your functions leads from the knobs to the logits, which from the logits back to "
                 "the knobs, and which changes the knobs?",
                 "In each round: forwards, note the loss, the gradient in the logits, back through the second layer, the ReLU and "
                 "the first layer, then one step for each of the four knobs. After the last round, forwards with the new images.",
                 "Momentum keeps a velocity for each knob. Let them stand in a list beside the list of the knobs, begin with zeros "
                 "of the same shapes, and walk through knobs, velocities and gradients together with zip."])
def your_own_network(X: Array, labels: Array, W: Array, b: Array, V: Array, c: Array, new_X: Array) -> tuple[Array, Array]:
    """Return the logits of `new_X` after a training that is made of your own functions, and its losses, a tuple.

    The net is H = max(X @ W + b, 0), Z = H @ V + c, and the loss the mean softmax cross-entropy over all rows of `X`.
    Start from the given knobs, and choose the rule, its learning rate and the number of steps yourself. The losses, an array
    of shape (steps,), hold the loss before each step, so the first one is that of the given knobs. The last one must be less
    than a tenth of the first, and at least three quarters of the new images must be read right.

    Shapes: `X` (n, m), `labels` whole numbers (n,), `W` (m, h), `b` (h,), `V` (h, k), `c` (k,), `new_X` (any number, m).
    `lossedu.thread()` gives you a cell with the functions that you wrote for earlier pages.
    """
    knobs, velocities, losses = [W, b, V, c], [0.0, 0.0, 0.0, 0.0], []
    for _ in range(150):
        W, b, V, c = knobs
        A = X @ W + b
        H = np.maximum(A, 0)
        Z = H @ V + c
        P = np.exp(Z - Z.max(axis=1, keepdims=True))
        P = P / P.sum(axis=1, keepdims=True)
        losses.append(-np.mean(np.log(P[np.arange(len(X)), labels])))
        Z_bar = (P - np.eye(len(c))[labels]) / len(X)
        A_bar = Z_bar @ V.T * (A > 0)
        gradients = [X.T @ A_bar, A_bar.sum(axis=0), H.T @ Z_bar, Z_bar.sum(axis=0)]
        velocities = [0.9 * v + g for v, g in zip(velocities, gradients)]
        knobs = [knob - 0.1 * v for knob, v in zip(knobs, velocities)]
    W, b, V, c = knobs
    return np.maximum(new_X @ W + b, 0) @ V + c, np.array(losses)


@your_own_network.inputs
def scans(rng: np.random.Generator) -> Inputs:
    yield (np.array([[-4.0], [4.0]]), np.array([0, 1]), np.array([[1.0]]), np.array([5.0]), np.array([[1.0, 0.0]]), np.zeros(2),
           np.array([[4.0], [-4.0]]))
    images, digits = pixels()
    order = rng.permutation(len(images))
    learn, new = order[:300], order[300:500]
    yield (images[learn], digits[learn], rng.normal(size=(64, 16)) * np.sqrt(2 / 64), np.zeros(16),
           rng.normal(size=(16, 10)) * np.sqrt(2 / 16), np.zeros(10), images[new])


@cache
def pixels() -> tuple[Array, Array]:
    """The digits of the page: their pixels from 0 to 1, and what they are."""
    digits = load("digits")
    return digits.matrix(*digits.columns[1:]) / 16, digits["digit"].astype(int)


@cache
def digit_of() -> dict[bytes, int]:
    """What each image is, by its pixels; no two images of the data are the same."""
    images, digits = pixels()
    return {image.tobytes(): int(digit) for image, digit in zip(images, digits)}


def truth(X: Array, labels: Array, new_X: Array) -> Array:
    """The labels of new images, which a learner's function does not see."""
    known = digit_of() | {image.tobytes(): int(label) for image, label in zip(X, labels)}
    return np.array([known[image.tobytes()] for image in new_X])


def loss_at(X: Array, labels: Array, W: Array, b: Array, V: Array, c: Array) -> float:
    """The loss of the net with these knobs."""
    return float(-np.mean(np.log(soft(np.maximum(X @ W + b, 0) @ V + c)[np.arange(len(X)), labels])))


@your_own_network.claim("There is one row of logits for each new image and one column for each class; expected the shape "
                        "({rows}, {columns}).")
def one_row_each(answer: tuple[Array, Array], X: Array, labels: Array, W: Array, b: Array, V: Array, c: Array,
                 new_X: Array) -> Held:
    return answer[0].shape == (len(new_X), len(c)), {"rows": len(new_X), "columns": len(c)}


@your_own_network.claim("The first loss is that of the given knobs, before any step; yours is {first}.")
def starts_there(answer: tuple[Array, Array], X: Array, labels: Array, W: Array, b: Array, V: Array, c: Array,
                 new_X: Array) -> Held:
    return np.isclose(answer[1][0], loss_at(X, labels, W, b, V, c), rtol=1e-6), {"first": answer[1][0]}


@your_own_network.claim("The last loss is less than a tenth of the first; yours went from {first} to {last}.")
def learns(answer: tuple[Array, Array], X: Array, labels: Array, W: Array, b: Array, V: Array, c: Array, new_X: Array) -> Held:
    first, last = answer[1][0], answer[1][-1]
    return 0 <= last < first / 10, {"first": first, "last": last}


@your_own_network.claim("At least 0.75 of the new images are read right; yours reads the share {share}.")
def reads(answer: tuple[Array, Array], X: Array, labels: Array, W: Array, b: Array, V: Array, c: Array, new_X: Array) -> Held:
    share = np.mean(answer[0].argmax(axis=1) == truth(X, labels, new_X))
    return share >= 0.75, {"share": share}


def from_parts(name: str, walk: Function) -> Function:
    """A training put together from exercises of the thread; `walk(round, knob, state, gradient)` is the rule."""
    def train(X: Array, labels: Array, W: Array, b: Array, V: Array, c: Array, new_X: Array) -> tuple[Array, Array]:
        softmax_rows, label_surprise_mean, softmax_gradient, relu_backward, affine_backward = (
            find_exercise(part).reference for part in ("softmax_rows", "label_surprise_mean", "softmax_gradient", "relu_backward",
                                                       "affine_backward"))
        rule = find_exercise(name).reference
        knobs, states, losses = [W, b, V, c], [(0 * knob, 0 * knob) for knob in (W, b, V, c)], []
        for t in range(1, 151):
            W, b, V, c = knobs
            A = X @ W + b
            H = np.maximum(A, 0)
            Z = H @ V + c
            losses.append(label_surprise_mean(labels, softmax_rows(Z)))
            H_bar, V_bar, c_bar = affine_backward(H, V, softmax_gradient(labels, Z))
            _, W_bar, b_bar = affine_backward(X, W, relu_backward(A, H_bar))
            walked = [walk(rule, t, *each) for each in zip(knobs, states, (W_bar, b_bar, V_bar, c_bar))]
            knobs, states = [knob for knob, _ in walked], [state for _, state in walked]
        W, b, V, c = knobs
        return np.maximum(new_X @ W + b, 0) @ V + c, np.array(losses)

    return train


def by_adam(rule: Function, t: int, knob: Array, state: tuple[Array, Array], gradient: Array) -> tuple[Array, tuple[Array, Array]]:
    knob, mean, squares = rule(knob, *state, gradient, t, 0.05, 0.9, 0.999, 1e-8)
    return knob, (mean, squares)


def by_momentum(rule: Function, t: int, knob: Array, state: tuple[Array, Array],
                gradient: Array) -> tuple[Array, tuple[Array, Array]]:
    knob, velocity = rule(knob, state[0], gradient, 0.1, 0.9)
    return knob, (velocity, state[1])


your_own_network.alternative(from_parts("adam_step", by_adam))
your_own_network.alternative(from_parts("momentum_step", by_momentum))
your_own_network.alternative(from_parts("descent_step", lambda rule, t, knob, state, g: (rule(knob, g, 0.5), state)))


def trained(steps: int = 40, rate: float = 0.3, hidden: bool = True, of_start: bool = False, of_old: bool = False, late: bool = False,
            total: bool = False) -> Function:
    """A training by plain descent with one thing done wrong."""
    def train(X: Array, labels: Array, W: Array, b: Array, V: Array, c: Array, new_X: Array) -> tuple[Array, Array]:
        knobs = start = [W, b, V, c]
        losses = [loss_at(X, labels, *start)]
        for _ in range(steps):
            W, b, V, c = knobs
            H = np.maximum(X @ W + b, 0)
            Z_bar = (soft(H @ V + c) - np.eye(len(c))[labels]) / len(X)
            A_bar = hidden * (Z_bar @ V.T * (H > 0))
            gradients = [X.T @ A_bar, A_bar.sum(axis=0), H.T @ Z_bar, Z_bar.sum(axis=0)]
            knobs = [knob - rate * g for knob, g in zip(knobs, gradients)]
            losses.append(loss_at(X, labels, *knobs))
        W, b, V, c = start if of_start else knobs
        logits = np.maximum((X if of_old else new_X) @ W + b, 0) @ V + c
        return logits, np.array(losses[1:] if late else losses) * (len(X) if total else 1)

    return train


your_own_network.mistake("The loss rises with every step: subtract the gradients.", trained(steps=5, rate=-0.01))
your_own_network.mistake("Nothing was trained: the knobs that came back are those that were given.", trained(steps=0))
your_own_network.mistake("The hidden layer stayed as it was given; the gradient has to go back through the second layer to W and b.",
                         trained(hidden=False))
your_own_network.mistake("The learning rate is so small that the training has hardly begun.", trained(rate=0.003))
your_own_network.mistake("You trained, but read the new images with the knobs of the start.", trained(of_start=True))
your_own_network.mistake("Those are the logits of the images that were learned; read the new ones.", trained(of_old=True))
your_own_network.mistake("Your losses begin after the first step; note each loss before its step.", trained(late=True))
your_own_network.mistake("You summed the losses of the images; the loss of the net is their mean.", trained(total=True))



ask("A net with ten outputs has learned nothing yet. What should its cross-entropy be, about?",
    right=("log 10, about 2.3", "One chance in ten for each digit: the surprise is log 10."),
    wrong=[("0.9, the share of wrong answers", "That is the error rate; the cross-entropy measures surprise."),
           ("infinity", "Only a sure and wrong answer costs so much.")])
ask("The training loss still falls, the loss on digits held back rises. What now?",
    right=("keep the knobs of the best epoch", "From there on the net learns its examples by heart."),
    wrong=[("go on, until both fall again", "They seldom do; the net has begun to memorise."),
           ("raise the learning rate", "The descent works well; it is the model that fits too closely.")])
ask("All weights and biases start at zero. What does a ReLU net learn?",
    right=("how frequent each digit is", "Only the last bias ever moves, and it learns the frequencies."),
    wrong=[("the same as from any other start, only later", "Nothing ever reaches the weights: each gradient is a product with 0."),
           ("nothing at all, the loss stays exactly the same", "The last bias gets a gradient, and it moves.")])
ask("You tried 40 settings and kept the one that did best on the test digits. What is its test score worth?",
    right=("it flatters the net", "The best of forty is partly luck; it takes digits that had no say to see how much."),
    wrong=[("it is a fair estimate", "It was chosen because it was high."),
           ("it is too low", "Choosing the best pushes it up, not down.")])
