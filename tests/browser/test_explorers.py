"""Explorers in a browser: moved by keyboard, each number they show is the one lossedu gives; and nothing is fetched."""

import re
from pathlib import Path

import numpy as np
import pytest

from lossedu import (
    Quantile,
    bce,
    bce_logits,
    contrastive,
    cross_entropy_logits,
    explore,
    hinge,
    huber,
    mae,
    mse,
    poisson,
)
from lossedu.optim import Momentum
from lossedu.plot import COLOURS

ROOT = Path(__file__).parents[2]
STYLE = ROOT / "lossedu" / "explore" / "explore.css"
WORDS = ("undefined there", "above a million", "none", "nan", "inf", "float64", "float32")  # in place of a number
X, Y = np.array([1.0, 2.0, 3.0, 4.0, 5.0]), np.array([2.0, 2.5, 4.6, 3.9, 6.0])


@pytest.fixture
def show(browser, tmp_path):
    """Open a page of explorers from a file; afterwards see that nothing was fetched and nothing complained."""
    pages, complaints, requests = [], [], []

    def open_page(*explorers, width=1280, theme="light", scripts=True):
        variables = "".join(f"--le-{role}:{pair[theme == 'dark']};" for role, pair in COLOURS.items())
        styles = "".join(file.read_text("utf8") for file in (ROOT / "book" / "_static" / "book.css", STYLE))
        (tmp_path / "explore.js").write_text(explore.script("en"), "utf8")
        (tmp_path / "page.html").write_text(
            "<!doctype html><html lang='en'><meta charset='utf-8'><title>explorers</title>"
            f"<meta name='viewport' content='width=device-width'><style>:root{{{variables}}}{styles}</style>"
            + "".join(explore.without_moving_parts(explorer._repr_html_()) for explorer in explorers)
            + "<script defer src='explore.js'></script>", "utf8")
        context = browser.new_context(viewport={"width": width, "height": 800}, java_script_enabled=scripts)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: requests.append(request.url))
        page.goto((tmp_path / "page.html").as_uri())
        pages.append(context)
        return page

    yield open_page
    for context in pages:
        context.close()
    assert complaints == []
    allowed = {(tmp_path / name).as_uri() for name in ("page.html", "explore.js")}
    assert {url for url in requests if not url.startswith("data:")} <= allowed


def shown(figure):
    """The numbers an explorer shows, by name."""
    numbers = figure.evaluate("f => Object.fromEntries([...f.querySelectorAll('[data-value]')]"
                              ".map(e => [e.dataset.value, e.textContent]))")
    return {key: text if text in WORDS else float(text.replace("−", "-")) for key, text in numbers.items()}


def agree(numbers, expected):
    """Four digits are shown."""
    assert set(numbers) == set(expected)
    for key, value in expected.items():
        assert numbers[key] == (value if isinstance(value, str) else pytest.approx(value, rel=6e-4, abs=1e-9)), key


def press(figure, slider, key, times=1):
    control = figure.query_selector(f"input[data-key={slider}]")
    control.focus()
    for _ in range(times):
        figure.owner_frame().page.keyboard.press(key)
    return control.input_value()


def of_loss(loss, x, y, rate):
    slope = loss.derivative([y], [x])[0]
    following = x - rate * slope
    expected = {"prediction": x, "target": y, "loss": loss([y], [x]), "slope": slope, "following": following}
    try:
        expected["after"] = loss([y], [following])
    except ValueError:  # a probability outside 0 to 1
        expected["after"] = "undefined there"
    return expected | ({"residual": x - y} if loss in (mse, mae, huber) else {})


