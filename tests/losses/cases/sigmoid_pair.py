"""What the tests know about sigmoid_pair from other sources than the package."""

import lossedu
from tests.losses.cases.case import Case

CASE = Case(
    lossedu.SigmoidPair,
    bad_parameters=[
        ("temperature", 0.0, "positive"),
        ("bias", float("inf"), "finite number"),
    ],
    others=[lossedu.SigmoidPair(temperature=2.0, bias=-1.0)],
    whole_batch=True,
)
