"""Exercises of the page on the chain rule."""

from __future__ import annotations

import numpy as np

from lossedu.exercises.page import on_page
from lossedu.exercises.types import Array, Function, Inputs, Number

exercise, ask = on_page(__name__)



@exercise(title="The slope of a bell", points=1,
          hints=["The formula is two operations in a row. Give the inner one a name, and write the formula as two "
                 "lines.",
                 "Write down the slope of each line: that of the inner one in x, and that of exp in its argument. "
                 "Slopes in a row are multiplied.",
                 "The exponential is its own slope, so it appears again, taken at the inner value. Where does the minus "
                 "sign belong, to the outer slope or to the inner one?"])
def bell_slope(x: Array) -> Array:
    """Return the derivative of exp(-x²) at each entry of `x`, an array of the same shape."""
    return np.exp(-x**2) * -2 * x


@bell_slope.inputs
def bells(rng: np.random.Generator) -> Inputs:
    yield (np.array([0.0]),)
    yield (np.array([1.0, -1.0, 2.0]),)
    for n in (3, 10):
        yield (rng.normal(size=n),)


bell_slope.mistake("The inner slope is missing: after exp comes the slope of -x².", lambda x: np.exp(-x**2))
bell_slope.mistake("The slope of -x² is -2x, with its minus sign.", lambda x: np.exp(-x**2) * 2 * x)
bell_slope.mistake("The slope of -x² is -2x; you took the square itself.", lambda x: np.exp(-x**2) * -x**2)
bell_slope.mistake("The 2 is missing: the slope of x² is 2x.", lambda x: -x * np.exp(-x**2))
bell_slope.mistake("The outer slope is taken at the inner value: exp(-x²), not exp(-2x).", lambda x: -2 * x * np.exp(-2 * x))
bell_slope.alternative(lambda x: -2 * x / np.exp(x * x))


@exercise(title="Used twice", points=2,
          hints=["Write the program as three lines: a tanh, a product and a square. In which two lines does x stand?",
                 "Walk back from the square to the product. The product sends a slope to each of its two factors, and "
                 "the one for tanh(x) has to go on through tanh. Add at the end what arrives at x.",
                 "A product sends to each factor the value of the other one, times what has arrived. The step through "
                 "tanh needs the slope of tanh, which can be written with the value of tanh alone."])
def used_twice(x: Array) -> Array:
    """Return the derivative of y = (x tanh(x))² at each entry of `x`, an array of the same shape."""
    a = np.tanh(x)
    d = x * a
    d_bar = 2 * d
    a_bar = d_bar * x
    return d_bar * a + a_bar * (1 - a**2)


@used_twice.inputs
def points(rng: np.random.Generator) -> Inputs:
    yield (np.array([0.0]),)
    yield (np.array([1.0, -0.5]),)
    for n in (3, 10):
        yield (rng.normal(size=n),)


used_twice.mistake("The way through tanh is missing: x is used twice, and both slopes are added.",
                   lambda x: 2 * x * np.tanh(x) ** 2)
used_twice.mistake("The straight way into the product is missing: x is used twice, and both slopes are added.",
                   lambda x: 2 * x**2 * np.tanh(x) * (1 - np.tanh(x) ** 2))
used_twice.mistake("The slopes of the two ways are to be added, not multiplied.",
                   lambda x: 2 * x * np.tanh(x) ** 2 * 2 * x**2 * np.tanh(x) * (1 - np.tanh(x) ** 2))
used_twice.mistake("The slope of the outer square is missing.", lambda x: np.tanh(x) + x * (1 - np.tanh(x) ** 2))
used_twice.mistake("The 2 from the outer square is missing.", lambda x: used_twice.reference(x) / 2)
used_twice.mistake("The slope of tanh is 1 - tanh²; the square is missing.",
                   lambda x: 2 * x * np.tanh(x) * (np.tanh(x) + x * (1 - np.tanh(x))))
used_twice.alternative(lambda x: 2 * x * np.tanh(x) * (np.tanh(x) + x / np.cosh(x) ** 2))


@exercise(title="One neuron, three lines back", points=2,
          hints=["Name the lines of the program: a weighted sum, a tanh, and a squared distance. Compute them forwards "
                 "and keep their values.",
                 "Walk back one line at a time until you have the slope in the weighted sum. Then ask how this sum "
                 "changes with each weight, and how it changes with b.",
                 "The slope in the weighted sum is a product of two slopes: that of the square, and that of tanh, which "
                 "you can write with the value of tanh. In the sum each weight is multiplied by an entry of x, and b "
                 "stands alone."])