@pytest.mark.parametrize("loss", [mse, mae, huber], ids=lambda loss: loss.name)
def test_a_prediction_moved_by_keyboard(show, loss):
    figure = show(explore.loss(loss)).query_selector("figure")
    agree(shown(figure), of_loss(loss, 4.5, 3.0, 0.1))
    press(figure, "prediction", "ArrowRight", 3)
    agree(shown(figure), of_loss(loss, 4.65, 3.0, 0.1))
    press(figure, "rate", "ArrowRight", 4)
    agree(shown(figure), of_loss(loss, 4.65, 3.0, 1.0))
    press(figure, "prediction", "Home")
    agree(shown(figure), of_loss(loss, 0.0, 3.0, 1.0))
    press(figure, "rate", "Home")
    press(figure, "prediction", "ArrowRight", 60)
    agree(shown(figure), of_loss(loss, 3.0, 3.0, 0.01))


def test_labels_and_probabilities(show):
    figure = show(explore.loss(bce)).query_selector("figure")
    agree(shown(figure), of_loss(bce, 0.75, 1.0, 0.1))
    press(figure, "target", "ArrowLeft")
    agree(shown(figure), of_loss(bce, 0.75, 0.0, 0.1))
    press(figure, "prediction", "End")
    agree(shown(figure), of_loss(bce, 0.99, 0.0, 0.1))  # the step leaves the interval: undefined there
    assert shown(figure)["after"] == "undefined there"


def test_logits(show):
    figure = show(explore.loss(bce_logits)).query_selector("figure")
    press(figure, "prediction", "ArrowLeft", 25)
    agree(shown(figure), of_loss(bce_logits, -0.5, 1.0, 0.1))


def test_a_count_is_a_target_and_a_pair_has_a_label(show):
    page = show(explore.loss(poisson), explore.loss(contrastive))
    counts, pairs = page.query_selector_all("figure")
    press(counts, "target", "ArrowLeft")
    agree(shown(counts), of_loss(poisson, 2.0, 1.0, 0.1))
    words = [figure.query_selector_all(".le-controls label")[-1].text_content() for figure in (counts, pairs)]
    assert words == ["target y", "label y"]
    assert "label y =" in pairs.query_selector("[role=status]").text_content()


@pytest.mark.parametrize(("loss", "drawn"), [(mse, 1), (bce, 1), (bce_logits, 0), (contrastive, 0)], ids=str)
def test_a_target_is_drawn_only_on_an_axis_of_its_own_kind(show, loss, drawn):
    figure = show(explore.loss(loss)).query_selector("figure")
    assert len(figure.query_selector_all("svg > circle[fill='var(--le-data)']")) == drawn


@pytest.mark.parametrize("loss", [mse, bce, hinge, poisson, contrastive], ids=lambda loss: loss.name)
def test_an_axis_has_three_numbers_even_on_a_phone(show, loss):
    figure = show(explore.loss(loss), width=360).query_selector("figure")
    texts = [(text.text_content(), text.get_attribute("y")) for text in figure.query_selector_all("svg > text")]
    assert max(sum(place == y for _, place in texts) for word, y in texts if word.replace("−", "").isdigit()) >= 3


VALLEY = explore.valley(X, Y, start=(1, 0), slopes=(-1, 3), intercepts=(-3, 5), rate=0.02)


def square(w):
    return float(w @ w), 2 * w


def test_descent_steps_runs_and_starts_again(show):
    page = show(explore.descent(square, [2.0], [(-3, 3)], learning_rates=[0.1, 0.25, 1.5], steps=12))
    figure = page.query_selector("figure")
    press(figure, "rate", "ArrowRight")

    def after(k, rate):
        w = 2.0 * (1 - 2 * rate) ** k
        return {"steps": k, "parameter0": w, "loss": w * w, "gradient0": 2 * w}

    for _ in range(3):
        figure.query_selector("button >> text=Step").press("Enter")
    agree(shown(figure), after(3, 0.25))
    figure.query_selector("button >> text=Run").press("Enter")
    page.wait_for_function("document.querySelector('[data-value=steps]').textContent === '12'")
    agree(shown(figure), after(12, 0.25))
    press(figure, "rate", "ArrowRight")
    agree(shown(figure), after(8, 1.5) | {"beyond": "above a million"})  # too large: it ran away
    figure.query_selector("button >> text=Start again").press("Enter")
    agree(shown(figure), after(0, 1.5))


