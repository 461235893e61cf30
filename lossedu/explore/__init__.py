"""Explorers: pictures of a rendered page that answer to the reader's hand, without a kernel or a network.

Every number that an explorer shows comes from the losses themselves. Either it is computed here and travels in the page
as a table, or the page computes it: the losses' own NumPy code is recorded (`record.py`) and printed as JavaScript
(`javascript.py`), so that it stays written once. Without scripts a still picture stands in an explorer's place. The
script and its style travel in the output, so that an explorer also moves in a notebook once its cell has been run; the
book takes them out again and loads on each page the script of the kinds that stand there.
"""

from lossedu.explore.calibration import calibration
from lossedu.explore.classes import classes
from lossedu.explore.constant import constant
from lossedu.explore.curves import curves
from lossedu.explore.distribution import distribution
from lossedu.explore.embedding import embedding
from lossedu.explore.explorer import (
    Explorer,
    kinds_in,
    moving_parts,
    script,
    with_moving_parts,
    without_moving_parts,
)
from lossedu.explore.graph import graph
from lossedu.explore.training import grid, training
from lossedu.explore.valley import surface, valley

__all__ = [
    "Explorer",
    "calibration",
    "classes",
    "constant",
    "curves",
    "distribution",
    "embedding",
    "graph",
    "kinds_in",
    "grid",
    "moving_parts",
    "script",
    "surface",
    "training",
    "valley",
    "with_moving_parts",
    "without_moving_parts",
]
