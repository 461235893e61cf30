"""Exercises of the page that builds the engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from lossedu.exercises.page import on_page
from lossedu.exercises.types import Array, Function, Held, Inputs

exercise, ask = on_page(__name__)



@exercise(title="Walk back through a tape", points=3,
          hints=["Every value collects what its uses send back, so keep one gradient for each row. Which of the "
                 "gradients do you know from the start?",
                 "Begin with zeros, and with a 1 for the last value. Then go from the last row to the first. A row of "
                 "kind 0 has no parts, so it passes nothing on.",
                 "A sum passes what it has on to both parts; a product passes it on times the value of the other part. "
                 "A part may be used again, so what arrives is added to what is there."])
def tape_gradients(kind: Array, left: Array, right: Array, value: Array) -> Array:
    """Return the gradient of the last value of a tape in each of its values, an array of shape (n,).

    Row i of the tape says how `value[i]` was made: `kind[i]` is 0 for a number that was given, 1 for
    `value[left[i]] + value[right[i]]`, and 2 for `value[left[i]] * value[right[i]]`. Parts come before what is made of
    them. `kind`, `left` and `right` are whole numbers and `value` floats, all of shape (n,).
    """
    grad = np.zeros(len(value))
    grad[-1] = 1.0
    for i in reversed(range(len(value))):
        if kind[i] == 1:
            grad[left[i]] += grad[i]
            grad[right[i]] += grad[i]
        if kind[i] == 2:
            grad[left[i]] += grad[i] * value[right[i]]
            grad[right[i]] += grad[i] * value[left[i]]
    return grad


def tape(rng: np.random.Generator, given: Array | list[float], kinds: list[int],
         parts: Sequence[Array | tuple[int, int]]) -> tuple[Array, Array, Array, Array]:
    """A tape of given numbers and operations, with its values computed."""
    kind, left, right = (np.zeros(len(given) + len(kinds), int) for _ in range(3))
    value = np.array([*given, *[0.0] * len(kinds)])
    for i, (operation, (a, b)) in enumerate(zip(kinds, parts), len(given)):
        kind[i], left[i], right[i] = operation, a, b
        value[i] = value[a] + value[b] if operation == 1 else value[a] * value[b]
    return kind, left, right, value


@tape_gradients.inputs
def tapes(rng: np.random.Generator) -> Inputs:
    yield tape(rng, [3.0, 2.0], [2], [(0, 1)])
    yield tape(rng, [3.0], [2], [(0, 0)])  # x * x
    yield tape(rng, [3.0, 2.0], [2, 2, 1], [(0, 0), (2, 1), (3, 0)])  # x x w + x
    yield tape(rng, [3.0, 2.0, 5.0], [1, 2], [(0, 1), (3, 0)])  # the third is not used
    yield tape(rng, [3.0, 2.0], [1, 2], [(0, 1), (2, 1)])  # (x + w) w
    for operations in (5, 8):
        parts = [rng.integers(3 + i, size=2) for i in range(operations - 2)] + [(0, operations), (operations + 1, 1)]
        yield tape(rng, rng.uniform(0.5, 1.5, size=3), [*rng.integers(1, 3, size=operations - 2), 2, 1], parts)


def tape_with(order: Callable[[range], Iterator[int]] = reversed, add: bool = True, start: float = 1.0,
              other: bool = True) -> Function:
    """The walk with one thing replaced."""
    def gradients(kind: Array, left: Array, right: Array, value: Array) -> Array:
        grad = np.zeros(len(value))
        grad[-1] = start
        for i in order(range(len(value))):
            for part, partner in ((left[i], right[i]), (right[i], left[i])):
                if kind[i]:
                    slope = 1.0 if kind[i] == 1 else value[partner if other else part]
                    grad[part] = grad[i] * slope + (grad[part] if add else 0.0)
        return grad

    return gradients


tape_gradients.equivalent("The first value has no parts, because parts come before what is made of them.",
                          "for i in list(reversed(range(len(value))))[:-1]:")
tape_gradients.equivalent("A sum and a product are the same with their two parts exchanged, and so are both gradients.",
                          "def tape_gradients(kind, right, left, value):",
                          "earlier: grad[right[i]] += grad[i]", "earlier: grad[right[i]] += grad[i] * value[left[i]]")
tape_gradients.mistake("You wrote = for +=: a number that is used twice gets the sum of what its uses send back.",
                       tape_with(add=False))
tape_gradients.mistake("You walked from the first row to the last; a gradient is complete only after all later rows.",
                       tape_with(order=iter))
tape_gradients.mistake("In a product each part gets the value of the other one, not its own.", tape_with(other=False))
tape_gradients.mistake("Nothing starts the walk: the gradient of the last value in itself is 1.", tape_with(start=0.0))
tape_gradients.mistake("The walk starts with 1, not with the last value.",
                       lambda kind, left, right, value: value[-1] * tape_gradients.reference(kind, left, right, value))


@exercise(title="Undo a broadcast", points=2,
          hints=["An entry of x that was stretched is used several times. What does a value get that is used several "
                 "times?",
                 "Find the axes along which x was stretched, because there x has the length 1. Sum the gradient over "
                 "exactly these axes.",
                 "The answer has the shape of x, so a summed axis has to stay, with the length 1. The method sum has an "
                 "argument for that, and it takes several axes at once, as a tuple."])
def undo_broadcast(g: Array, x: Array) -> Array:
    """Return the gradient in `x`, given the gradient `g` of a sum x + z that NumPy stretched `x` for.

    `g` has shape (n, k); `x` has shape (n, k), (1, k), (n, 1) or (1, 1). The answer has the shape of `x`.
    """
    stretched = tuple(axis for axis in (0, 1) if x.shape[axis] == 1)
    return g.sum(axis=stretched, keepdims=True)


@undo_broadcast.inputs
def stretched(rng: np.random.Generator) -> Inputs:
    yield np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), np.array([[10.0, 20.0]])
    yield np.array([[1.0, 2.0], [3.0, 4.0]]), np.zeros((2, 2))
    yield np.array([[1.0, 2.0], [3.0, 4.0]]), np.ones((1, 2))
    yield np.array([[1.0, 2.0], [3.0, 4.0]]), np.ones((2, 1))
    for shape in ((1, 1), (1, 4), (3, 1), (3, 4)):
        yield rng.normal(size=(3, 4)), rng.normal(size=shape)


def stretched_axes(x: Array) -> tuple[int, ...]:
    """The axes along which x was stretched."""
    return tuple(axis for axis in (0, 1) if x.shape[axis] == 1)


def fold_with(combine: Function, axes: Callable[[Array], tuple[int, ...]] = stretched_axes) -> Function:
    """The fold with another way to combine."""
    return lambda g, x: combine(g, axis=axes(x), keepdims=True)


undo_broadcast.mistake("You averaged; an entry that was used many times gets the sum of its gradients.", fold_with(np.mean))
undo_broadcast.mistake("You took one of the copies; an entry that was used many times gets the sum of its gradients.",
                       lambda g, x: g[:x.shape[0], :x.shape[1]])
undo_broadcast.mistake("You summed over the axes that were not stretched.",
                       fold_with(np.sum, lambda x: tuple(axis for axis in (0, 1) if x.shape[axis] > 1)))
undo_broadcast.mistake("The gradient must have the shape of x: sum over the axes that were stretched.", lambda g, x: g)
undo_broadcast.mistake("You summed everything; only the stretched axes are to be summed.",
                       lambda g, x: np.full(x.shape, g.sum()))
undo_broadcast.mistake("The slope of x + z in x is 1; the value of x plays no part.",
                       lambda g, x: undo_broadcast.reference(g, x) * x)
@undo_broadcast.alternative
def by_products(g: Array, x: Array) -> Array:
    """Sums as products with ones."""
    rows = np.ones((1, len(g))) if x.shape[0] == 1 else np.eye(len(g))
    columns = np.ones((g.shape[1], 1)) if x.shape[1] == 1 else np.eye(g.shape[1])
    return rows @ g @ columns


@exercise(title="The pull of softmax", points=2,
          hints=["All probabilities of a row share one denominator, so one logit moves every probability of its row. "
                 "Along how many ways does the loss depend on this logit?",
                 "Write down the slope of p_j in z_i, once for j = i and once for another j. Multiply each slope by the "
                 "gradient that arrives at p_j, and add over j.",
                 "One probability is a common factor of all the terms. What is left is the gradient that arrived at it, "
                 "minus a number that is the same for the whole row. Which sum is it, and along which axis does it "
                 "run?"])
def softmax_backward(P: Array, P_bar: Array) -> Array:
    """Return the gradient of the loss in the logits Z, where P = softmax(Z) row by row.

    `P` holds the probabilities from the way forwards and `P_bar` the gradient of the loss in them, both of shape (n, k);
    so has the answer.
    """
    return P * (P_bar - (P * P_bar).sum(axis=1, keepdims=True))


@softmax_backward.inputs
def probabilities(rng: np.random.Generator) -> Inputs:
    yield np.array([[0.5, 0.25, 0.25]]), np.array([[4.0, 0.0, 4.0]])
    yield np.array([[0.5, 0.5]]), np.array([[1.0, 0.0]])
    yield np.array([[0.25, 0.75], [0.5, 0.5]]), np.array([[2.0, -1.0], [3.0, 3.0]])
    for n, k in ((1, 3), (4, 4), (6, 3)):
        yield rng.dirichlet(np.ones(k), size=n), rng.normal(size=(n, k))


softmax_backward.mistake("That is the sigmoid's slope, entry by entry; in a softmax every entry of a row pushes all others.",
                         lambda P, g: g * P * (1 - P))
softmax_backward.mistake("The shared denominator is missing: subtract the sum of P * P_bar over the row.", lambda P, g: P * g)
softmax_backward.mistake("You summed over samples; each row has a softmax of its own: axis 1.",
                         lambda P, g: P * (g - (P * g).sum(axis=0, keepdims=True)))
softmax_backward.mistake("The sum is weighted: P * P_bar, not P_bar alone.",
                         lambda P, g: P * (g - g.sum(axis=1, keepdims=True)))
softmax_backward.mistake("The factor P in front is missing.", lambda P, g: g - (P * g).sum(axis=1, keepdims=True))
softmax_backward.mistake("The sign is turned round.", lambda P, g: -softmax_backward.reference(P, g))
softmax_backward.alternative(lambda P, g: np.array([(np.diag(p) - np.outer(p, p)) @ row for p, row in zip(P, g)]))


ask("In which order may the engine walk back?",
    right=("any order that meets a result before its parts", "Then each gradient is complete when it is passed on."),
    wrong=[("from the inputs to the result", "A gradient would be passed on before it is complete."),
           ("any order at all, since sums do not depend on it", "The sums do not, but what is passed on too early is incomplete.")])
ask("What does the engine need from the way forwards?",
    right=("the values that the local slopes are made of", "The slope of x² is 2x: without x there is no slope."),
    wrong=[("the result only", "The gradient starts there, but each line's slope needs that line's values."),
           ("the formulas, to simplify them", "It never sees a formula; it works with numbers, line by line.")])
ask("A bias of shape (3,) is added to a batch of shape (32, 3). What is done with the gradient of shape (32, 3)?",
    right=("summed over the 32 rows", "The bias was used 32 times, and its uses add up."),
    wrong=[("averaged over the 32 rows", "The 1/n is in the gradient of the loss already."),
           ("its first row is taken", "Each row brings a gradient of its own.")])
ask("How does automatic differentiation differ from finite differences?",
    right=("it is exact up to rounding", "It applies the rules of differentiation to each line; no step size is involved."),
    wrong=[("it is a finite difference with a smaller step", "It takes no step at all."),
           ("it derives one big formula", "That is symbolic differentiation; here only numbers are passed back.")])


@exercise(title="Break this answer: a gradient that is passed on too early", points=3,
          hints=["The engine below visits each value once, and it meets the result first. When it comes to a value that is used in two "
                 "lines, has it always met both of these lines before?",
                 "You need a value that two ways reach from the result, a short way and a longer one. The short way brings the engine "
                 "to this value while the other part of its gradient is still under way.",
                 "The parts of a line wait in a queue, the left one in front. Draw the queue for a result that is made from a value and "
                 "from a sum of this value. In which order must the two stand, so that the value comes out first?"])
def program_that_fools(rows: int) -> tuple[Array, Array]:
    """Return a program of additions for which `early_gradients` reports one wrong gradient, that of the first value.

    The program has as many values as the integer `rows`, which is at least 4. Value i is the sum of the values `left[i]` and
    `right[i]`, which come before it, and it may be the same value twice; where both are -1, value i was given. Value 0
    is given, and the last value is the result. `early_gradients`, the engine given below, must report the right gradient of
    the result in every other value and a wrong one in value 0, so that a look at most of its answer raises no doubt. Return
    `left` and `right`, a tuple of two arrays of shape (rows,).
    """
    left, right = np.full(rows, -1), np.full(rows, -1)
    left[-3], right[-3] = 0, 0
    left[-2], right[-2] = rows - 3, 0
    left[-1], right[-1] = rows - 3, rows - 2
    return left, right


@program_that_fools.gives
def early_gradients(left: Array, right: Array) -> Array:
    """Walk back from the last value, and pass a gradient on as soon as its value comes out of the queue."""
    grad = np.zeros(len(left))
    grad[-1] = 1.0
    queue, visited = [len(left) - 1], set()
    while queue:
        i = queue.pop(0)
        if i not in visited and left[i] >= 0:
            visited.add(i)
            for part in (left[i], right[i]):
                grad[part] += grad[i]
                queue.append(part)
    return grad


@program_that_fools.inputs
def sizes(rng: np.random.Generator) -> Inputs:
    yield (4,)
    yield (5,)
    yield (int(rng.integers(6, 9)),)
    yield (int(rng.integers(9, 20)),)


def right_gradients(left: Array, right: Array) -> Array:
    """The gradients of the last value, by a walk from the last row to the first."""
    grad = np.zeros(len(left))
    grad[-1] = 1.0
    for i in reversed(range(len(left))):
        if left[i] >= 0:
            grad[left[i]] += grad[i]
            grad[right[i]] += grad[i]
    return grad


@program_that_fools.claim("Each of the two arrays should have {rows} numbers, but yours have {count_left} and {count_right}.")
def a_row_for_each(answer: tuple[Array, Array], rows: int) -> Held:
    return all(len(one) == rows for one in answer), {"count_left": len(answer[0]), "count_right": len(answer[1])}


@program_that_fools.claim("Row {row} holds {first} and {second}. It needs two whole numbers from 0 to the row before it, or -1 "
                          "twice, and row 0 needs -1 twice.")
def is_a_program(answer: tuple[Array, Array], rows: int) -> Held:
    for i, (a, b) in enumerate(zip(*answer)):
        added = a in range(i) and b in range(i)
        if not (added or a == b == -1):
            return False, {"row": i, "first": a, "second": b}
    return True, {}


@program_that_fools.claim("The engine should get the gradient of value 0 wrong, but it reports {reported}, and that is right.")
def wrong_at_the_start(answer: tuple[Array, Array], rows: int) -> Held:
    left, right = (one.astype(int) for one in answer)
    reported = early_gradients(left, right)[0]
    return reported != right_gradients(left, right)[0], {"reported": reported}


@program_that_fools.claim("The gradient of value 0 is wrong, as it should be. But that of value {row} is wrong too: the engine reports "
                          "{reported}, and {wanted} is right.")
def right_elsewhere(answer: tuple[Array, Array], rows: int) -> Held:
    left, right = (one.astype(int) for one in answer)
    reported, wanted = early_gradients(left, right), right_gradients(left, right)
    differ = [i for i in range(1, rows) if reported[i] != wanted[i]]
    row = differ[0] if differ else 0
    return not differ, {"row": row, "reported": reported[row], "wanted": wanted[row]}


def program(rows: int, *lines: tuple[int, int]) -> tuple[Array, Array]:
    """A program with these lines at its end, counted from its own first line, and given values before them."""
    left, right = np.full(rows, -1), np.full(rows, -1)
    for i, (a, b) in enumerate(lines, rows - len(lines)):
        left[i], right[i] = a, b
    return left, right


program_that_fools.mistake("A value that is added to itself is used twice by one line, and both parts of its gradient come at once.",
                           lambda rows: (np.arange(rows) - 1, np.arange(rows) - 1))
program_that_fools.mistake("The idea is right, but the longer way stands left, so the engine goes there first and comes in time.",
                           lambda rows: program(rows, (0, 0), (rows - 3, 0), (rows - 2, rows - 3)))
program_that_fools.mistake("Value 0 is given and passes nothing on, so it may be reached by ways of any length.",
                           lambda rows: program(rows, (0, 0), (rows - 2, 0)))
program_that_fools.mistake("The value that is passed on too early is made of another sum, so the gradient of that sum is wrong as well.",
                           lambda rows: program(rows, (0, 0), (rows - 4, 0), (rows - 3, 0), (rows - 3, rows - 2)))
program_that_fools.mistake("A line can add only values that come before it.", lambda rows: program(rows, (0, 0), (rows - 1, 0), (0, 0)))
program_that_fools.mistake("Your program is right, but it is too short.", lambda rows: program_that_fools.reference(rows - 1))


@program_that_fools.alternative
def at_the_front(rows: int) -> tuple[Array, Array]:
    """The trap in the first four values, and a chain of sums with value 0 after it."""
    chain = np.arange(3, rows - 1)
    return np.r_[-1, 0, 0, 1, chain], np.r_[-1, 0, 1, 2, 0 * chain]
