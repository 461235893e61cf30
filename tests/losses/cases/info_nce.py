"""What the tests know about info_nce from other sources than the package."""

import lossedu
from tests.losses.cases.case import Case

CASE = Case(
    lossedu.InfoNCE,
    bad_parameters=[
        ("temperature", 0.0, "positive"),
    ],
    others=[lossedu.InfoNCE(temperature=0.5)],
    whole_batch=True,
)
