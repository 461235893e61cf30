"""What the tests know about multiclass_hinge from other sources than the package."""

import lossedu
from tests.losses.cases.case import Case

CASE = Case(
    lossedu.MulticlassHinge,
    bad_parameters=[
        ("margin", -1.0, "not negative"),
    ],
    outside=[
        (lossedu.multiclass_hinge, [[0.5, 0.5]], [[0.5, 0.5]], "one-hot.*cross_entropy_logits"),
        (lossedu.multiclass_hinge, [0], [[0.5]], "two classes or more, but its rows hold 1"),
    ],
    others=[lossedu.MulticlassHinge(margin=0.0)],
    by_hand=[
        (lossedu.multiclass_hinge, [1], [[2.0, 0.0, -1.0]], 3, [[1, -1, 0]]),
    ],
    decides=True,
)