def test_run_is_at_once_for_those_who_want_no_motion(show):
    page = show(explore.descent(square, [2.0], [(-3, 3)], learning_rates=[0.25], steps=12))
    page.emulate_media(reduced_motion="reduce")
    page.query_selector("button >> text=Run").press("Enter")
    assert shown(page.query_selector("figure"))["steps"] == 12


def bowl(w):
    return float(w[0] ** 2 + 4 * w[1] ** 2), np.array([2 * w[0], 8 * w[1]])


def test_parameters_are_called_by_their_names(show):
    figure = show(explore.descent(bowl, [1, 1], [(-3, 3), (-2, 2)], names=["fox", "badger"])).query_selector("figure")
    assert "parameter fox =" in figure.query_selector("[role=status]").text_content()
    assert {"fox", "badger"} <= {text.text_content() for text in figure.query_selector_all("svg text")}


def test_two_parameters(show):
    figure = show(explore.descent(bowl, [-2, 1], [(-3, 3), (-2, 2)], learning_rates=[0.1])).query_selector("figure")
    figure.query_selector("button >> text=Step").press("Enter")
    w = np.array([-1.6, 0.2])
    value, gradient = bowl(w)
    agree(shown(figure), {"steps": 1, "parameter0": w[0], "parameter1": w[1], "loss": value,
                          "gradient0": gradient[0], "gradient1": gradient[1]})


def test_a_noisy_gradient_is_shown_as_the_step_took_it(show):
    rng = np.random.default_rng(0)

    def noisy(w):
        return float(w @ w), 2 * w + rng.normal(size=1)

    explorer = explore.descent(noisy, [2.0], [(-3, 3)], learning_rates=[0.25], steps=3, optimiser=Momentum)
    figure = show(explorer).query_selector("figure")
    before = shown(figure)
    figure.query_selector("button >> text=Step").press("Enter")
    first = shown(figure)
    assert first["parameter0"] == pytest.approx(before["parameter0"] - 0.25 * before["gradient0"], abs=2e-3)
    figure.query_selector("button >> text=Step").press("Enter")
    velocity = 0.9 * before["gradient0"] + first["gradient0"]
    assert shown(figure)["parameter0"] == pytest.approx(first["parameter0"] - 0.25 * velocity, abs=2e-3)


QUANTILE = Quantile(0.8)


def prices(c, last):
    y = np.append(Y[:-1], last)
    rows = {"0-1": (np.mean(y != c), None if c in y else 0.0)}
    for loss in (mae, mse, QUANTILE):
        value, gradient = loss.value_and_gradient(y, np.full(5, c))
        rows[loss.name] = value, gradient.sum().round(9)
    return rows


def of_constant(c, last):
    """What the explorer says of a constant, from the losses of the data one by one."""
    y = np.append(Y[:-1], last)
    rows = {"input": c, "case": last, "0-1": np.mean(y != c), "slope of 0-1": "none" if c in y else 0.0}
    for loss in (mae, mse, QUANTILE):
        rows[loss.name] = np.mean([loss([one], [c]) for one in y])
        rows[f"slope of {loss.name}"] = np.mean([loss.derivative([one], [c])[0] for one in y])
    return rows


def of_gallery():
    return explore.curves(prices, ("constant c", np.arange(0, 10.5, 0.5)), ("last", [6, 11]),
                          marks=lambda last: np.append(Y[:-1], last))


def test_several_losses_of_one_constant(show):
    figure = show(of_gallery()).query_selector("figure")
    agree(shown(figure), of_constant(5.0, 6))
    press(figure, "input", "ArrowLeft", 6)
    agree(shown(figure), of_constant(2.0, 6))  # a datum: the 0-1 loss has no slope there
    press(figure, "case", "ArrowRight")
    agree(shown(figure), of_constant(2.0, 11))
    press(figure, "input", "End")
    agree(shown(figure), of_constant(10.0, 11))


