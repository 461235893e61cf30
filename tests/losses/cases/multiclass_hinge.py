"""What the tests know about multiclass_hinge from other sources than the package."""

import lossedu
from tests.losses.cases.case import Case
from tests.losses.cases.constants import frequencies

CASE = Case(
    lossedu.MulticlassHinge,
    best_constant={"a class with the majority leads by the margin; without one, all are equal":
                   lambda loss, y, w: loss.margin * (frequencies(y, w) > 0.5)},
    bad_parameters=[
        ("margin", -1.0, "not negative"),
    ],
    outside=[
        (lossedu.multiclass_hinge, [[0.5, 0.5]], [[0.5, 0.5]], "one-hot.*cross_entropy_logits"),
        (lossedu.multiclass_hinge, [0], [[0.5]], "two classes or more, but its rows hold 1"),
    ],
    others=[lossedu.MulticlassHinge(margin=0.0)],
)
