"""What the tests know about supervised_contrastive from other sources than the package."""

from math import log

import lossedu
from tests.losses.cases.case import Case

CASE = Case(
    lossedu.SupervisedContrastive,
    bad_parameters=[
        ("temperature", 0.0, "positive"),
    ],
    outside=[
        (lossedu.supervised_contrastive, [0, 0], [1.0, 2.0],
         r"labels need the shape \(..., n\) and embeddings the shape \(..., n, d\)"),
        (lossedu.supervised_contrastive, [0.0, float("inf")], [[1.0], [2.0]], "y_true must be a finite number"),
        (lossedu.supervised_contrastive, [0, 0], [[1.0], [float("inf")]], "y_pred must be a finite number"),
    ],
    others=[lossedu.SupervisedContrastive(temperature=0.5)],
    by_hand=[
        (lossedu.supervised_contrastive, [[0, 0, 1]], [[[log(2)], [1.0], [0.0]]], 2 / 3 * log(1.5),
         [[[-2 / 9], [-2 / 9 * log(2)], [(log(2) + 1) / 9]]]),
    ],
)