def neuron_gradients(x: Array, y_true: float, w: Array, b: float) -> tuple[Array, Number]:
    """Return the gradients in w and b of the squared error of one neuron, a tuple in this order.

    The neuron says tanh(w · x + b), and the loss is (tanh(w · x + b) - y)². `x` and `w` are arrays of shape (d,),
    `y_true` and `b` numbers. The gradient in w has shape (d,), that in b is a number.
    """
    p = np.tanh(w @ x + b)
    z_bar = 2 * (p - y_true) * (1 - p**2)
    return z_bar * x, z_bar


@neuron_gradients.inputs
def neurons(rng: np.random.Generator) -> Inputs:
    yield np.array([2.0]), 1.0, np.array([0.5]), -1.0
    yield np.array([1.0, -1.0]), 0.0, np.array([0.25, 0.5]), 0.5
    for d in (3, 5):
        yield rng.normal(size=d), float(rng.normal()), rng.normal(size=d) / 2, float(rng.normal() / 2)


def neuron_with(z_bar_of: Function) -> Function:
    """The gradients from another slope in z."""
    def gradients(x: Array, y: float, w: Array, b: float) -> tuple[Array, Number]:
        z_bar = z_bar_of(np.tanh(w @ x + b), y, w @ x + b)
        return z_bar * x, z_bar

    return gradients


neuron_gradients.mistake("The slope of tanh is missing: multiply by 1 - p².", neuron_with(lambda p, y, z: 2 * (p - y)))
neuron_gradients.mistake("The 2 from the square is missing.", neuron_with(lambda p, y, z: (p - y) * (1 - p**2)))
neuron_gradients.mistake("The sign is turned round: the slope of (p - y)² in p is 2 (p - y).",
                         neuron_with(lambda p, y, z: 2 * (y - p) * (1 - p**2)))
neuron_gradients.mistake("The slope of tanh at z is 1 - p² with p = tanh(z), not 1 - z².",
                         neuron_with(lambda p, y, z: 2 * (p - y) * (1 - z**2)))
neuron_gradients.mistake("p (1 - p) is the slope of the sigmoid; that of tanh is 1 - p².",
                         neuron_with(lambda p, y, z: 2 * (p - y) * p * (1 - p)))
neuron_gradients.mistake("The slope of w · x + b in w is x; you passed on w.",
                         lambda x, y, w, b: (neuron_gradients.reference(x, y, w, b)[1] * w,
                                             neuron_gradients.reference(x, y, w, b)[1]))
neuron_gradients.mistake("The slope of w · x + b in b is 1, not x: b is added as it is.",
                         lambda x, y, w, b: (neuron_gradients.reference(x, y, w, b)[0],
                                             neuron_gradients.reference(x, y, w, b)[1] * x.sum()))
neuron_gradients.alternative(lambda x, y, w, b: (2 * (np.tanh(w @ x + b) - y) * x / np.cosh(w @ x + b) ** 2,
                                                 2 * (np.tanh(w @ x + b) - y) / np.cosh(w @ x + b) ** 2))


ask("y depends on b, b depends on a. b changes twice as fast as a, and y three times as fast as b. How fast does y change with a?",
    right=("six times", "Slopes in a row multiply."),
    wrong=[("five times", "Slopes along one way multiply; slopes of different ways add."),
           ("three times", "A change of a reaches y through b, twice as large.")])
ask("x is used in two lines. What does it get on the way back?",
    right=("the sum of both slopes", "A change of x changes the result along both ways."),
    wrong=[("their product", "They are two ways beside each other, not one behind the other."),
           ("the slope of its last use", "That is the mistake of = for +=: the other way is lost.")])
ask("Why does the walk start with the slope 1?",
    right=("because a change of y changes y by just as much", "The slope of a thing in itself is 1; all else is multiplied to it."),
    wrong=[("because the gradient must be normalised", "Nothing is normalised; start with 2 and all slopes double."),
           ("because it is a guess that the walk improves", "The walk is exact, and no guess is in it.")])
