"""What the tests know about jaccard from other sources than the package."""

import lossedu
from tests.losses.cases.case import Case
from tests.losses.cases.symbols import P, Y, inner

CASE = Case(
    lossedu.Jaccard,
    of_row=1 - inner / (sum(Y) + sum(P) - inner),
    outside=[
        (lossedu.jaccard, [[0, 0]], [[0.5, 0.5]], "empty set.*leave such rows out"),
        (lossedu.jaccard, [[0, 1]], [[0.5, 1.5]], "y_pred must be probabilities.*holds 1.5"),
    ],
    by_hand=[
        (lossedu.jaccard, [[1, 1, 0]], [[1.0, 0.0, 1.0]], 2 / 3, [[-1 / 3, -1 / 3, 1 / 9]]),
    ],
    decides=True,
)
