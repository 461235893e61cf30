"""The equation of the page on choosing a loss."""

import numpy as np

from lossedu import exercises
from tests.equations.latex import sides
from tests.equations.latex import evaluate
from tests.equations.registry import equation

PAGE = "practice/choosing"
