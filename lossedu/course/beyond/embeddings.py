"""Exercises of the page on losses of embeddings."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lossedu.exercises.page import on_page
from lossedu.exercises.types import Array, Function, Inputs, Number

exercise, ask = on_page(__name__)



@exercise(title="How far is another direction?", points=1,
          hints=["What should stay the same when you make one of the two vectors twice as long?",
                 "The cosine of an angle is a dot product divided by two lengths. You need all three for each row.",
                 "Multiply the tables entry by entry before you sum along axis 1, so that a row meets only its own partner. Then turn the similarity into a distance."])
def cosine_distances_of_rows(A: Array, B: Array) -> Array:
    """Return one minus the cosine of the angle between each row of `A` and the same row of `B`.

    `A` and `B` have shape (n, d) and no row of zeros; the answer has shape (n,).
    """
    lengths = np.linalg.norm(A, axis=1) * np.linalg.norm(B, axis=1)
    return 1 - (A * B).sum(axis=1) / lengths


@cosine_distances_of_rows.inputs
def row_pairs(rng: np.random.Generator) -> Inputs:
    yield np.array([[2.0, 0.0]]), np.array([[0.0, 3.0]])
    yield np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[2.0, 4.0], [-4.0, 1.0]])
    for n, d in ((3, 4), (20, 5)):
        yield rng.normal(size=(n, d)), rng.normal(size=(n, d)) + 1


def length(rows: Array) -> Array:
    """Length of each row."""
    return np.sqrt((rows**2).sum(axis=1))


cosine_distances_of_rows.mistake("That is the cosine, the similarity; the distance is one minus it.",
                                 lambda A, B: (A * B).sum(1) / (length(A) * length(B)))
cosine_distances_of_rows.mistake("You left the lengths out: a dot product grows with them, a cosine does not.",
                                 lambda A, B: 1 - (A * B).sum(1))
cosine_distances_of_rows.mistake("You divided by the length of A only; divide by both.",
                                 lambda A, B: 1 - (A * B).sum(1) / length(A))
cosine_distances_of_rows.mistake("You divided by the squared lengths; take their roots.",
                                 lambda A, B: 1 - (A * B).sum(1) / (length(A) * length(B)) ** 2)
cosine_distances_of_rows.mistake("You compared every row with every row; compare row 1 with row 1, row 2 with row 2 and so on.",
                                 lambda A, B: 1 - A @ B.T / np.outer(length(A), length(B)))
cosine_distances_of_rows.mistake("You took the length of the whole matrix; each row has its own: axis=1.",
                                 lambda A, B: 1 - (A * B).sum(1) / (np.linalg.norm(A) * np.linalg.norm(B)))
cosine_distances_of_rows.alternative(
    lambda A, B: ((A / length(A)[:, None] - B / length(B)[:, None]) ** 2).sum(1) / 2)


@exercise(title="Pull and push", points=2,
          hints=["There are two kinds of pairs. What does each of them want, and when is it content?",
                 "Compute both costs for every pair, and let `like`, which is 1 or 0, choose between them before you average.",
                 "An unlike pair that is far enough away pays nothing, so what it falls short of the margin must be cut at 0 before it is squared."])
def contrastive_mean(like: Array, distance: Array, margin: float) -> Number:
    """Return the mean contrastive loss of pairs, one float.

    A like pair costs its squared distance. An unlike pair costs the square of what its distance falls short of `margin`,
    and nothing beyond. `like` holds 1 for a like pair and 0 for an unlike one, `distance` holds distances; both have
    shape (n,). `margin` is a positive number.
    """
    short = np.maximum(0, margin - distance)
    return np.mean(like * distance**2 + (1 - like) * short**2)


@contrastive_mean.inputs
def like_pairs(rng: np.random.Generator) -> Inputs:
    yield np.array([1]), np.array([3.0]), 2.0
    yield np.array([0, 0]), np.array([0.5, 3.0]), 2.0
    for n, margin in ((6, 1.0), (30, 3.0)):
        like = rng.permutation(np.arange(n) % 2)
        yield like, rng.uniform(0.2, 4.0, size=n), margin


def of_pairs(pull: Callable[[Array], Array], push: Callable[[Array, float], Array]) -> Function:
    """The mean of `pull(d)` over like pairs and `push(d, m)` over unlike ones."""
    return lambda like, d, m: np.mean(np.where(like == 1, pull(d), push(d, m)))


contrastive_mean.mistake("Like and unlike are swapped: 1 means like.", lambda y, d, m: np.mean(
    np.where(y == 1, np.maximum(0, m - d) ** 2, d**2)))
contrastive_mean.mistake("Unlike pairs beyond the margin should cost nothing; cut at 0 before you square.",
                         of_pairs(np.square, lambda d, m: (m - d) ** 2))
contrastive_mean.mistake("The squares are missing.", of_pairs(lambda d: d, lambda d, m: np.maximum(0, m - d)))
contrastive_mean.mistake("Only the distance of unlike pairs was squared, apart from the margin; square what is missing, m - d.",
                         of_pairs(np.square, lambda d, m: np.maximum(0, m - d**2)))
contrastive_mean.mistake("There is a ½ in your answer: the paper has one, this course does not.",
                         of_pairs(lambda d: d**2 / 2, lambda d, m: np.maximum(0, m - d) ** 2 / 2))
contrastive_mean.mistake("You summed; a mean also divides by the number of pairs.",
                         lambda y, d, m: np.sum(np.where(y == 1, d**2, np.maximum(0, m - d) ** 2)))
contrastive_mean.mistake("Unlike pairs cost nothing in your answer; then it is best to put everything in one place.",
                         of_pairs(np.square, lambda d, m: 0 * d))
contrastive_mean.alternative(of_pairs(np.square, lambda d, m: np.clip(m - d, 0, None) ** 2))


@exercise(title="Three pushes", points=3,
          hints=["In which rows does a small move change the loss at all? The others have no gradient.",
                 "Take a row whose loss is positive, leave the maximum away and differentiate the two squared distances in each of the three points.",
                 "The anchor stands in both distances, and there its own square cancels. To switch rows off, a truth value for each row must become a column."])
def triplet_gradients(anchor: Array, positive: Array, negative: Array, margin: float) -> tuple[Array, Array, Array]:
    """Return the gradients of the sum of the triplet losses with respect to the three arrays, a tuple of three.

    The loss of a row is max(0, margin + |a - p|² - |a - n|²) with the row's anchor a, positive p and negative n. All
    arrays have shape (k, d), also the gradients. `margin` is a positive number.
    """
    near, far = anchor - positive, anchor - negative
    active = margin + (near**2).sum(axis=1) - (far**2).sum(axis=1) > 0
    push = 2 * active[:, None]
    return push * (negative - positive), push * -near, push * far


@triplet_gradients.inputs
def triplets(rng: np.random.Generator) -> Inputs:
    yield np.array([[0.0, 0.0]]), np.array([[2.0, 1.0]]), np.array([[1.0, -1.0]]), 1.0
    yield np.array([[0.0, 0.0]]), np.array([[1.0, 0.0]]), np.array([[0.5, 1.5]]), 1.0  # idle, but not without the squares
    yield np.zeros((2, 2)), np.array([[1.0, 0.0], [0.5, 0.0]]), np.array([[0.0, 1.5], [3.0, 3.0]]), 2.0
    for k, d in ((4, 3), (20, 5)):
        easy = np.arange(k) % 2 * 5.0
        yield rng.normal(size=(k, d)), rng.normal(size=(k, d)), rng.normal(size=(k, d)) + easy[:, None], 0.5


def of_triplets(pushes: Callable[[Array, Array, Array], tuple[Array, ...]], always: bool = False,
                power: int = 2) -> Function:
    """Gradients from the three arrays, where the loss is positive."""
    def gradients(a: Array, p: Array, n: Array, margin: float) -> tuple[Array, ...]:
        active = margin + np.linalg.norm(a - p, axis=1) ** power - np.linalg.norm(a - n, axis=1) ** power > 0
        return tuple((always or active[:, None]) * push for push in pushes(a, p, n))

    return gradients


triplet_gradients.mistake("Rows whose loss is 0 have no gradient; yours push them on.", of_triplets(
    lambda a, p, n: (2 * (n - p), 2 * (p - a), 2 * (a - n)), always=True))
triplet_gradients.mistake("The loss compares squared distances; you decided with the distances which rows have a loss.",
                          of_triplets(lambda a, p, n: (2 * (n - p), 2 * (p - a), 2 * (a - n)), power=1))
triplet_gradients.mistake("The signs are turned round: these are the steps downhill, not the gradients.", of_triplets(
    lambda a, p, n: (2 * (p - n), 2 * (a - p), 2 * (n - a))))
triplet_gradients.mistake("The 2 from the squares is missing.", of_triplets(
    lambda a, p, n: (n - p, p - a, a - n)))
triplet_gradients.mistake("The negative's sign is turned round: its distance enters the loss with a minus.", of_triplets(
    lambda a, p, n: (2 * (n - p), 2 * (p - a), 2 * (n - a))))
triplet_gradients.mistake("The anchor stands in both distances; you took only the one to the positive.", of_triplets(
    lambda a, p, n: (2 * (a - p), 2 * (p - a), 2 * (a - n))))
triplet_gradients.mistake("That is the gradient of the mean; the sum was asked.", of_triplets(
    lambda a, p, n: tuple(g / len(a) for g in (2 * (n - p), 2 * (p - a), 2 * (a - n)))))
triplet_gradients.alternative(of_triplets(lambda a, p, n: (2 * (a - p) - 2 * (a - n), -2 * (a - p), 2 * (a - n))))


@exercise(title="Find your own key", points=2,
          hints=["Each query has to choose one key out of n. Which loss judges a choice among classes?",
                 "Build the table of all similarities first: a row for each query, a column for each key. Then treat each row as logits.",
                 "Which column is right in row i? Minus the logarithm of its share is a logarithm of a sum minus one entry of the table."])
def info_nce_mean(queries: Array, keys: Array, temperature: float) -> Number:
    """Return the mean InfoNCE loss of a batch, one float.

    Query i belongs to key i. Its loss is minus the logarithm of the softmax share that key i has in the dot products of
    query i with all keys, divided by `temperature`. `queries` and `keys` have shape (n, d).
    """
    table = queries @ keys.T / temperature
    table = table - table.max(axis=1, keepdims=True)
    return np.mean(np.log(np.exp(table).sum(axis=1)) - np.diag(table))


@info_nce_mean.inputs
def batches(rng: np.random.Generator) -> Inputs:
    yield np.array([[1.0, 0.0], [0.0, 2.0]]), np.array([[1.0, 1.0], [0.0, 1.0]]), 1.0
    yield np.array([[1.0], [2.0], [-1.0]]), np.array([[0.5], [1.0], [2.0]]), 0.5
    for n, d, temperature in ((4, 3, 2.0), (8, 2, 0.7)):
        yield rng.normal(size=(n, d)), rng.normal(size=(n, d)), temperature


def surprises(table: Array) -> Array:
    """Log of the sum of exponentials of each row, minus the entry on the diagonal."""
    return np.log(np.exp(table).sum(axis=1)) - np.diag(table)


info_nce_mean.equivalent("A number added to a row leaves its softmax as it is, and no entry here is too large for exp.",
                         "without table = table - table.max(axis=1, keepdims=True)", "table = table",
                         "table = table + table.max(axis=1, keepdims=True)",
                         "table = table - table.min(axis=1, keepdims=True)",
                         "table = table - table.mean(axis=1, keepdims=True)", "table = table - table.max(keepdims=True)",
                         "earlier: return np.mean(np.log(np.exp(table).sum(axis=1)) - np.diag(table))")
info_nce_mean.mistake("You divided by nothing: the dot products go over the temperature.",
                      lambda q, k, t: np.mean(surprises(q @ k.T)))
info_nce_mean.mistake("You multiplied by the temperature; divide by it.",
                      lambda q, k, t: np.mean(surprises(q @ k.T * t)))
info_nce_mean.mistake("The table is turned on its side: each row belongs to one query, and its softmax runs over the keys.",
                      lambda q, k, t: np.mean(surprises(k @ q.T / t)))
info_nce_mean.mistake("The sign is turned round: the logarithm of a share is negative, the loss is minus it.",
                      lambda q, k, t: -np.mean(surprises(q @ k.T / t)))
info_nce_mean.mistake("You averaged the shares; take minus their logarithms first.",
                      lambda q, k, t: np.mean(np.exp(-surprises(q @ k.T / t))))
info_nce_mean.mistake("You left the right key out of the sum below; it belongs to all keys.",
                      lambda q, k, t: np.mean(np.log(np.exp(q @ k.T / t).sum(1) - np.exp(np.diag(q @ k.T / t)))
                                              - np.diag(q @ k.T / t)))
info_nce_mean.mistake("You summed; a mean also divides by n.", lambda q, k, t: np.sum(surprises(q @ k.T / t)))
info_nce_mean.mistake("You divided the dot products by the lengths too; here the similarity is the plain dot product.",
                      lambda q, k, t: np.mean(surprises((q / length(q)[:, None]) @ (k / length(k)[:, None]).T / t)))
info_nce_mean.alternative(lambda q, k, t: np.mean(surprises(q @ k.T / t)))
info_nce_mean.alternative(lambda q, k, t: -np.mean(np.log(np.diag(np.exp(q @ k.T / t)
                                                                  / np.exp(q @ k.T / t).sum(1, keepdims=True)))))


ask("Both vectors of a pair are made twice as long. What happens to their cosine distance?",
    right=("nothing, as the angle stays", "It depends on the angle alone: the lengths are divided out."),
    wrong=[("it doubles", "That is true of their ordinary distance."),
           ("it grows fourfold, like the dot product", "The dot product does; the lengths below it grow as well.")])
ask("You train with like pairs only, and pull them together. What is the cheapest map?",
    right=("all points in one place, whatever they show", "Every pair is then at distance 0 and the loss is 0. Unlike pairs must push."),
    wrong=[("one point a class, well apart", "That costs nothing either, but nothing makes the map prefer it."),
           ("there is none, for the loss always falls", "The loss cannot fall below 0, and 0 is reached.")])
ask("The triplet loss of most triplets in your batch is 0. What do these triplets teach?",
    right=("nothing", "Where the loss is 0, so is the gradient. Look for harder ones."),
    wrong=[("that the map is finished", "Random triplets are soon easy; the hard ones may be rare."),
           ("to widen the gap further", "Beyond the margin there is no push.")])
ask("A batch has 8 pairs, and the map has no idea: all dot products are equal. What is the InfoNCE loss?",
    right=("log(8), about 2.08", "Each key has the share 1/8, and minus its logarithm is log(8)."),
    wrong=[("1/8, the share of each key", "The loss is not the share, but minus its logarithm."),
           ("0, because no key is preferred", "The loss is 0 only when all of the share goes to the right key.")])
ask("You lower the temperature of InfoNCE. Which wrong keys are pushed away hardest?",
    right=("the closest ones, nearly alone", "A small temperature stretches the similarities, so the softmax looks at the largest."),
    wrong=[("all of them equally", "That is what a very high temperature does."),
           ("the farthest ones first", "Their share of the softmax is next to nothing.")])


@exercise(title="Find the bug: the keys fail their check", points=3,
          hints=["The cell after the code checks both gradients. That for the queries passes, so the shares and the factors are right.",
                 "An entry of the table joins one query and one key. Key j stands in a column, and query i in a row.",
                 "A key collects what all queries send to it. Write out the gradient of the first key as a sum over the "
                 "queries, and see which entries of `table_bar` it needs."])
def two_way_gradients(queries: Array, keys: Array, temperature: float) -> tuple[Array, Array]:
    """Return the gradients of the two-way InfoNCE loss in the queries and in the keys, a tuple in this order.

    In one direction each query looks for its key among all keys, which is the loss of the page. In the other direction
    each key looks for its query among all queries. The two-way loss is the average of both. Query i belongs to key i, and the
    similarity is the dot product divided by `temperature`. `queries` and `keys` have shape (n, d), and so have their
    gradients. The code below is wrong: the gradient in the keys fails a gradient check. Repair it.
    """
    table = np.exp(queries @ keys.T / temperature)
    shares = (table / table.sum(axis=1, keepdims=True) + table / table.sum(axis=0)) / 2
    table_bar = (shares - np.eye(len(queries))) / len(queries)
    return table_bar @ keys / temperature, table_bar.T @ queries / temperature


two_way_gradients.inputs(batches)


@two_way_gradients.bug("In the gradient of the keys each row of the table is read as if it belonged to a key. The keys stand in "
                       "its columns.")
def keys_by_rows(queries: Array, keys: Array, temperature: float) -> tuple[Array, Array]:
    """Read rows as keys."""
    table = np.exp(queries @ keys.T / temperature)
    shares = (table / table.sum(axis=1, keepdims=True) + table / table.sum(axis=0)) / 2
    table_bar = (shares - np.eye(len(queries))) / len(queries)
    return table_bar @ keys / temperature, table_bar @ queries / temperature


def both_ways(table: Array) -> Array:
    """The average of the shares among the keys and among the queries."""
    return (table / table.sum(axis=1, keepdims=True) + table / table.sum(axis=0)) / 2


def through_table(back: Callable[[Array, Array, Array, float], tuple[Array, Array]],
                  shares: Callable[[Array], Array] = both_ways) -> Function:
    """Both gradients from the gradient in the table, which holds the 1/n of the mean."""
    return lambda q, k, t: back((shares(np.exp(q @ k.T / t)) - np.eye(len(q))) / len(q), q, k, t)


two_way_gradients.mistake("The keys are repaired, but now the table is turned for the queries as well.",
                          through_table(lambda g, q, k, t: (g.T @ k / t, g.T @ q / t)))
two_way_gradients.mistake("The keys have got their own vectors back; what pulls and pushes a key are the queries.",
                          through_table(lambda g, q, k, t: (g @ k / t, g.T @ k / t)))
two_way_gradients.mistake("The temperature is missing in the gradient of the keys; it stands below both.",
                          through_table(lambda g, q, k, t: (g @ k / t, g.T @ q)))
two_way_gradients.mistake("The sign of the keys is turned round; they also go from shares to truth.",
                          through_table(lambda g, q, k, t: (g @ k / t, -g.T @ q / t)))
two_way_gradients.mistake("The keys are repaired, but the second direction has gone from the loss.", through_table(
    lambda g, q, k, t: (g @ k / t, g.T @ q / t), lambda table: table / table.sum(axis=1, keepdims=True)))
two_way_gradients.mistake("The two gradients are exchanged: the queries come first.",
                          lambda q, k, t: two_way_gradients.reference(q, k, t)[::-1])
two_way_gradients.alternative(through_table(lambda g, q, k, t: (np.einsum("ij,jd->id", g, k) / t,
                                                                np.einsum("ij,id->jd", g, q) / t)))
