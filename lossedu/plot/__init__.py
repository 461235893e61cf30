"""Pictures of losses and of descent; matplotlib is imported when the first one is drawn."""

from lossedu.plot.axes import label, new_figure, rug
from lossedu.plot.descent import curve, surface, u_curve
from lossedu.plot.graph import draw
from lossedu.plot.losses import constants, fit_line, twin
from lossedu.plot.style import COLOURS, LINE_WIDTH, WIDTH, colour

__all__ = [
    "COLOURS", "LINE_WIDTH", "WIDTH", "colour", "constants", "curve", "draw", "fit_line", "label", "new_figure",
    "rug", "surface", "twin", "u_curve",
]
