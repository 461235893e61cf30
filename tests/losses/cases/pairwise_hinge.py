"""What the tests know about pairwise_hinge from other sources than the package."""

import lossedu
from tests.losses.cases.case import Case

CASE = Case(
    lossedu.PairwiseHinge,
    outside=[
        (lossedu.pairwise_hinge, [[-1, 0]], [[0.0, 0.0]], "y_true must be relevances, finite.*holds -1"),
        (lossedu.pairwise_hinge, [[1, 1]], [[0.0, 0.0]], "equal relevances.*leave such rows out"),
    ],
    by_hand=[
        (lossedu.pairwise_hinge, [[2, 0, 1]], [[1.0, 0.5, 0.25]], (0.5 + 0.25 + 1.25) / 3, [[-2 / 3, 2 / 3, 0]]),
        (lossedu.pairwise_hinge, [[1, 0]], [[1.0, 0.0]], 0, [[0, 0]]),
    ],
)
