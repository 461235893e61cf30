"""Exercises of the page on backpropagation."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lossedu.exercises.page import on_page
from lossedu.exercises.types import Array, Function, Inputs, Number

exercise, ask = on_page(__name__)



@exercise(title="Back through tanh", points=1,
          hints=["Every entry of H comes from one entry of Z alone, so every entry has a chain of its own. Which two "
                 "slopes are multiplied in it?",
                 "One slope arrives from the loss, and that is H_bar. The other one is the slope of tanh. Write it down "
                 "in such a way that it needs the value of tanh only.",
                 "H is the value of tanh already, so no tanh has to be computed again. What does the slope of tanh "
                 "become when you write H for tanh(Z)?"])
def tanh_backward(H: Array, H_bar: Array) -> Array:
    """Return the gradient of the loss in Z, where H = tanh(Z).

    `H` is the value from the way forwards and `H_bar` the gradient of the loss in it, both of shape (n, k);
    so is the answer.
    """
    return H_bar * (1 - H**2)


@tanh_backward.inputs
def activations(rng: np.random.Generator) -> Inputs:
    yield np.array([[0.0]]), np.array([[3.0]])
    yield np.array([[0.5, -0.5], [0.9, 0.0]]), np.array([[1.0, 1.0], [-2.0, 4.0]])
    for shape in ((1, 3), (5, 4)):
        yield np.tanh(rng.normal(size=shape)), rng.normal(size=shape)


tanh_backward.mistake("You applied tanh a second time: H is tanh(Z) already.", lambda H, g: g * (1 - np.tanh(H) ** 2))
tanh_backward.mistake("That is the slope of tanh alone; multiply it by the gradient that arrives, H_bar.",
                      lambda H, g: 1 - H**2)
tanh_backward.mistake("H (1 - H) is the slope of the sigmoid; that of tanh is 1 - H².", lambda H, g: g * H * (1 - H))
tanh_backward.mistake("The square is missing: the slope of tanh is 1 - H².", lambda H, g: g * (1 - H))
tanh_backward.mistake("You sent the gradient through unchanged; multiply it by the slope of tanh.", lambda H, g: g)
tanh_backward.alternative(lambda H, g: g / np.cosh(np.arctanh(H)) ** 2)
tanh_backward.alternative(lambda H, g: g * (1 - H) * (1 + H))


@exercise(title="Back through ReLU", points=1, keeps_inputs=True,
          hints=["Draw max(z, 0) against z. What is its slope to the left of 0, and what is it to the right?",
                 "The slope of each entry is 1 or 0, and the sign of Z in the way forwards decides which. Multiply it "
                 "by the gradient that arrives.",
                 "A comparison of Z with 0 gives an array of True and False, and in a product these count as 1 and 0. "
                 "Which comparison gives 0 at the kink?"])
def relu_backward(Z: Array, H_bar: Array) -> Array:
    """Return the gradient of the loss in Z, where H = max(Z, 0).

    The maximum is taken entry by entry. `Z` and `H_bar`, the gradient of the loss in H, have shape (n, k); so does the
    answer. At Z = 0, where ReLU has a kink, take the slope 0. Leave the
    arguments themselves unchanged.
    """
    return H_bar * (Z > 0)


@relu_backward.inputs
def signals(rng: np.random.Generator) -> Inputs:
    yield np.array([[2.0, -2.0]]), np.array([[-3.0, 5.0]])
    yield np.array([[0.0, 1.0], [-1.0, 0.0]]), np.array([[1.0, -2.0], [3.0, 4.0]])
    for shape in ((1, 3), (5, 4)):
        yield rng.normal(size=shape), rng.normal(size=shape)


relu_backward.mistake("You took ReLU of the gradient. What counts is the sign of Z in the forward pass.",
                      lambda Z, g: np.maximum(g, 0))
relu_backward.mistake("At Z = 0 you let the gradient through; the slope there is to be 0.", lambda Z, g: g * (Z >= 0))
relu_backward.mistake("You multiplied by ReLU's value; the chain rule asks for its slope, which is 1 or 0.",
                      lambda Z, g: g * np.maximum(Z, 0))
relu_backward.mistake("That is the slope alone; multiply it by the gradient that arrives, H_bar.",
                      lambda Z, g: (Z > 0).astype(float))
relu_backward.mistake("You sent the gradient through unchanged; where Z is negative nothing passes.", lambda Z, g: g)
relu_backward.alternative(lambda Z, g: np.where(Z > 0, g, 0.0))


@exercise(title="Back through an affine layer", points=2,
          hints=["Let the shapes lead you, because each gradient has the shape of what it belongs to. Which products of "
                 "the three given matrices have the right shapes?",
                 "For X the gradient goes back through the weights, and for W it meets the inputs; one matrix of each "
                 "product is transposed. For b, ask how often it is used.",
                 "Every row of Z holds the same b, so b collects what all rows send back. Which axis has to disappear, "
                 "so that one number for each output is left?"])
def affine_backward(X: Array, W: Array, Z_bar: Array) -> tuple[Array, Array, Array]:
    """Return the gradients of the loss in X, W and b, a tuple in this order.

    The layer is Z = X @ W + b. Shapes: `X` (n, inputs), `W` (inputs, outputs), b (outputs,), and `Z_bar`, the
    gradient of the loss in Z, (n, outputs). Each gradient has the shape of what it belongs to.
    """
    return Z_bar @ W.T, X.T @ Z_bar, Z_bar.sum(axis=0)


@affine_backward.inputs
def layers(rng: np.random.Generator) -> Inputs:
    yield np.array([[2.0]]), np.array([[3.0]]), np.array([[5.0]])
    yield np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[0.0, 1.0], [-1.0, 2.0]]), np.array([[1.0, 0.0], [2.0, -1.0]])
    for n, k, m in ((1, 2, 3), (3, 3, 3), (6, 4, 2)):
        yield rng.normal(size=(n, k)), rng.normal(size=(k, m)), rng.normal(size=(n, m))


affine_backward.mistake("The gradient in W is transposed: X.T @ Z_bar has the shape of W, Z_bar.T @ X has not.",
                        lambda X, W, g: (g @ W.T, g.T @ X, g.sum(axis=0)))
affine_backward.mistake("On the way back to X the weights are transposed: Z_bar @ W.T.",
                        lambda X, W, g: (g @ W, X.T @ g, g.sum(axis=0)))
affine_backward.mistake("You averaged the gradient in b. The loss has divided by n already; b collects a sum.",
                        lambda X, W, g: (g @ W.T, X.T @ g, g.mean(axis=0)))
affine_backward.mistake("You divided by n again. The 1/n came with the gradient of the loss, once.",
                        lambda X, W, g: (g @ W.T, X.T @ g / len(X), g.sum(axis=0) / len(X)))
affine_backward.mistake("You summed over the wrong axis: each output has its own bias, so sum over samples.",
                        lambda X, W, g: (g @ W.T, X.T @ g, g.sum(axis=1)))
affine_backward.mistake("The gradient in b still has one row for each sample: sum them.",
                        lambda X, W, g: (g @ W.T, X.T @ g, g))
affine_backward.alternative(lambda X, W, g: (np.einsum("nm,km->nk", g, W), np.einsum("nk,nm->km", X, g),
                                             np.ones(len(X)) @ g))


@exercise(title="Two layers, all the way back", points=3,
          hints=["Go forwards first and keep A, H and the predictions. Which of them does each step of the way back "
                 "need?",
                 "Start at the end with the gradient of the loss in the predictions. The second layer then gives the "
                 "gradients in V and c, and passes one on to H. After the ReLU the first layer does the same with W and "
                 "b.",
                 "At the ReLU each entry of the gradient is passed on or becomes 0. Which of the values that you kept "
                 "decides this, and what happens where this value is exactly 0?"])
def two_layer_gradients(X: Array, y_true: Array, W: Array, b: Array, V: Array, c: Array) -> tuple[Array, ...]:
    """Return the gradients of the loss in W, b, V and c, a tuple in this order.

    The loss is the mean squared error of this net: A = X @ W + b, H = max(A, 0), y_pred = H @ V + c.
    Shapes: `X` (n, k), `y_true` (n, 1), `W` (k, m), `b` (m,), `V` (m, 1), `c` (1,). Each gradient has the shape of what
    it belongs to; at A = 0 the slope of ReLU is 0.
    """
    A = X @ W + b
    H = np.maximum(A, 0)
    y_pred = H @ V + c
    y_bar = 2 * (y_pred - y_true) / len(X)
    A_bar = y_bar @ V.T * (A > 0)
    return X.T @ A_bar, A_bar.sum(axis=0), H.T @ y_bar, y_bar.sum(axis=0)


@two_layer_gradients.inputs
def nets(rng: np.random.Generator) -> Inputs:
    yield (np.array([[1.0]]), np.array([[0.0]]), np.array([[2.0, -1.0]]), np.array([-1.0, 0.5]),
           np.array([[3.0], [1.0]]), np.array([0.5]))  # one of two hidden units is off
    yield (np.array([[1.0]]), np.array([[0.0]]), np.array([[2.0]]), np.array([-2.0]),
           np.array([[3.0]]), np.array([0.5]))  # A is 0
    yield (np.array([[1.0]]), np.array([[0.0]]), np.array([[2.0]]), np.array([-1.0]),
           np.array([[3.0]]), np.array([0.5]))
    yield (np.array([[1.0], [2.0]]), np.array([[1.0], [0.0]]), np.array([[1.0, -1.0]]), np.array([0.5, 1.5]),
           np.array([[2.0], [1.0]]), np.array([-1.0]))
    for n, k, m in ((5, 2, 3), (20, 3, 8)):
        yield (rng.normal(size=(n, k)), rng.normal(size=(n, 1)), rng.normal(size=(k, m)), rng.normal(size=m),
               rng.normal(size=(m, 1)), rng.normal(size=1))


def backward_with(y_bar_of: Callable[[Array, Array], Array] = lambda p, y: 2 * (p - y) / len(y),
                  through: Callable[[Array, Array, Array], Array] = lambda g, A, H: g * (A > 0),
                  bias: Function = np.sum) -> Function:
    """The walk back with one step replaced."""
    def gradients(X: Array, y: Array, W: Array, b: Array, V: Array, c: Array) -> tuple[Array, Array, Array, Array]:
        A = X @ W + b
        H = np.maximum(A, 0)
        y_bar = y_bar_of(H @ V + c, y)
        A_bar = through(y_bar @ V.T, A, H)
        return X.T @ A_bar, bias(A_bar, axis=0), H.T @ y_bar, bias(y_bar, axis=0)

    return gradients


two_layer_gradients.mistake("The gradient did not pass the ReLU: where A is negative, nothing flows back.",
                            backward_with(through=lambda g, A, H: g))
two_layer_gradients.mistake("At A = 0 you let the gradient through; the slope there is to be 0.",
                            backward_with(through=lambda g, A, H: g * (A >= 0)))
two_layer_gradients.mistake("You multiplied by ReLU's value H; the chain rule asks for its slope, which is 1 or 0.",
                            backward_with(through=lambda g, A, H: g * H))
two_layer_gradients.mistake("You took ReLU of the gradient; what counts is the sign of A in the forward pass.",
                            backward_with(through=lambda g, A, H: np.maximum(g, 0)))
two_layer_gradients.mistake("The sign is turned round: the gradient in y_pred is 2 (y_pred - y_true) / n.",
                            backward_with(lambda p, y: 2 * (y - p) / len(y)))
two_layer_gradients.mistake("The 1/n of the mean is missing: these are the gradients of the sum.",
                            backward_with(lambda p, y: 2 * (p - y)))
two_layer_gradients.mistake("The 2 from the square is missing: these are the gradients of the ½ convention.",
                            backward_with(lambda p, y: (p - y) / len(y)))
two_layer_gradients.mistake("You averaged the gradients of the biases. The 1/n is in already; a bias sums.",
                            backward_with(bias=np.mean))
two_layer_gradients.alternative(backward_with(through=lambda g, A, H: np.where(H > 0, g, 0.0)))


@exercise(title="A weight used twice", points=2,
          hints=["w stands in two places. Call them u and v for a moment, y_pred = u tanh(v x), and set both to w at "
                 "the end. What is the slope in each of them?",
                 "Compute the gradient of the loss in each prediction first. It reaches the outer w directly and the "
                 "inner w through tanh. What the two uses send back is added.",
                 "Each of the two slopes is a sum over the samples. On the inner way three factors come in one after "
                 "the other: the outer w, the slope of tanh, and the slope of w x in w. What is this last one?"])
def tied_weight_gradient(x: Array, y_true: Array, w: float) -> Number:
    """Return the derivative of the mean squared error in w, one float.

    The prediction is y_pred = w * tanh(w * x). `x` and `y_true` are arrays of shape (n,); `w` is one number,
    used twice.
    """
    h = np.tanh(w * x)
    y_bar = 2 * (w * h - y_true) / len(x)
    w_bar = np.sum(y_bar * h)
    w_bar += np.sum(y_bar * w * (1 - h**2) * x)
    return w_bar


@tied_weight_gradient.inputs
def tied(rng: np.random.Generator) -> Inputs:
    yield np.array([1.0]), np.array([0.0]), 1.0
    yield np.array([1.0, -2.0]), np.array([1.0, 0.5]), -0.5
    for n in (3, 20):
        yield rng.normal(size=n), rng.normal(size=n), float(rng.uniform(0.5, 1.5))


def uses(x: Array, y: Array, w: float) -> tuple[float, float]:
    """What the outer and the inner use of w send back."""
    h = np.tanh(w * x)
    y_bar = 2 * (w * h - y) / len(x)
    return float(np.sum(y_bar * h)), float(np.sum(y_bar * w * (1 - h**2) * x))


tied_weight_gradient.mistake("The w inside tanh is missing: it sends a gradient back as well. Add it, with +=.",
                             lambda x, y, w: uses(x, y, w)[0])
tied_weight_gradient.mistake("You kept the last use only: = overwrote what the outer w had sent. Use +=.",
                             lambda x, y, w: uses(x, y, w)[1])
tied_weight_gradient.mistake("The 1/n of the mean is missing: this is the derivative of the sum.",
                             lambda x, y, w: sum(uses(x, y, w)) * len(x))
tied_weight_gradient.mistake("The x is missing: the slope of w * x in w is x.",
                             lambda x, y, w: np.sum(2 * (w * np.tanh(w * x) - y) / len(x)
                                                    * (np.tanh(w * x) + w * (1 - np.tanh(w * x) ** 2))))
tied_weight_gradient.mistake("The two gradients are to be added, not multiplied: they are two paths, not one chain.",
                             lambda x, y, w: np.prod(uses(x, y, w)))
tied_weight_gradient.alternative(lambda x, y, w: np.mean(2 * (w * np.tanh(w * x) - y)
                                                         * (np.tanh(w * x) + w * x / np.cosh(w * x) ** 2)))


ask("A net has a million weights. Roughly what does one gradient by backpropagation cost?",
    right=("a few runs of the net", "One walk back has about twice the products of a run forwards."),
    wrong=[("a million runs of the net", "That is the price of trying each weight in turn."),
           ("nothing beyond the run forwards", "The walk back has products of its own, two for each one forwards.")])
ask("Why does the way back need the values of the way forwards?",
    right=("local slopes depend on where they are taken",
           "The slope of h² is 2h, that of tanh is 1 - H²: both hold a forward value."),
    wrong=[("to compute the loss a second time", "The loss is computed once; the way back starts from its slope."),
           ("to undo the update of the weights", "Nothing is updated on the way back.")])
ask("Why is the gradient of a bias a sum over the samples?",
    right=("the bias is used once for each sample",
           "A value that is used many times gets the sum of what its uses send back."),
    wrong=[("to average out the noise", "It is a sum, not an average; the 1/n comes from the loss alone."),
           ("because its shape would not fit otherwise", "It would not, but many wrong numbers have the right shape.")])
ask("Every weight of a tanh net starts at exactly zero. Which gradients are not zero at the first step?",
    right=("that of the last bias only", "H is 0, so nothing reaches V; V is 0, so nothing passes back to W and b."),
    wrong=[("all of them", "The gradient in V is a product with H = 0, and the gradient in H a product with V = 0."),
           ("none of them", "The last bias gets the sum of forecast minus truth, which need not cancel.")])


@exercise(title="Find the bug: one gradient fails its check", points=2,
          hints=["The gradient check after the code fails for W; that for V would pass. Which lines do the two not "
                 "share?",
                 "Between them lies tanh. What is its slope, and at which value does the code take it?",
                 "The slope of tanh can be written with the value that tanh returned. Does the code use this value, or "
                 "the argument that went into tanh?"])
def tanh_net_gradients(X: Array, y_true: Array, W: Array, V: Array) -> tuple[Array, Array]:
    """Return the gradients of the mean squared error in W and V, a tuple in this order.

    The net is A = X @ W, H = tanh(A), y_pred = H @ V. Shapes: `X` (n, k), `y_true` (n, 1), `W` (k, m), `V` (m, 1). The code
    below is wrong: the gradient in W does not pass a gradient check. Repair it.
    """
    A = X @ W
    H = np.tanh(A)
    y_bar = 2 * (H @ V - y_true) / len(X)
    H_bar = y_bar @ V.T
    A_bar = H_bar * (1 - H**2)
    return X.T @ A_bar, H.T @ y_bar


@tanh_net_gradients.inputs
def tanh_nets(rng: np.random.Generator) -> Inputs:
    yield np.array([[1.0]]), np.array([[0.0]]), np.array([[2.0]]), np.array([[3.0]])
    for n, k, m in ((2, 2, 1), (5, 2, 3), (8, 3, 4)):
        yield rng.normal(size=(n, k)), rng.normal(size=(n, 1)), rng.normal(size=(k, m)), rng.normal(size=(m, 1))


@tanh_net_gradients.bug("The slope of tanh is taken at A, its argument. 1 - tanh(a)² needs the value of tanh, which is H.")
def slope_at_the_argument(X: Array, y_true: Array, W: Array, V: Array) -> tuple[Array, Array]:
    """Take the slope at the wrong place."""
    A = X @ W
    H = np.tanh(A)
    y_bar = 2 * (H @ V - y_true) / len(X)
    H_bar = y_bar @ V.T
    A_bar = H_bar * (1 - A**2)
    return X.T @ A_bar, H.T @ y_bar


def tanh_net_with(slope: Callable[[Array], Array], factor: Callable[[Array], float] = lambda X: 2 / len(X)) -> Function:
    """The gradients with another slope of tanh, given H, or another factor of the loss."""
    def gradients(X: Array, y: Array, W: Array, V: Array) -> tuple[Array, Array]:
        H = np.tanh(X @ W)
        y_bar = factor(X) * (H @ V - y)
        return X.T @ (y_bar @ V.T * slope(H)), H.T @ y_bar

    return gradients


tanh_net_gradients.mistake("The step back through tanh is missing.", tanh_net_with(lambda H: np.ones(H.shape)))
tanh_net_gradients.mistake("H (1 - H) is the slope of the sigmoid; that of tanh is 1 - H².", tanh_net_with(lambda H: H * (1 - H)))
tanh_net_gradients.mistake("You took tanh once more; H is its value already.", tanh_net_with(lambda H: 1 - np.tanh(H) ** 2))
tanh_net_gradients.mistake("The slope of tanh is right. But the 1/n of the mean is gone from the loss.",
                           tanh_net_with(lambda H: 1 - H**2, lambda X: 2))
tanh_net_gradients.mistake("The slope of tanh is right. But the 2 of the square is gone from the loss.",
                           tanh_net_with(lambda H: 1 - H**2, lambda X: 1 / len(X)))
tanh_net_gradients.alternative(lambda X, y, W, V: tanh_net_with(lambda H: (1 - H) * (1 + H))(X, y, W, V))
