"""The colours can be read and told apart by everyone, and a figure is the same bytes on every run."""

import re
import subprocess
import sys
from itertools import combinations

import numpy as np
import pytest

from lossedu import mse, plot
from lossedu.plot import COLOURS, colour, label, new_figure

MEANINGS = ("data", "prediction", "loss", "gradient", "step")

# Machado, Oliveira & Fernandes, "A physiologically-based model for simulation of color vision deficiency",
# IEEE TVCG 15(6), 2009, doi:10.1109/TVCG.2009.113: complete protanopia, deuteranopia, tritanopia; on linear RGB.
VISION = {
    "all three cones": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}

# B. Ottosson, "A perceptual color space for image processing", 2020, https://bottosson.github.io/posts/oklab/
CONES = np.array([[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
                  [0.0883024619, 0.2817188376, 0.6299787005]])
OKLAB = np.array([[0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
                  [0.0259040371, 0.7827717662, -0.8086757660]])


def linear_rgb(hexadecimal):
    c = np.array([int(hexadecimal[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def contrast(one, other):
    """Contrast ratio as WCAG 2 defines it."""
    low, high = sorted(linear_rgb(c) @ [0.2126, 0.7152, 0.0722] for c in (one, other))
    return (high + 0.05) / (low + 0.05)


def distance(one, other, vision):
    """How far apart two colours look, on the scale where black and white are 1 apart."""
    labs = [OKLAB @ np.cbrt(CONES @ np.clip(np.array(vision) @ linear_rgb(c), 0, 1)) for c in (one, other)]
    return np.linalg.norm(labs[0] - labs[1])


def test_measures_know_black_from_white():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert distance("#000000", "#ffffff", np.eye(3)) == pytest.approx(1, abs=1e-3)
    assert distance("#ff0000", "#987b00", VISION["protanopia"]) < distance("#ff0000", "#987b00", np.eye(3))


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("role", ["ink", "muted", *MEANINGS])
def test_role_can_be_read_as_text_on_the_paper_and_on_a_card(role, theme):
    paper, muted = (COLOURS[other][theme] for other in ("paper", "muted"))
    card = "#" + "".join(  # the book's cards are paper with 6 % muted
        f"{round(0.94 * int(paper[i : i + 2], 16) + 0.06 * int(muted[i : i + 2], 16)):02x}" for i in (1, 3, 5)
    )
    assert contrast(COLOURS[role][theme], paper) >= 4.5
    assert contrast(COLOURS[role][theme], card) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("vision", VISION)
def test_meanings_stay_apart(vision, theme):
    for one, other in combinations(("ink", *MEANINGS), 2):
        assert distance(COLOURS[one][theme], COLOURS[other][theme], VISION[vision]) >= 0.09, (one, other)


def test_light_colours_name_their_role():
    light = [pair[0] for pair in COLOURS.values()]
    assert len(set(light)) == len(light)
    assert all(c == c.lower() and len(c) == 7 for pair in COLOURS.values() for c in pair)


def test_unknown_role_is_told_the_roles():
    with pytest.raises(KeyError, match="no colour means 'error'; the roles are ink, .*step"):
        colour("error")


def a_figure():
    figure, axes = new_figure(shows="two lines")
    axes.plot([0, 1], [0, 1])
    axes.plot([0, 1], [1, 0], color=colour("loss"))
    axes.text(0.5, 0.5, r"$\hat{y}$")
    axes.set_xticks([0, 0.5, 1])
    axes.set_xlabel(r"$\partial\ell$")
    axes.grid()
    label(axes, 1, 0, r"$\ell$", "loss")
    return figure


def test_a_figure_uses_no_colour_but_those_of_roles():
    used = set(re.findall(r"#[0-9a-f]{6}\b", a_figure().to_svg()))
    assert {colour("loss"), colour("ink"), colour("paper"), colour("muted")} <= used
    assert used <= {pair[0] for pair in COLOURS.values()}


def test_a_figure_is_an_svg_that_says_what_it_shows():
    figure = a_figure()
    svg = figure.to_svg()
    assert repr(figure) == str(figure) == "figure: two lines"
    assert svg.startswith("<svg") and "<title>two lines</title>" in svg
    assert "<text" not in svg  # glyphs travel as paths: no font has to be there
    assert "dc:date" not in svg


def test_text_that_a_page_writes_itself_is_ink():
    figure = a_figure()
    figure.to_svg()
    assert [text.get_color() for text in figure.axes[0].texts] == [colour("ink"), colour("loss")]


def test_a_figure_is_laid_out_once():
    figure = plot.twin(mse, at=1.5)
    first = figure.to_svg()
    assert figure.to_svg() == first


def test_a_figure_is_the_same_bytes_each_time():
    figure = a_figure()
    first = figure.to_svg()
    assert figure.to_svg() == first
    assert a_figure().to_svg() == first


def test_a_figure_ignores_the_readers_own_settings():
    import matplotlib

    first = a_figure().to_svg()
    with matplotlib.rc_context({"axes.facecolor": "red", "font.size": 20, "svg.hashsalt": None, "xtick.color": "red"}):
        figure, axes = new_figure(shows="two lines")
        assert axes.get_facecolor() == (1, 1, 1, 1)
        assert "#ff0000" not in figure.to_svg()
    assert a_figure().to_svg() == first


@pytest.mark.parametrize("text", ["损失", "$损$", r"$\hat{y}$ 预测"])
def test_a_missing_glyph_is_an_error(text):
    figure, axes = new_figure(shows="words that the font lacks")
    axes.set_xlabel(text)
    with pytest.raises(ValueError, match="has no glyph for .*words in the caption"):
        figure.to_svg()


def fresh(code):
    """What a new interpreter prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_matplotlib_is_imported_by_the_first_figure_and_pyplot_never():
    assert fresh("import sys, lossedu.plot; print('matplotlib' in sys.modules)") == "False"
    drawn = "import sys; from lossedu import mse, plot; plot.twin(mse).to_svg()"
    assert fresh(f"{drawn}; print('matplotlib.pyplot' in sys.modules)") == "False"


def test_data_on_an_axis_stand_on_it():
    _, axes = new_figure()
    marker = plot.rug(axes, [1, 2, 9]).get_marker()
    assert min(y for _, y in marker) == 0 < max(y for _, y in marker)  # nothing reaches the numbers below


def test_figures_of_two_processes_are_equal():
    code = "from lossedu import mse, plot; print(plot.twin(mse).to_svg())"
    assert fresh(code) == fresh(code)


def test_without_matplotlib_the_reader_is_told_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError, match="matplotlib, which is not installed here: pip install matplotlib"):
        plot.new_figure()
