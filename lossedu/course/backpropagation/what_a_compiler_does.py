"""Exercises of the page on recorded programs: replay one, plan its memory, and write a branch as arithmetic."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from lossedu.exercises.page import on_page
from lossedu.exercises.types import Array, Function, Held, Inputs, Number

exercise, ask = on_page(__name__)


@exercise(title="Replay a recorded program", points=2,
          hints=["Copy the memory, then walk through the lines in their order.",
                 "A line reads what stands in memory when it runs, not what stood there at the beginning.",
                 "A line of kind 3 has one input only, at the place left[i]."])
def replay_lines(kind: Array, left: Array, right: Array, result: Array, memory: Array) -> Array:
    """Return the memory after all lines of a recorded program have run, an array of shape (m,).

    Line i writes to the place `result[i]` of the memory. It writes the sum of the numbers at the places `left[i]` and
    `right[i]` if `kind[i]` is 1, their product if it is 2, and the tanh of the number at `left[i]` alone if it is 3.
    A place may be written several times. `memory` holds floats and has shape (m,); it stays as it was. The others hold
    whole numbers and have shape (k,).
    """
    memory = memory.copy()
    for operation, a, b, place in zip(kind, left, right, result):
        if operation == 1:
            memory[place] = memory[a] + memory[b]
        elif operation == 2:
            memory[place] = memory[a] * memory[b]
        else:
            memory[place] = np.tanh(memory[a])
    return memory


@replay_lines.inputs
def recorded(rng: np.random.Generator) -> Inputs:
    yield np.array([1, 2]), np.array([0, 2]), np.array([1, 1]), np.array([2, 0]), np.array([3.0, 2.0, 0.0])
    yield np.array([1]), np.array([0]), np.array([1]), np.array([2]), np.array([3.0, 2.0, 0.0])
    # tanh(w x + b), with every result in the place of an input that is needed no longer
    yield np.array([2, 1, 3]), np.array([0, 0, 0]), np.array([1, 2, 1]), np.array([0, 0, 0]), np.array([0.5, 0.8, 0.1])
    yield np.array([2, 2]), np.array([0, 1]), np.array([0, 1]), np.array([1, 1]), np.array([1.5, 7.0])
    for lines in (5, 8):
        yield (np.concatenate([[3, 1, 2], rng.integers(1, 4, size=lines)]), rng.integers(4, size=lines + 3),
               rng.integers(4, size=lines + 3), np.concatenate([[0, 1, 1], rng.integers(4, size=lines)]),
               rng.uniform(0.3, 0.9, size=4))


def run_with(order: Callable[[list[Any]], list[Any]] = lambda lines: lines, fresh: bool = True, add: bool = False,
             one: str = "left", swap: bool = False) -> Function:
    """The replay with one thing replaced."""
    def run(kind: Array, left: Array, right: Array, result: Array, memory: Array) -> Array:
        now = memory.copy()
        for operation, a, b, place in order(list(zip(kind, left, right, result))):
            seen = now if fresh else memory
            total, product = seen[a] + seen[b], seen[a] * seen[b]
            made = {1: product if swap else total, 2: total if swap else product,
                    3: np.tanh(seen[a if one == "left" else b])}[int(operation)]
            now[place] = now[place] + made if add else made
        return now

    return run


replay_lines.mistake("A line reads what stands in memory when it runs; you read the memory as it was at the beginning.", run_with(fresh=False))
replay_lines.mistake("The lines run in the order in which they were recorded, from the first to the last.", run_with(order=lambda lines: lines[::-1]))
replay_lines.mistake("A line overwrites its place; you added to what stood there.", run_with(add=True))
replay_lines.mistake("The tanh is taken of the number at left[i], not of the one at right[i].", run_with(one="right"))
replay_lines.mistake("Kind 1 is the sum and kind 2 the product, not the other way round.", run_with(swap=True))
replay_lines.mistake("You left out the last line.", run_with(order=lambda lines: lines[:-1]))


@replay_lines.alternative
def by_table(kind: Array, left: Array, right: Array, result: Array, memory: Array) -> Array:
    """The operations in a list, and a list of Python numbers as memory."""
    operations: list[Callable[[float, float], float]] = [
        max, lambda a, b: a + b, lambda a, b: a * b, lambda a, b: float(np.tanh(a))]  # there is no kind 0
    now = memory.tolist()
    for i in range(len(kind)):
        now[result[i]] = operations[kind[i]](now[left[i]], now[right[i]])
    return np.array(now)


@exercise(title="How much memory does a program need?", points=3,
          hints=["Find for each line the last line that reads its result.",
                 "When line i has run, memory holds its own result and those of earlier lines that a later line reads.",
                 "Count them after each line. The largest count is the answer."])
def places_needed(left: Array, right: Array) -> int:
    """Return how many places the results of a recorded program need at least, a whole number.

    Line i reads the results of the lines `left[i]` and `right[i]`, which stand before it; -1 stands for something that
    was given to the program and needs no place. A result may be written over an input of its line if nobody reads this
    input later. Every line writes its result, and that of the last line is the answer of the program. `left` and
    `right` hold whole numbers and have shape (k,).
    """
    last = np.arange(len(left))
    for i in range(len(left)):
        for part in (left[i], right[i]):
            if part >= 0:
                last[part] = i
    return max(1 + int(np.sum(last[:i] > i)) for i in range(len(left)))


@places_needed.inputs
def programs(rng: np.random.Generator) -> Inputs:
    yield np.array([-1, -1, 0, 2]), np.array([-1, -1, 1, -1])  # the third line reads the first two
    yield np.array([-1]), np.array([-1])
    yield np.array([-1, 0, 1]), np.array([-1, -1, 1])  # a chain: one place for all
    yield np.array([-1, 0, 1, 2, 3, 2, 5, 4]), np.array([-1, -1, -1, -1, -1, 2, -1, 6])  # the neuron of the page
    yield np.array([-1, -1, -1, 0, 3]), np.array([-1, -1, -1, 1, 2])  # three results wait
    yield np.array([-1, 0, -1, 0, 2]), np.array([-1, -1, -1, 1, 3])  # the first is read twice, late
    yield np.array([-1, -1, 0, 1]), np.array([-1, -1, -1, 0])
    for k in (7, 12):
        yield np.array([rng.integers(-1, i) for i in range(k)]), np.array([rng.integers(-1, i) for i in range(k)])


def counted_with(reads: Callable[[Array, Array], list[Array]] = lambda left, right: [left, right], late: bool = True,
                 own: int = 0, given: int = 0) -> Function:
    """The count with one thing replaced."""
    def count(left: Array, right: Array) -> int:
        last = list(range(len(left)))
        for i in range(len(left)):
            for part in [parts[i] for parts in reads(left, right)]:
                if part >= 0 and (late or last[part] == part):
                    last[part] = i
        return max(1 + given + sum(last[j] > i - own for j in range(i)) for i in range(len(left)))

    return count


places_needed.mistake("Not every line needs a place of its own: a result can stand where one is that nobody reads any more.",
                      lambda left, right: len(left))
places_needed.mistake("A line may write over an input that it is the last to read, so that input does not count beside the result.",
                      counted_with(own=1))
places_needed.mistake("A result must stay until its last reader has run, not only until the first.", counted_with(late=False))
places_needed.mistake("You looked at the left inputs only; a line reads its right input as well.",
                      counted_with(reads=lambda left, right: [left]))
places_needed.mistake("Take the largest count over all lines, not the count after the last line.", lambda left, right: 1)
places_needed.mistake("What was given to the program needs no place here.", counted_with(given=1))


@places_needed.alternative
def by_planning(left: Array, right: Array) -> int:
    """Give each result a place, and count the places that were ever taken."""
    free: list[int] = []
    taken, place = 0, dict[int, int]()
    for i, parts in enumerate(zip(left, right)):
        later = set(left[i + 1:]) | set(right[i + 1:])
        free += [place.pop(part) for part in set(parts) if part in place and part not in later]
        place[i] = free.pop() if free else taken
        taken = max(taken, place[i] + 1)
        if i not in later and i < len(left) - 1:
            free.append(place.pop(i))
    return taken


@exercise(title="A branch that went stale", points=2,
          hints=["The branch chooses between two factors: 1 for a short row, and a quotient for a long one. Which "
                 "operation on numbers makes such a choice without an if?",
                 "Compute the norm of every row and keep the axis, so that the norms have the shape (n, 1). Then find a "
                 "single formula for the factor, which is 1 for a short row, shortens a long one, and never divides by "
                 "0.",
                 "Think of the larger of two numbers, the norm of a row and `most`. For a short row it is `most`, and "
                 "for a long one it is the norm. What has to stand above it in a quotient?"])
def clip_rows(G: Array, most: float) -> Array:
    """Return the gradients in `G`, with each row that is longer than `most` shortened to this length, shape (n, k).

    Somebody wrote `if norm(row) > most: row = row * most / norm(row)` and recorded it with a short row. Replayed, it
    shortens nothing. Write it for all rows at once, in operations that are right for every row, so that it can be
    recorded. `G` has shape (n, k) and `most` is a positive float. A row of zeros stays as it is.
    """
    norm = np.sqrt(np.sum(G * G, axis=1, keepdims=True))
    return G * (most / np.maximum(norm, most))


@clip_rows.inputs
def gradients(rng: np.random.Generator) -> Inputs:
    yield np.array([[6.0, 8.0], [0.6, 0.8]]), 5.0  # the second is short
    yield np.array([[3.0, 4.0]]), 1.0
    yield np.array([[0.3, 0.4], [3.0, 4.0]]), 1.0  # the first is short
    yield np.array([[6.0, 8.0], [0.0, 0.0], [0.6, 0.8]]), 2.5
    for n, k in ((4, 3), (7, 2), (5, 5)):
        yield rng.normal(size=(n, k)) * rng.uniform(0.2, 3.0, size=(n, 1)), 1.5


def lengths(G: Array, axis: int = 1) -> Array:
    """The norms, with the axis kept."""
    return np.sqrt(np.sum(G * G, axis=axis, keepdims=True))


clip_rows.mistake("You decided for all rows as for the first one. That is the recorded branch: it is right for some rows only.",
                  lambda G, most: G * (most / lengths(G)) if lengths(G)[0, 0] > most else G.copy())
clip_rows.mistake("Nothing was shortened: this is the recording with the short row.", lambda G, most: G.copy())
clip_rows.mistake("Every row has the length `most` now; a row that is shorter should stay as it is.",
                  lambda G, most: G * (most / np.where(lengths(G) > 0, lengths(G), 1.0)))
clip_rows.mistake("You cut entries; the whole row should be shortened, so that its direction stays.", lambda G, most: np.clip(G, -most, most))
clip_rows.mistake("The norm is the root of the sum of squares; the root is missing.", lambda G, most: G * (most / np.maximum(lengths(G) ** 2, most)))
clip_rows.mistake("Each row has a norm of its own; you took one norm for all entries of G.", lambda G, most: G * (most / max(np.linalg.norm(G), most)))
clip_rows.mistake("A row is a gradient: sum over axis 1, not over axis 0.", lambda G, most: G * (most / np.maximum(lengths(G, 0), most)))
clip_rows.alternative(lambda G, most: G * np.where(lengths(G) > most, most / np.where(lengths(G) > most, lengths(G), 1.0), 1.0))


ask("A step on 32 digits takes hardly longer than a step on one. Where does the time go?",
    right=("into the work of Python around each operation", "It is the same for any number of digits: calls, checks, new arrays and tensors, the order of the walk back."),
    wrong=[("into the multiplications, which the processor does 32 at a time", "It does several at once, but not so many that 32 digits would cost nothing."),
           ("into reading the digits from memory", "32 digits of 64 numbers are read in a few microseconds.")])
ask("A step was recorded with the learning rate 0.1 as a Python number. A schedule sets it to 0.01. What does the replay use?",
    right=("0.1", "The number was written into the line; nothing looks at the variable again."),
    wrong=[("0.01, because the variable has changed", "Python is not asked any more; the list holds the number itself."),
           ("neither, because the replay stops with an error", "Nothing in the list knows that the number came from a variable.")])
ask("What is a guard?",
    right=("a condition that must hold for a recording to be replayed", "Where it fails, the program is recorded anew or run by Python."),
    wrong=[("an error that a replay raises when its result is wrong", "A replay cannot know that its result is wrong; the guard is looked at before."),
           ("a copy of the inputs, kept for the way back", "Those are values that the gradient needs; a guard looks at shapes, types or settings.")])
ask("Why do the results of our replay have the bits of the eager engine?",
    right=("it does the same operations in the same order", "Rounding depends on the order, and that has not changed; only the places of the results have."),
    wrong=[("it rounds them to twelve digits", "Nothing is rounded; the page compares twelve digits because of old processors."),
           ("it computes with more digits inside", "It computes with the same 64 bits as the engine.")])


@exercise(title="Break this answer: a sum in two lanes", points=3,
          rtol=1e-30,  # because what tells the mistakes apart is small beside 1e20
          hints=["On paper both functions give the same sum. A computer rounds after every addition. Which additions does the first function "
                 "make that the second one never makes?",
                 "Next to a very large number a small one is lost, because a float has only 16 digits. Let the small number meet the "
                 "large one in the one order and never in the other, and let the large one vanish in the end.",
                 "The second function adds the entries 0, 2, 4 and so on apart from the entries 1, 3, 5. In which of the two "
                 "lanes do you put the large number and the one that cancels it, and in which the small one? How much is the "
                 "spacing of floats near the largest number that is allowed?"])
def sum_that_changes(least: float) -> Array:
    """Return numbers whose sum is exactly 0 when they are added in order, but at least `least` when a compiler adds them.

    So that a processor has two additions to do at once, the compiler adds every second number in a lane of its own and joins
    both lanes at the end; `in_order` and `in_two_lanes` are given below. Return at most 8 numbers, none of them larger than
    1e20 in size. `least` is a float from 1 to 1000.
    """
    return np.array([1e20, least, -1e20, 0.0])


@sum_that_changes.gives
def in_order(numbers: Array) -> Number:
    """Add one number after the other."""
    total = 0.0
    for number in numbers:
        total = total + number
    return total


@sum_that_changes.gives
def in_two_lanes(numbers: Array) -> Number:
    """Add the numbers at even and at odd places apart, and join the two sums."""
    return in_order(numbers[0::2]) + in_order(numbers[1::2])


@sum_that_changes.inputs
def gaps(rng: np.random.Generator) -> Inputs:
    yield (1.0,)
    yield (1000.0,)
    for _ in range(3):
        yield (float(rng.uniform(1, 1000)),)


@sum_that_changes.claim("Give at most 8 numbers of at most 1e20 in size; you gave {count}, and the largest is {largest} in size.")
def few_and_allowed(answer: Array, least: float) -> Held:
    largest = np.abs(answer).max()
    return len(answer) <= 8 and largest <= 1e20, {"count": len(answer), "largest": largest}


@sum_that_changes.claim("Added in order, the numbers should give exactly 0, but yours give {total}.")
def nothing_in_order(answer: Array, least: float) -> Held:
    total = in_order(answer)
    return total == 0, {"total": total}


@sum_that_changes.claim("In order the sum is 0, as it should be. But in two lanes it should be at least {least}, and it is {total}.")
def much_in_two_lanes(answer: Array, least: float) -> Held:
    total = in_two_lanes(answer)
    return total >= least, {"total": total}


sum_that_changes.mistake("Numbers that cancel exactly, and that no large one is near to, give 0 in every order.",
                         lambda least: np.array([least, least, -least, -least]))
sum_that_changes.mistake("The large number is gone before the small one comes, so nothing is lost in order.",
                         lambda least: np.array([1e20, -1e20, least, 0.0]))
sum_that_changes.mistake("The large number and the one that cancels it are in different lanes, so the small one is lost in both orders.",
                         lambda least: np.array([1e20, least, 0.0, -1e20]))
sum_that_changes.mistake("The idea is right, but the large number is too small: a float still has digits for the other one beside it.",
                         lambda least: np.array([1e12, least, -1e12, 0.0]))
sum_that_changes.mistake("The last number meets no large one any more, so it counts in order as well.",
                         lambda least: np.array([1e20, least, -1e20, least]))
sum_that_changes.mistake("All of it happens in one lane, and there the order is the same as before.",
                         lambda least: np.array([1e20, 0.0, least, 0.0, -1e20]))
sum_that_changes.mistake("What is lost has the wrong sign: in two lanes the sum is negative.",
                         lambda least: np.array([1e20, -least, -1e20, 0.0]))
sum_that_changes.mistake("Your numbers do what they should, but no number may be larger than 1e20.",
                         lambda least: np.array([1e25, least, -1e25, 0.0]))
sum_that_changes.alternative(lambda least: np.array([-1e19, 400.0, 1e19, 0.0, -1e19, 700.0, 1e19]))
