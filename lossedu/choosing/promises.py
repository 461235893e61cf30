"""What an answer of the guide promises of every loss that it recommends, as questions to the loss itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from lossedu.losses.base import ElementwiseLoss, Loss, MarginLoss, RowLoss
from lossedu.losses.joint import JointLoss
from lossedu.losses.sequence import perplexity
from lossedu.losses.vector import VectorLoss

# Most promises ask for what not every loss has, so they take Any: an answer above them has made sure of the kind of
# loss.
Promise = Callable[[Any], bool]

TARGET = 5.0


def price(loss: Any, claimed: float, target: float = TARGET) -> float:
    """What it costs to claim another number than the target, beyond the cost of the truth."""
    best, other = (loss.minimiser(np.array([number, number])) for number in (target, claimed))
    return float(loss.each(target, other) - loss.each(target, best))


# Numbers


def takes_numbers(loss: Loss | JointLoss) -> bool:
    """Its targets are numbers, and among them are positive numbers of any size."""
    return not isinstance(loss, (JointLoss, VectorLoss)) and loss.target_domain.high == np.inf


def alike_both_ways(loss: Any) -> bool:
    """Too high costs what too low costs."""
    return bool(np.isclose(price(loss, TARGET + 3), price(loss, TARGET - 3)))


def lopsided(loss: Any) -> bool:
    """One direction costs more."""
    return not alike_both_ways(loss)


def doubled_costs(times: float) -> Promise:
    """A miss twice as large costs `times` as much."""
    return lambda loss: bool(np.isclose(price(loss, TARGET + 4), times * price(loss, TARGET + 2)))


def squares_with_limited_pull(loss: Any) -> bool:
    """A square for small misses, one valley, and slopes that stay below a limit."""
    small, doubled = price(loss, TARGET + 0.01), price(loss, TARGET + 0.02)
    return 3.9 * small < doubled < 4.1 * small and loss.traits.convex and loss.traits.lipschitz is not None


def lets_go(loss: Any) -> bool:
    """What is hopelessly far off pulls no longer; a label's target is 1, and its prediction a score."""
    target = 1.0
    slopes = np.abs(loss.derivative(np.full(2, target), target - np.array([1.0, 1e6])))
    return bool(slopes[1] < 1e-3 * slopes[0])


def forgives_the_near(loss: Any) -> bool:
    """A small miss is free."""
    return price(loss, TARGET + 0.01) == 0 < price(loss, TARGET + 1)


def goes_by_ratio(loss: Any) -> bool:
    """To claim twice the target costs the same for small and for large targets."""
    return bool(np.isclose(price(loss, 2e3, 1e3), price(loss, 2e6, 1e6), rtol=0.01))


def sees_the_spread(loss: Any) -> bool:
    """Targets with the same middle, twice as far apart, have another best constant."""
    y = np.linspace(-1, 1, 41)
    return not np.allclose(loss.minimiser(y), loss.minimiser(2 * y))


def likelihood(name: str) -> Promise:
    """It is the surprise of this distribution."""
    return lambda loss: loss.traits.likelihood == name


# Classes


def takes_yes_or_no(loss: Loss | JointLoss) -> bool:
    """It judges one forecast or score of one event."""
    return isinstance(loss, ElementwiseLoss) and loss.traits.proper is not None


def takes_classes(loss: Loss | JointLoss) -> bool:
    """It judges a row of scores or probabilities, one for each class, and not a row that is one vector or set."""
    return isinstance(loss, RowLoss) and not isinstance(loss, VectorLoss) and loss.traits.proper is not None


def strictly_proper(loss: Loss | JointLoss) -> bool:
    """Only the true probability is best."""
    return loss.traits.proper == "strictly"


def finds_the_side(loss: Any) -> bool:
    """The best score is positive where yes is likelier, and negative where no is."""
    no = -1 if isinstance(loss, MarginLoss) else 0
    return bool(loss.minimiser(np.array([1, no, no])) < 0 < loss.minimiser(np.array([1, 1, no])))


def free_at_the_truth(loss: Any) -> bool:
    """A row of probabilities costs nothing when it is the truth."""
    truth = np.array([0.5, 0.3, 0.2])
    return bool(np.isclose(loss.each(truth, truth), 0))


def finds_the_majority(loss: Any) -> bool:
    """The best scores are highest at a class that more than half of the samples have."""
    return int(np.argmax(loss.minimiser(np.array([1, 1, 1, 0, 2])))) == 1


def skips_padding(loss: Any) -> bool:
    """Of a text, tokens of weight 0 may be what is no class, such as -1; exp of the average is the perplexity."""
    tokens, scores = np.array([0, 1, -1]), np.array([[2.0, 0.0], [1.0, 3.0], [9.0, 0.0]])
    try:
        average = loss(tokens, scores, weight=tokens >= 0)
        return bool(average == loss(tokens[:2], scores[:2])
                    and np.isclose(np.exp(average), perplexity(tokens[:2], scores[:2])))
    except ValueError:
        return False


# Everything else


def takes_other_things(loss: Loss | JointLoss) -> bool:
    """It judges sets, vectors, distances or several inputs at once."""
    return not any(takes(loss) for takes in (takes_numbers, takes_yes_or_no, takes_classes))


def ignores_the_background(loss: Any) -> bool:
    """Half a claim costs something, and with more pixels that nobody claims it costs the same."""
    few, many = np.array([1.0, 0.0]), np.array([1.0, 0.0, 0.0, 0.0])
    return bool(0 < loss.each(few, few / 2) == loss.each(many, many / 2))


def pulls_and_pushes(loss: Any) -> bool:
    """At a small distance, what is alike is pulled together and what is unlike is pushed apart."""
    alike, unlike = loss.derivative(np.array([1.0, 0.0]), np.array([0.5, 0.5]))
    return bool(unlike < 0 < alike)


def forgets_the_length(loss: Any) -> bool:
    """Only the direction of a vector counts."""
    truth, claimed = np.array([1.0, 0.5]), np.array([0.5, 1.0])
    return bool(np.isclose(loss.each(truth, claimed), loss.each(truth, claimed / 10)))


def compares(count: int) -> Promise:
    """It takes so many inputs at once, none of which is the truth."""
    return lambda loss: isinstance(loss, JointLoss) and len(loss.inputs) == count