ask("A program has one input and a thousand outputs. You want all slopes. Which way is cheaper?",
    right=("forwards", "One walk from the input tells how everything changes with it."),
    wrong=[("backwards", "That needs a walk for each output, a thousand of them."),
           ("both cost the same", "The count of walks differs: one against a thousand.")])


@exercise(title="Find the bug: half of the slope is lost", points=2,
          hints=["Draw the program: which value has two arrows that lead away from it?",
                 "Write down what each of the two arrows sends back to a, and look for both in the code.",
                 "A line of the code overwrites what an earlier line has found. What should it do with it?"])
def product_slope(x: Array) -> Array:
    """Return the derivative of y = a · exp(a), where a = sin(x), at each entry of `x`, an array of the same shape.

    The code below walks back through the program line by line, and its answer does not agree with a gradient check. The
    cell after it shows by how much. Repair the code.
    """
    a = np.sin(x)
    e = np.exp(a)
    a_bar = e
    e_bar = a
    a_bar = a_bar + e_bar * e
    return a_bar * np.cos(x)


product_slope.inputs(points)


@product_slope.bug("The last line for a overwrites what the product has sent to it. A value that is used twice gets the sum "
                   "of both.")
def overwritten_slope(x: Array) -> Array:
    """Lose one way."""
    a = np.sin(x)
    e = np.exp(a)
    a_bar = e  # because y = a * e
    e_bar = a
    a_bar = e_bar * e  # because e = exp(a), and exp is its own slope
    return a_bar * np.cos(x)


product_slope.mistake("The way through exp is missing: a stands in the product and in the exponent.",
                      lambda x: np.exp(np.sin(x)) * np.cos(x))
product_slope.mistake("The slopes of the two ways are multiplied; they are to be added.",
                      lambda x: np.sin(x) * np.exp(np.sin(x)) ** 2 * np.cos(x))
product_slope.mistake("The last step back is missing, from a to x: the slope of sin is cos.",
                      lambda x: np.exp(np.sin(x)) * (1 + np.sin(x)))
product_slope.mistake("The slope of sin(x) is cos(x), without a minus sign.",
                      lambda x: -np.exp(np.sin(x)) * (1 + np.sin(x)) * np.cos(x))
product_slope.mistake("The slope of exp(a) is exp(a) again; on the way through exp you sent the 1 of a straight line.",
                      lambda x: (np.exp(np.sin(x)) + np.sin(x)) * np.cos(x))
product_slope.alternative(lambda x: np.cos(x) * np.exp(np.sin(x)) * (1 + np.sin(x)))


@exercise(title="Derive: the slope of a loss in a weight", points=2,
          hints=["Name the lines of the program: z = w x + b, m = y z, s = exp(-m), and the loss log(1 + s).",
                 "Walk back: the loss sends 1 / (1 + s) to s. What does s send to m, then m to z, then z to w?",
                 "Multiply the four slopes, and simplify s / (1 + s)."])
def margin_weight_slope(x: float, y: float, w: float, b: float) -> Number:
    """Return the derivative in w of the loss log(1 + exp(-y (w x + b))), one float.

    The page does not show this program. Derive the slope on paper first, then write it as a formula in Python. All four
    arguments are numbers, and `y` is 1 or -1.
    """
    return -y * x / (1 + np.exp(y * (w * x + b)))


@margin_weight_slope.inputs
def margins(rng: np.random.Generator) -> Inputs:
    yield 2.0, 1.0, 0.5, 0.0
    yield 2.0, -1.0, 0.5, 0.0
    for y in (1.0, -1.0, -1.0):
        x, w, b = rng.normal(size=3)
        yield float(x), y, float(w), float(b)


margin_weight_slope.mistake("The sign is turned round: a larger w x makes the loss smaller where y is 1.",
                            lambda x, y, w, b: y * x / (1 + np.exp(y * (w * x + b))))
margin_weight_slope.mistake("The last step back is missing: the slope of w x + b in w is x.",
                            lambda x, y, w, b: -y / (1 + np.exp(y * (w * x + b))))
margin_weight_slope.mistake("The step through y z is missing: it multiplies the slope by y.",
                            lambda x, y, w, b: -x / (1 + np.exp(y * (w * x + b))))
margin_weight_slope.mistake("s / (1 + s) is 1 / (1 + 1/s): the sign in the exponent turns round.",
                            lambda x, y, w, b: -y * x / (1 + np.exp(-y * (w * x + b))))
