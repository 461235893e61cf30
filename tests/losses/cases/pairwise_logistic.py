"""What the tests know about pairwise_logistic from other sources than the package."""

from math import log

import lossedu
from tests.losses.cases.case import Case

CASE = Case(
    lossedu.PairwiseLogistic,
    outside=[
        (lossedu.pairwise_logistic, [[-1, 0]], [[0.0, 0.0]], "y_true must be relevances, finite.*holds -1"),
        (lossedu.pairwise_logistic, [[1, 1]], [[0.0, 0.0]], "equal relevances.*leave such rows out"),
    ],
    by_hand=[
        (lossedu.pairwise_logistic, [[1, 0]], [[0.0, log(3)]], log(4), [[-3 / 4, 3 / 4]]),
        (lossedu.pairwise_logistic, [[2, 0, 0]], [[0.0, 0.0, log(3)]], log(8) / 2, [[-5 / 8, 1 / 4, 3 / 8]]),
    ],
)
