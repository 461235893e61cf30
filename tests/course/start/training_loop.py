"""The equation of the page on the training loop."""

from tests.equations.descent import update
from tests.equations.registry import equation

equation("eq-training-step")(update)
