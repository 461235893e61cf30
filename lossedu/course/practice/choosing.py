"""Exercises of the page on choosing a loss."""

from __future__ import annotations

import numpy as np

from lossedu.exercises.page import on_page
from lossedu.exercises.types import Array, Inputs, Number

exercise, ask = on_page(__name__)



@exercise(title="Sound the alarm?", points=2,
          hints=["Two things may happen, a fire or no fire. What does each of the two decisions cost in each case, "
                 "and how likely is that case?",
                 "Acting costs something only when there is no fire, and waiting only when there is one. Write down "
                 "what each of them costs on average when the probability of a fire is p.",
                 "How likely is it that there is no fire? Multiply each price by the probability that it has to be "
                 "paid, and compare the two arrays entry by entry."])
def cheaper_to_act(p: Array, false_alarm: float, miss: float) -> Array:
    """Return for each probability whether acting is cheaper on average than waiting, as booleans.

    `p` has shape (n,): the probabilities of a fire. Acting costs `false_alarm` if there is none, waiting costs `miss` if there is one;
    both are floats above 0. The answer has shape (n,).
    """
    return (1 - p) * false_alarm < p * miss


@cheaper_to_act.inputs
def alarms(rng: np.random.Generator) -> Inputs:
    yield np.array([0.02, 0.1, 0.5, 0.9]), 1.0, 20.0
    yield np.array([0.3, 0.6, 0.7, 0.8, 0.95]), 9.0, 1.0
    for n in (20, 60, 200):
        yield rng.random(n), float(rng.uniform(1, 2)), float(rng.uniform(4, 9))
        yield rng.random(n), float(rng.uniform(4, 9)), float(rng.uniform(1, 2))


cheaper_to_act.mistake("You compared with one half: that is right only if both errors cost the same.", lambda p, a, b: p > 0.5)
cheaper_to_act.mistake("The costs are exchanged: a dear miss asks for a low threshold, false_alarm / (false_alarm + miss).",
                       lambda p, a, b: p > b / (a + b))
cheaper_to_act.mistake("The direction is turned round: act where the fire is likely enough.", lambda p, a, b: p < a / (a + b))
cheaper_to_act.mistake("You left out 1 - p: a false alarm is only paid when there is no fire.", lambda p, a, b: a < p * b)
cheaper_to_act.mistake("You returned the cost saved; the question was whether it is above 0.", lambda p, a, b: p * b - (1 - p) * a)
cheaper_to_act.alternative(lambda p, a, b: p > a / (a + b))


@exercise(title="What the errors cost", points=2,
          hints=["Each sample pays one entry of the table. In which row and in which column does it stand?",
                 "Pick one entry of the table for each sample, and average these n numbers. Right answers are picked "
                 "like wrong ones, because the diagonal need not be 0.",
                 "NumPy picks n entries at once when two arrays of integers stand in one bracket, separated by a "
                 "comma: the first one says the rows. Is this the true class or the predicted one?"])
def cost_matrix_mean(y_true: Array, y_pred: Array, cost: Array) -> Number:
    """Return the average cost of predicted classes, one float.

    `y_true` and `y_pred` hold class numbers, shape (n,); `cost` has shape (k, k), and cost[i, j] is paid when class i is called j,
    where cost[i, i] need not be 0.
    """
    return np.mean(cost[y_true, y_pred])


@cost_matrix_mean.inputs
def decisions(rng: np.random.Generator) -> Inputs:
    yield np.array([0, 1, 1]), np.array([0, 0, 1]), np.array([[0.0, 1.0], [20.0, 0.0]])
    yield np.array([0, 1, 1]), np.array([0, 0, 1]), np.array([[0.5, 1.0], [20.0, 2.0]])
    for n, k in ((4, 2), (12, 3), (50, 5)):
        cost = rng.uniform(1, 9, (k, k))
        y_true = rng.integers(0, k, n)
        y_pred = np.where(rng.random(n) < 0.5, y_true, (y_true + 1) % k)
        y_pred[0] = (y_true[0] + 1) % k
        yield y_true, y_pred, cost


cost_matrix_mean.mistake("Rows and columns are exchanged: cost[i, j] has the true class first.", lambda y, p, c: np.mean(c[p, y]))
cost_matrix_mean.mistake("You summed the costs; the average was asked.", lambda y, p, c: np.sum(c[y, p]))
cost_matrix_mean.mistake("cost[y_true][:, y_pred] is a table of all pairs; two index arrays in one bracket pick one entry a sample.",
                         lambda y, p, c: np.mean(c[y][:, p]))
cost_matrix_mean.mistake("You counted errors as if each cost 1.", lambda y, p, c: np.mean(y != p))
cost_matrix_mean.mistake("You left out what right answers cost; it stands on the diagonal and need not be 0.",
                         lambda y, p, c: np.mean(c[y, p] * (y != p)))
cost_matrix_mean.mistake("You averaged over the errors only; right answers count with their cost, too.",
                         lambda y, p, c: np.mean(c[y, p][y != p]))
cost_matrix_mean.mistake("You returned the cost of each sample; average them.", lambda y, p, c: c[y, p])
cost_matrix_mean.alternative(lambda y, p, c: sum(c[i, j] for i, j in zip(y, p)) / len(y))
cost_matrix_mean.alternative(lambda y, p, c: np.sum(np.histogram2d(y, p, bins=np.arange(len(c) + 1) - 0.5)[0] * c) / len(y))


