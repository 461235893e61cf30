"""Every loss of the course, each one object with value, gradient, curvature, best constant, traits and formula."""
# ruff: noqa: F401, F403  (what is imported here is exported; each family says in its `__all__` what it offers)

from typing import TYPE_CHECKING

from lossedu.losses import (
    crossentropy,
    embedding,
    forecast,
    likelihood,
    margin,
    overlap,
    preference,
    ranking,
    regression,
    scoring,
    sequence,
    survival,
)
from lossedu.losses.base import Loss as Loss
from lossedu.losses.base import Traits as Traits
from lossedu.losses.conventions import conventions_table as conventions_table
from lossedu.losses.crossentropy import *
from lossedu.losses.embedding import *
from lossedu.losses.forecast import *
from lossedu.losses.joint import JointLoss as JointLoss
from lossedu.losses.likelihood import *
from lossedu.losses.margin import *
from lossedu.losses.overlap import *
from lossedu.losses.preference import *
from lossedu.losses.ranking import *
from lossedu.losses.regression import *
from lossedu.losses.scoring import *
from lossedu.losses.sequence import *
from lossedu.losses.survival import *
from lossedu.losses.weighting import sample_weights as sample_weights

# Every loss by its name: the families follow each other, and each keeps the order of its file.
FAMILIES = (regression, margin, crossentropy, scoring, likelihood, forecast, survival, embedding, overlap, sequence,
            ranking, preference)
catalogue = {thing.name: thing for family in FAMILIES for thing in vars(family).values()
             if isinstance(thing, (Loss, JointLoss))}

if not TYPE_CHECKING:  # a type checker reads them from the families themselves
    __all__ = sorted(["JointLoss", "Loss", "Traits", "catalogue", "conventions_table", "sample_weights",
                      *(name for family in FAMILIES for name in family.__all__)])
