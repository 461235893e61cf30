"""The figure of the course: it shows itself in every notebook program, and no back end has to be set up."""

from __future__ import annotations

import io
from contextlib import AbstractContextManager
from functools import cache
from typing import Any

import matplotlib
import matplotlib.style
from cycler import cycler
from matplotlib import font_manager, ft2font
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure as MatplotlibFigure
from matplotlib.text import Text
from PIL import Image  # comes with matplotlib

from lossedu.plot.stored import stored
from lossedu.plot.style import COLOURS, LINE_WIDTH

LIGHT = {role: light for role, (light, dark) in COLOURS.items()}
DOTS_PER_INCH = 144  # of the PNG: twice the size on the page
PALETTE = 64  # colours of the PNG: a third of the bytes, and no eye sees the difference
MATH_FONT = "cm"  # the shapes that the formulas of the page have

STYLE = {
    "svg.hashsalt": "lossedu",
    "svg.fonttype": "path",
    "mathtext.fontset": MATH_FONT,
    "font.family": "DejaVu Sans",
    "lines.linewidth": LINE_WIDTH,
    "lines.solid_capstyle": "round",
    "text.color": LIGHT["ink"],
    "figure.facecolor": LIGHT["paper"],
    "axes.facecolor": LIGHT["paper"],
    "axes.edgecolor": LIGHT["muted"],
    "axes.labelcolor": LIGHT["ink"],
    "axes.labelsize": 12,
    "axes.spines.top": False,
    "axes.spines.right": False,
    # A line that nobody gave a meaning is ink: colours stay free to mean something.
    "axes.prop_cycle": cycler(color=[LIGHT["ink"]], linewidth=[LINE_WIDTH]),
    "xtick.color": LIGHT["muted"],
    "ytick.color": LIGHT["muted"],
    "grid.color": LIGHT["grid"],
}


def in_style() -> AbstractContextManager[None]:
    """A context in which matplotlib follows the course's style, whatever the reader's own settings are."""
    return matplotlib.style.context(["default", STYLE])


class Figure(MatplotlibFigure):
    """A matplotlib figure that a notebook shows as a vector drawing and text names by what it shows."""

    shows = ""

    def __repr__(self) -> str:
        return f"figure: {self.shows}"

    __str__ = __repr__

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        svg = self.to_svg()
        return stored(svg, self.shows, self.to_png())

    def to_svg(self) -> str:
        """The figure as an SVG document: the same bytes on every run."""
        # Text that a page wrote itself was made outside the style.
        for text in self.findobj(Text):
            text.set_math_fontfamily(MATH_FONT)
            if text.get_color() in ("k", "black"):
                text.set_color(LIGHT["ink"])
            refuse_missing_glyphs(text.get_text())
        target = io.StringIO()
        with in_style():
            self.savefig(target, format="svg", metadata={"Title": self.shows, "Date": None, "Creator": None})
        # Laying out a second time would move things by hundredths of a point, and the bytes would differ.
        self.set_layout_engine("none")
        svg = target.getvalue()
        return svg[svg.index("<svg") :]  # without the XML prologue, so that a page can take it in as it is

    def to_png(self) -> bytes:
        """The figure as a small PNG with a palette, for programs that show no vector drawings."""
        target = io.BytesIO()
        with in_style():
            self.savefig(target, format="png", dpi=DOTS_PER_INCH)
        return small_png(Image.open(target).convert("RGB"))


def small_png(picture: Image.Image) -> bytes:
    """An image of Pillow as a PNG with a palette."""
    target = io.BytesIO()
    picture.quantize(PALETTE, dither=Image.Dither.NONE).save(target, "png", optimize=True)
    return target.getvalue()


def empty_figure(rows: int, columns: int, width: float, height: float, shows: str, share_x: bool) -> tuple[Figure, Any]:
    """Make the figure that `lossedu.plot.new_figure` describes."""
    with in_style():
        figure = Figure(figsize=(width, height), layout="constrained")
        FigureCanvasSVG(figure)
        figure.shows = shows
        axes = figure.subplots(rows, columns, sharex=share_x)
        for one in figure.axes:
            one.tick_params(color=LIGHT["muted"], labelcolor=LIGHT["muted"])
    return figure, axes


@cache
def drawable() -> frozenset[int]:
    """The code points of the font that matplotlib brings along."""
    return frozenset(ft2font.FT2Font(font_manager.findfont("DejaVu Sans")).get_charmap())


def refuse_missing_glyphs(text: str) -> None:
    """Raise if `text` would come out as empty boxes: in formulas matplotlib draws those without an error."""
    missing = sorted({character for character in text if character not in "\n\t" and ord(character) not in drawable()})
    if missing:
        raise ValueError(
            f"the text {text!r} has no glyph for {' '.join(missing)}; "
            "write symbols and numerals in figures, and words in the caption"
        )