ask("A shop loses 3 for each loaf short and 1 for each loaf left over. Which loss finds the number to bake?",
    right=("quantile, level 0.75", "a / (a + b) with 3 for too few and 1 for too many."),
    wrong=[("mse, as it finds the expected demand", "The mean forgets that running short costs three times as much."),
           ("quantile, level 0.25", "That bakes too little: the dear side is to run short.")])
ask("A measuring device fails once in a hundred times and then reports 9999. Which loss copes best?",
    right=("huber, as its pull has a limit however far the datum", "Beyond delta its slope stays the same: 9999 pulls no harder than delta."),
    wrong=[("mse, as it takes large errors most seriously", "The slope of the squared error grows with the distance: the failures would dominate."),
           ("msle, as logarithms make large numbers small", "They make it smaller, but its pull still grows with the distance.")])
ask("False alarms have become twice as dear. The model was trained with bce_logits. What do you change?",
    right=("the threshold", "Honest probabilities stay honest; the costs enter when one decides."),
    wrong=[("the loss, and train again with weights for the classes", "Possible, but not needed, and the probabilities would no longer be honest."),
           ("nothing, as the probabilities stay the same", "They do; but the cheapest threshold is a / (a + b), and a has changed.")])
ask("Why not train on the share of wrong decisions itself, if that is what counts?",
    right=("its slope is zero almost everywhere", "A small step of the weights changes no decision, so there is no direction to follow."),
    wrong=[("it is not convex and may end in a local minimum", "The loss of a network is not convex either, and is descended all the same."),
           ("it is not a metric", "It is a fine metric; it only cannot be descended.")])


@exercise(title="Derive: when it pays to ask", points=3,
          hints=["You have three decisions now. What does each of them cost on average when the probability of a fire is p?",
                 "Asking costs the fee in any case. What the neighbour's errors cost depends on whether there is a fire, so asking "
                 "costs a sum of three terms. Compare it with waiting first, and with acting afterwards.",
                 "Each comparison is linear in p. Bring all terms with p to one side, and write the cost of acting as `false_alarm` "
                 "minus p times `false_alarm`. Which of the two comparisons bounds p from below?"])
def worth_asking(false_alarm: float, miss: float, fee: float, error: float) -> tuple[Number, Number]:
    """Return the two probabilities of a fire between which asking is cheapest on average, a tuple, the smaller one first.

    Acting costs `false_alarm` if there is no fire, and waiting costs `miss` if there is one. You may also pay `fee` to a
    neighbour, who looks, and do what he says. He is wrong with the probability `error`, whether there is a fire or not,
    and then you pay `false_alarm` or `miss` as well. All four are floats; `fee` and `error` are so small that
    asking pays for some probabilities.
    """
    low = (fee + error * false_alarm) / ((1 - error) * miss + error * false_alarm)
    high = ((1 - error) * false_alarm - fee) / ((1 - error) * false_alarm + error * miss)
    return low, high


@worth_asking.inputs
def neighbours(rng: np.random.Generator) -> Inputs:
    yield 10.0, 20.0, 1.0, 0.1
    yield 4.0, 10.0, 1.0, 0.0
    for few, many in ((1.5, 1), (1, 1.5), (1, 4)):
        yield (float(few * rng.uniform(4, 6)), float(many * rng.uniform(4, 6)), float(rng.uniform(0.2, 0.6)),
               float(rng.uniform(0.05, 0.15)))


def between(alarm: float, miss: float, fee: float, wrong_alarm: float, wrong_miss: float) -> tuple[float, float]:
    """Where asking costs less than waiting and less than acting, if it costs (1 - p) wrong_alarm + p wrong_miss + fee."""
    return ((fee + wrong_alarm) / (miss - wrong_miss + wrong_alarm),
            (alarm - wrong_alarm - fee) / (alarm - wrong_alarm + wrong_miss))


worth_asking.mistake("You trusted the neighbour, but he is wrong at times, and his errors cost you money.",
                     lambda a, b, c, e: between(a, b, c, 0, 0))
worth_asking.mistake("When the neighbour errs and there is a fire, you pay for the miss; these cases are left out.",
                     lambda a, b, c, e: between(a, b, c, e * a, 0))
worth_asking.mistake("When the neighbour errs and there is no fire, you pay for a false alarm; these cases are left out.",
                     lambda a, b, c, e: between(a, b, c, 0, e * b))
worth_asking.mistake("An error of the neighbour costs either a false alarm or a miss. You charged both, whether there is a fire or not.",
                     lambda a, b, c, e: between(a, b, c + e * (a + b), 0, 0))
worth_asking.mistake("That is where acting and waiting cost the same. Asking is a third decision, to be compared with each of them.",
                     lambda a, b, c, e: (a / (a + b), a / (a + b)))
worth_asking.mistake("The larger probability stands first.", lambda a, b, c, e: between(a, b, c, e * a, e * b)[::-1])
worth_asking.mistake("The prices are exchanged: a false alarm is paid when there is no fire, and a miss when there is one.",
                     lambda a, b, c, e: between(b, a, c, e * b, e * a))
worth_asking.mistake("The fee is missing; you pay it whatever the neighbour says.",
                     lambda a, b, c, e: between(a, b, 0, e * a, e * b))
worth_asking.alternative(lambda a, b, c, e: between(a, b, c, e * a, e * b))
worth_asking.alternative(lambda a, b, c, e: [(c + e * a) / (b + e * (a - b)), 1 - (c + e * b) / (a + e * (b - a))])