def test_each_loss_is_lowest_where_the_open_dot_says(show):
    figure = show(explore.curves(lambda c, last: {loss: prices(c, last)[loss] for loss in ("mae", "mse")},
                                 ("c", np.arange(0, 8.1, 0.1).round(1)), ("last", [6, 11]))).query_selector("figure")

    def open_dots():
        below = figure.query_selector_all("svg text[text-anchor=middle]")
        tick = {text.text_content(): float(text.get_attribute("x")) for text in below}
        circles = figure.query_selector_all("svg > circle[fill='var(--le-paper)']")
        return [8 * (float(dot.get_attribute("cx")) - tick["0"]) / (tick["8"] - tick["0"]) for dot in circles]

    def called_lowest():
        return [text.text_content().split(" ")[0] for text in figure.query_selector_all(".le-said span")
                if "(lowest)" in text.text_content()]

    assert open_dots() == pytest.approx([3.9, 3.8], abs=0.01) and called_lowest() == []  # the median, the mean
    press(figure, "input", "ArrowLeft")
    assert called_lowest() == ["mae"] and "mae (lowest)" in figure.query_selector("svg").get_attribute("aria-label")
    press(figure, "input", "ArrowLeft")
    assert called_lowest() == ["mse"]
    press(figure, "case", "ArrowRight")
    assert open_dots() == pytest.approx([3.9, 4.8], abs=0.01) and called_lowest() == []  # only the mean has moved


def test_a_formula_that_overflows_beside_one_that_does_not(show):
    def both(z, kind):
        e = np.exp(np.array([z, 0], kind))
        value, slope = cross_entropy_logits.value_and_gradient([0], np.array([[z, 0]], kind))
        return {"textbook": (-np.log(e[0] / e.sum()), e[0] / e.sum() - 1), "lossedu": (value, slope[0, 0])}

    explorer = explore.curves(both, ("z", [np.arange(-800, 801, 20), np.arange(-120, 121, 3)]),
                              ("format", ["float64", "float32"]), same_scale=True)
    figure = show(explorer).query_selector("figure")

    def words():
        return [text.text_content() for text in figure.query_selector_all("svg rect + g")]

    def expect(z, kind, value, slope):
        ours = {"lossedu": cross_entropy_logits([0], [[z, 0.0]]),
                "slope of lossedu": cross_entropy_logits.gradient([0], [[z, 0.0]])[0, 0]}
        agree(shown(figure), {"input": z, "case": kind, "textbook": value, "slope of textbook": slope} | ours)

    assert words() == ["inf", "nan"]
    press(figure, "input", "ArrowRight", 2)
    expect(40.0, "float64", 0.0, 0.0)
    assert 0 < shown(figure)["lossedu"] < 1e-17  # not rounded away, neither in the table nor by the script
    press(figure, "input", "End")
    expect(800.0, "float64", "nan", "nan")
    press(figure, "input", "Home")
    expect(-800.0, "float64", "inf", -1.0)
    press(figure, "case", "ArrowRight")
    expect(-120.0, "float32", "inf", -1.0)  # the same place of the slider, on an axis of its own
    assert figure.query_selector("input[data-key=input]").get_attribute("aria-valuetext") == "−120"
    press(figure, "input", "ArrowRight", 10)
    expect(-90.0, "float32", 90.0, -1.0)


def test_the_prediction_is_drawn_where_the_axes_say(show):
    figure = show(explore.loss(mse)).query_selector("figure")

    def pixel(value):  # where the tick of that value stands
        texts = figure.query_selector_all("svg text")
        return next(float(text.get_attribute("x")) for text in texts if text.text_content() == value)

    def dots():
        circles = figure.query_selector_all("svg > circle")
        return [tuple(float(circle.get_attribute(name)) for name in ("cx", "cy")) for circle in circles]

    target, prediction, slope = dots()
    assert target[0] == pytest.approx(pixel("3"), abs=0.2)
    assert prediction[0] == slope[0] == pytest.approx((pixel("4") + pixel("5")) / 2, abs=0.2)
    press(figure, "prediction", "ArrowRight", 10)
    assert dots()[1][0] == pytest.approx(pixel("5"), abs=0.2)
    assert dots()[1][1] < prediction[1]  # a larger loss is higher up