margin_weight_slope.mistake("The slope of exp(-m) is missing: the loss sends back 1 / (1 + s), and then s follows as a factor.",
                            lambda x, y, w, b: y * x / (1 + np.exp(-y * (w * x + b))))
margin_weight_slope.mistake("That is the loss itself; its slope in w was asked.",
                            lambda x, y, w, b: np.log1p(np.exp(-y * (w * x + b))))
margin_weight_slope.alternative(lambda x, y, w, b: -x * y * np.exp(-y * (w * x + b)) / (1 + np.exp(-y * (w * x + b))))


@exercise(title="Transfer: how a chain bends", points=3,
          hints=["Begin with a chain of two lines, y = f(u) and u = g(x). Its slope is a product of two factors. Do both of them "
                 "change with x?",
                 "Differentiate the product of the two slopes once more, with the product rule, and use the chain rule where f' is "
                 "taken at u. You get two terms. Then treat a longer chain as one line after a chain that you know already.",
                 "Walk forwards with two numbers, the slope and the second derivative of the result so far in x. A new line brings its "
                 "own two numbers. In one of the two terms the slope so far appears squared: with which of the line's numbers?"])
def chain_curvature(slopes: Array, curvatures: Array) -> Number:
    """Return the second derivative of the result of a chain in its input, one float.

    The chain has k lines, and each line is a function of the result of the line before; the first line is a function of
    the input. Each line was differentiated at the place where the chain stood: `slopes[i]` is the derivative of line i in
    the number that went into it, and `curvatures[i]` its second derivative in this number. Both arrays have shape (k,). A
    slope may be 0.
    """
    slope, bend = 1.0, 0.0
    for first, second in zip(slopes, curvatures):
        bend = second * slope**2 + first * bend
        slope = first * slope
    return bend


@chain_curvature.inputs
def chains(rng: np.random.Generator) -> Inputs:
    yield np.array([3.0, 2.0]), np.array([1.0, 5.0])
    yield np.array([3.0]), np.array([4.0])
    yield np.array([0.0, 2.0, 3.0]), np.array([2.0, 1.0, 1.0])
    yield np.array([2.0, 0.0, 3.0]), np.array([1.0, -1.0, 4.0])
    for k in (3, 4, 6):
        yield rng.uniform(0.5, 2, size=k) * rng.choice([-1, 1], size=k), rng.normal(size=k)


def bend_with(step: Function, start: float = 0.0) -> Function:
    """The walk forwards with another step for the second derivative."""
    def walk(slopes: Array, curvatures: Array) -> Number:
        slope, bend = 1.0, start
        for first, second in zip(slopes, curvatures):
            bend = step(first, second, slope, bend)
            slope = first * slope
        return bend

    return walk


chain_curvature.mistake("First derivatives in a row multiply. Second derivatives do not, because the slopes change as well.",
                        lambda s, c: np.prod(c))
chain_curvature.mistake("A line bends in the number that goes into it, and this number moves faster than x by the slope so far. "
                        "It has to be squared.", bend_with(lambda first, second, slope, bend: second * slope + first * bend))
chain_curvature.mistake("You left out the slope so far: it says how fast the number that goes into a line moves with x.",
                        bend_with(lambda first, second, slope, bend: second + first * bend))
chain_curvature.mistake("You kept only what the last line bends. The lines before it bend too, and its slope hands that on.",
                        bend_with(lambda first, second, slope, bend: second * slope**2))
chain_curvature.mistake("What an earlier line bends is handed on by the slopes of the later lines, and you added it as it is.",
                        bend_with(lambda first, second, slope, bend: second * slope**2 + bend))
chain_curvature.mistake("The slope of a line hands the bend on once; you squared it there as well.",
                        bend_with(lambda first, second, slope, bend: second * slope**2 + first**2 * bend))
chain_curvature.mistake("You walked from the last line to the first; the slope that is squared is that of the lines before.",
                        lambda s, c: chain_curvature.reference(s[::-1], c[::-1]))
chain_curvature.mistake("That is the slope of the chain; its second derivative was asked.", lambda s, c: np.prod(s))


@chain_curvature.alternative
def sum_over_lines(slopes: Array, curvatures: Array) -> Number:
    """Each line's bend, times the squared slope before it and the slope after it."""
    return sum(curvatures[i] * np.prod(slopes[:i]) ** 2 * np.prod(slopes[i + 1:]) for i in range(len(slopes)))
