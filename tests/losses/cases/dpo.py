"""What the tests know about dpo from other sources than the package."""

import lossedu
from tests.losses.cases.case import Case

CASE = Case(
    lossedu.DPO,
    bad_parameters=[
        ("beta", 0.0, "positive"),
    ],
    others=[lossedu.DPO(beta=0.5)],
)
