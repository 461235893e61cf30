"""What the tests know about triplet from other sources than the package."""

import lossedu
from tests.losses.cases.case import Case

CASE = Case(
    lossedu.Triplet,
    bad_parameters=[
        ("margin", -1.0, "positive"),
    ],
    others=[lossedu.Triplet(margin=0.2)],
)
