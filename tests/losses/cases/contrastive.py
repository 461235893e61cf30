"""What the tests know about contrastive from other sources than the package."""

import numpy as np

import lossedu
from tests.losses.cases.case import Case
from tests.losses.cases.symbols import p, positive, y

CASE = Case(
    lossedu.Contrastive,
    symbolic=lambda margin: y * p**2 + (1 - y) * positive(margin - p) ** 2,
    exact=lambda y, d: (y * d**2 + (1 - y) * max(1 - d, 0) ** 2, 2 * y * d - 2 * (1 - y) * max(1 - d, 0)),
    best_constant={
        "margin times the share of unlike pairs": lambda loss, y, w: loss.margin * (1 - np.average(y, weights=w)),
    },
    bad_parameters=[
        ("margin", 0.0, "positive"),
    ],
    outside=[
        (lossedu.contrastive, [-1], [0.5], "y_true must be 1 for a like pair and 0 for an unlike one, but holds -1"),
        (lossedu.contrastive, [1], [-0.5], "y_pred must be a distance, 0 or more, but holds -0.5"),
    ],
    others=[lossedu.Contrastive(margin=2.0)],
)