@pytest.mark.parametrize(("theme", "which"), [("", 0), ("data-jp-theme-light='false'", 1)])
def test_in_a_notebook_each_explorer_brings_all_it_needs_and_starts_once(browser, theme, which):
    explorers = explore.loss(mse), explore.loss(mse), VALLEY
    page = browser.new_page()
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.set_content(f"<body {theme}>" + "".join(explorer._repr_html_() for explorer in explorers))
    figures = page.query_selector_all("figure")
    for figure in figures:
        assert len(figure.query_selector_all("svg.le-picture")) == 1
    press(figures[1], "prediction", "ArrowRight", 3)
    agree(shown(figures[1]), of_loss(mse, 4.65, 3.0, 0.1))
    agree(shown(figures[0]), of_loss(mse, 4.5, 3.0, 0.1))  # its twin stays where it was
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(set(ids)) == len(ids) and complaints == []
    fill = page.eval_on_selector("svg text", "t => getComputedStyle(t).fill")
    assert fill == "rgb({}, {}, {})".format(*(int(COLOURS["muted"][which][i : i + 2], 16) for i in (1, 3, 5)))
    page.close()


def test_a_fault_in_one_explorer_leaves_the_others_alone(browser):
    page = browser.new_page()
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    broken = explore.loss(mse)._repr_html_().replace('data-explorer="loss"', 'data-explorer="nothing"')
    page.set_content(broken + explore.loss(mse)._repr_html_())
    assert page.locator("svg.le-picture").count() == 1
    assert any("the explorer nothing does not start" in text for text in complaints)
    page.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_page_fits_and_follows_the_theme(show, width, theme):
    page = show(explore.loss(mse), explore.loss(hinge), explore.descent(square, [2.0], [(-3, 3)]), of_gallery(),
                width=width, theme=theme)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for svg in page.query_selector_all("svg.le-picture"):
        drawn = float(svg.get_attribute("viewBox").split()[2])
        assert drawn <= width
        assert svg.bounding_box()["width"] == pytest.approx(drawn)  # in its own size: letters are not shrunk
        boxes = svg.evaluate("s => [...s.children].filter(e => e.matches('text, circle')).map(e => e.getBBox())"
                             ".map(box => [box.x, box.x + box.width])")
        assert min(left for left, _ in boxes) >= -0.5 and max(right for _, right in boxes) <= drawn + 0.5
    fill = page.eval_on_selector("svg text", "t => getComputedStyle(t).fill")
    expected = COLOURS["muted"][theme == "dark"]
    assert fill == "rgb({}, {}, {})".format(*(int(expected[i : i + 2], 16) for i in (1, 3, 5)))


def test_names_and_words_for_those_who_listen(show):
    page = show(explore.loss(bce))
    figure = page.query_selector("figure")
    for control in figure.query_selector_all("input"):
        name = page.eval_on_selector(f"label[for='{control.get_attribute('id')}']", "e => e.textContent").strip()
        assert re.fullmatch(r"(prediction ŷ|learning rate η|label y)", name)
        assert float(control.get_attribute("aria-valuetext").replace("−", "-")) >= 0
    said = figure.query_selector("[role=status]")
    assert said.get_attribute("aria-live") == "polite"
    before = said.text_content()
    assert "prediction ŷ =\u00a00.75, label y =\u00a01, loss ℓ =\u00a00.2877" in before
    press(figure, "prediction", "ArrowLeft")
    assert said.text_content() != before
    assert figure.query_selector("svg[role=img]").get_attribute("aria-label") == said.text_content()
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(set(ids)) == len(ids)


def test_without_scripts_a_still_picture_stands_in_its_place(show):
    page = show(explore.loss(mse), scripts=False)
    image = page.query_selector("figure img")
    assert image.get_attribute("alt") and image.bounding_box()["height"] > 100
