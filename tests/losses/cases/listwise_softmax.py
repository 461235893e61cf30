"""What the tests know about listwise_softmax from other sources than the package."""

from math import log

import lossedu
from tests.losses.cases.case import Case

CASE = Case(
    lossedu.ListwiseSoftmax,
    outside=[
        (lossedu.listwise_softmax, [[-1, 0]], [[0.0, 0.0]], "y_true must be relevances, finite.*holds -1"),
        (lossedu.listwise_softmax, [[1, 1]], [[0.0, 0.0]], "equal relevances.*leave such rows out"),
    ],
    by_hand=[
        (lossedu.listwise_softmax, [[3, 0, 1]], [[0.0, 0.0, log(2)]], 7 / 4 * log(2), [[-1 / 2, 1 / 4, 1 / 4]]),
    ],
)
