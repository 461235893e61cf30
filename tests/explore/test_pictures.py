"""Pictures that compute, in a browser: what they show is what the package says, by mouse, by touch and by keyboard."""

import json
import re

import numpy as np
import pytest
from scipy.optimize import minimize
from sklearn.svm import SVC

from lossedu import (
    Contrastive,
    EpsilonInsensitive,
    Huber,
    Quantile,
    Tensor,
    Triplet,
    Tukey,
    autodiff,
    bce,
    bce_logits,
    brier,
    cauchy,
    cross_entropy,
    cross_entropy_logits,
    explore,
    exponential,
    focal,
    hinge,
    kl,
    log_cosh,
    logistic,
    mae,
    mape,
    mse,
    msle,
    optim,
    perceptron,
    squared_hinge,
)
from lossedu.explore.classes import described, fit
from lossedu.explore.explorer import HERE
from lossedu.explore.program import program_lines
from lossedu.losses.numerics import logit, sigmoid, softmax
from lossedu.plot.lines import operations
from lossedu.plot.style import css_variables
from tests.explore import runs

WAITS = [3.0, 4.0, 4.0, 5.0, 14.0]
X, Y = np.array([1.0, 2, 3, 4, 5]), np.array([4.0, 9, 11, 16, 20])
RULES = [optim.GradientDescent, optim.Momentum, optim.Nesterov, optim.AdaGrad, optim.RMSProp, optim.Adam, optim.AdamW]


@pytest.fixture
def show(browser, tmp_path):
    """Open a page with pictures from a file; afterwards see that nothing complained and nothing was fetched."""
    contexts, complaints = [], []

    def open_page(*pictures, width=1000, touch=False, motion="no-preference", language="en", **context_of_its_own):
        html = "".join(explore.without_moving_parts(picture._repr_html_()) for picture in pictures)
        style = css_variables(":root", "html[data-theme=dark]") + (HERE / "explore.css").read_text("utf8")
        file = tmp_path / "page.html"
        file.write_text(f'<!doctype html><html lang="{language}"><meta charset="utf-8"><meta name="viewport" '
                        f'content="width=device-width"><title>t</title><style>{style}</style><main>{html}</main>'
                        f"<script>{explore.script(language)}</script></html>", "utf8")
        context = browser.new_context(viewport={"width": width, "height": 900}, has_touch=touch, offline=True,
                                      reduced_motion=motion, **context_of_its_own)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: complaints.append(request.url) if "page.html" not in request.url and
                not request.url.startswith("data:") else None)
        page.goto(file.as_uri())
        page.wait_for_selector("svg.le-picture > g > *", state="attached", timeout=10_000)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def settle(page):
    """Wait until what was done is drawn, which is in the next frame."""
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def numbers(page, nth=0):
    """The numbers that a picture shows, by name, with their words."""
    settle(page)
    shown = page.evaluate("nth => [...document.querySelectorAll('figure')[nth].querySelectorAll('[data-value]')]"
                          ".map(e => [e.dataset.value, e.textContent])", nth)
    return {key: as_number(text) for key, text in shown}


def as_number(text):
    try:
        return float(text.replace("−", "-").replace("∞", "inf"))
    except ValueError:
        return text


def same(shown, **wanted):
    """Four digits are shown."""
    for key, value in wanted.items():
        assert shown[key] == pytest.approx(value, rel=6e-4, abs=1e-9), (key, shown)


def drag(page, key, dx, dy=0.0, nth=0):
    """Take hold of something and move it by so many pixels."""
    box = page.locator("figure").nth(nth).locator(f"[data-hold={key}] .le-dot").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + dx / 2, y + dy / 2)
    page.mouse.move(x + dx, y + dy)
    page.mouse.up()
    settle(page)


def press(page, key, *names, nth=0):
    page.locator("figure").nth(nth).locator(f"[data-hold={key}]").focus()
    for name in names:
        page.keyboard.press(name)
    settle(page)


def slide(page, key, name, nth=0):
    page.locator("figure").nth(nth).locator(f"input[data-key={key}]").focus()
    page.keyboard.press(name)
    settle(page)


def hear(page, words):
    """Wait until the announcement holds these words."""
    page.wait_for_function("words => document.querySelector('[role=status]').textContent.includes(words)", arg=words)


# --- data and one answer ------------------------------------------------------------------------------------------

LOSSES = [mse, mae, Huber(delta=2.0), Quantile(tau=0.8), EpsilonInsensitive(epsilon=1.5), log_cosh, Tukey(c=4.0),
          cauchy, msle, mape]


@pytest.mark.parametrize("loss", LOSSES, ids=repr)
def test_one_answer_for_all_data(show, loss):
    page = show(explore.constant(WAITS, loss, unit="minutes", span=(0.5, 20), start=10, step=0.1))
    shown = numbers(page)
    value, gradient = loss.value_and_gradient(WAITS, np.full(5, 10.0))
    same(shown, c=10, loss=value, slope=gradient.sum(), best=loss.minimiser(WAITS))
    press(page, "answer", "ArrowLeft", "ArrowLeft")
    value, gradient = loss.value_and_gradient(WAITS, np.full(5, 9.8))
    same(numbers(page), c=9.8, loss=value, slope=gradient.sum())
    press(page, "datum4", "PageUp")
    moved = [*WAITS[:4], 15.0]
    same(numbers(page), best=loss.minimiser(moved), loss=loss(moved, np.full(5, 9.8)))
    page.get_by_role("button", name="Go to the best answer").click()
    same(numbers(page), c=loss.minimiser(moved), loss=loss(moved, np.full(5, loss.minimiser(moved))))
    page.get_by_role("button", name="Start again").click()
    assert numbers(page) == shown


SEARCH = "([loss, data, given]) => window.pictures.averages({...loss, of: (0, eval)(loss.code)}, data, given).best()"


@pytest.mark.parametrize("loss", LOSSES, ids=repr)
def test_the_best_answer_is_the_one_of_the_loss(show, loss):
    rng = np.random.default_rng(0)
    page = show(explore.constant(WAITS))
    described = explore.constant(WAITS, loss, span=(0.5, 20)).table["losses"][0]
    given = [setting["value"] for setting in described["settings"]]
    for n in (1, 2, 3, 4, 5, 8, 11):
        for digits in (0, 1, 6):
            data = rng.uniform(1, 19, n).round(digits)
            found = page.evaluate(SEARCH, [described, data.tolist(), given])
            assert found == pytest.approx(loss.minimiser(data), rel=1e-9), data


def test_a_parameter_is_a_slider_and_two_losses_are_compared(show):
    page = show(explore.constant(WAITS, Huber(delta=1.0), mae, unit="minutes", span=(0, 20), start=10))
    slide(page, "delta", "End")
    same(numbers(page), best=Huber(delta=20.0).minimiser(WAITS), loss=Huber(delta=20.0)(WAITS, np.full(5, 10.0)),
         best1=mae.minimiser(WAITS))


def test_a_datum_and_the_answer_are_dragged(show):
    page = show(explore.constant(WAITS, mse, span=(0, 20), start=10, step=0.1))
    drag(page, "answer", -60)
    c = numbers(page)["c"]
    assert 0 < c < 9 and c == pytest.approx(round(c, 1))
    drag(page, "datum4", 5000)  # beyond the picture it stays at the edge
    same(numbers(page), best=mse.minimiser([3, 4, 4, 5, 20.0]), loss=mse([3, 4, 4, 5, 20.0], np.full(5, c)))


# --- a line and its valley ----------------------------------------------------------------------------------------

WALK = {"start": (5.0, -6.0), "slopes": (-1, 8), "intercepts": (-12, 12), "rate": 0.02}


def walked(rule, steps, rate, **settings):
    """Parameters after so many steps of the package's own descent."""
    w, b = Tensor(WALK["start"][0]), Tensor(WALK["start"][1])
    walker = rule([w, b], rate, **settings)
    for _ in range(steps):
        mse(Y, Tensor(X) * w + b).backward()
        walker.step()
    return float(w.data), float(b.data)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_walk_is_the_one_of_the_package(show, rule):
    page = show(explore.valley(X, Y, **WALK, beside=[rule]))
    page.select_option("select", rule.__name__)
    for _ in range(25):
        page.get_by_role("button", name="Step").click()
    shown = numbers(page)
    w, b = walked(optim.GradientDescent, 25, 0.02)
    value, gradient = mse.value_and_gradient(Y, w * X + b)
    same(shown, steps=25, w=w, b=b, loss=value, alongW=gradient @ X, alongB=gradient.sum())
    w, b = walked(rule, 25, 0.02)
    same(shown, beside=mse(Y, w * X + b))


def test_momentum_has_a_slider_of_its_own(show):
    page = show(explore.valley(X, Y, **WALK, momentum=0.5))
    slide(page, "momentum", "End")
    for _ in range(10):
        page.get_by_role("button", name="Step").click()
    w, b = walked(optim.Momentum, 10, 0.02, momentum=0.99)
    same(numbers(page), w=w, b=b)


def test_the_ball_the_line_and_the_data_move_one_another(show):
    page = show(explore.valley(X, Y, **WALK))
    press(page, "ball", "ArrowRight", "ArrowUp")
    shown = numbers(page)
    same(shown, w=5.09, b=-5.76, steps=0)  # a hundredth of each span
    drag(page, "end1", 0, -30)
    turned = numbers(page)
    assert turned["w"] > shown["w"]
    press(page, "datum0", "ArrowUp", "ArrowRight")
    moved = numbers(page)
    assert moved["w"] == turned["w"] and moved["loss"] != turned["loss"]
    drag(page, "ball", -40, 25)
    assert numbers(page)["w"] < turned["w"]
    page.get_by_role("button", name="Start again").click()
    same(numbers(page), w=5, b=-6, loss=mse(Y, 5 * X - 6))


def test_a_batch_is_drawn_the_same_way_each_time(show):
    page = show(explore.valley(X, Y, **WALK, batches=True))
    slide(page, "batch", "Home")
    seen = []
    for _ in range(2):
        for _ in range(6):
            page.get_by_role("button", name="Step").click()
        seen.append(numbers(page))
        page.get_by_role("button", name="Start again").click()
        numbers(page)  # the slider is back at its end in the next frame
        slide(page, "batch", "Home")
    assert seen[0] == seen[1] and seen[0]["w"] != pytest.approx(walked(optim.GradientDescent, 6, 0.02)[0])


def test_the_batch_of_the_next_step_is_seen_before_it(show):
    page = show(explore.valley(X, Y, **WALK, batches=True))
    faint = page.locator("svg.le-picture path[style='stroke-opacity:.3']")
    seen = []
    slide(page, "batch", "Home")
    for _ in range(3):
        numbers(page)
        seen.append(faint.evaluate_all("paths => paths.map(path => path.getAttribute('d').split('L')[0])"))
        page.get_by_role("button", name="Step").click()
    assert len(seen[0]) == 4 and seen[0] == seen[1] != seen[2]
    slide(page, "batch", "End")
    numbers(page)
    assert faint.count() == 0


def test_a_walk_that_leaves_every_scale_is_said(show):
    page = show(explore.valley(X, Y, **WALK), motion="reduce")
    slide(page, "rate", "End")
    page.get_by_role("button", name="Run").click()  # with reduced motion, a hundred steps at once
    page.wait_for_function("() => document.querySelector('[role=status]').textContent.includes('left every scale')")
    assert np.isfinite(numbers(page)["loss"])


def test_a_run_can_be_stopped(show):
    page = show(explore.valley(X, Y, **WALK))
    page.get_by_role("button", name="Run").click()
    page.wait_for_function("() => Number(document.querySelector('[data-value=steps]').textContent) > 3")
    page.get_by_role("button", name="Stop").click()
    before = numbers(page)
    page.wait_for_timeout(400)
    assert numbers(page) == before
    page.get_by_role("button", name="Run").click()
    press(page, "ball", "ArrowRight")  # whoever takes the ball in hand ends the run
    page.wait_for_timeout(400)
    assert numbers(page)["steps"] == 0


HILL = {"start": 6.0, "slopes": (0, 8), "rate": 0.08}


@pytest.mark.parametrize("rule", [optim.GradientDescent, optim.Adam], ids=lambda rule: rule.__name__)
def test_a_line_through_the_origin_has_a_curve_for_its_valley(show, rule):
    page = show(explore.valley(X, Y, **HILL, beside=[rule]))
    page.select_option("select", rule.__name__)
    w, other = Tensor(6.0), Tensor(6.0)
    walkers = [optim.GradientDescent([w], 0.08), rule([other], 0.08)]
    for step in range(12):
        value, gradient = mse.value_and_gradient(Y, w.data * X)
        shown = numbers(page)
        same(shown, steps=step, w=float(w.data), loss=value, alongW=gradient @ X, beside=mse(Y, other.data * X))
        assert "b" not in shown
        page.get_by_role("button", name="Step").click()
        for tensor, walker in zip((w, other), walkers):
            mse(Y, Tensor(X) * tensor).backward()
            walker.step()


def test_the_ball_on_a_curve_and_the_line_move_each_other(show):
    page = show(explore.valley(X, Y, **HILL))
    press(page, "ball", "ArrowLeft")
    same(numbers(page), w=5.92, loss=mse(Y, 5.92 * X))
    drag(page, "ball", -30)
    dragged = numbers(page)
    assert 4 < dragged["w"] < 5.6
    drag(page, "end1", 0, 20)
    turned = numbers(page)
    assert turned["w"] < dragged["w"]
    same(turned, loss=mse(Y, turned["w"] * X))
    along = as_number(page.locator("[data-hold=end1]").get_attribute("aria-label").split("= ")[1])
    press(page, "end1", "ArrowUp")  # a hundredth of the heights in the picture
    same(numbers(page), w=turned["w"] + 0.01 * 1.7 * np.ptp(Y) / along)
    drag(page, "end1", 0, 500)  # the line stops at the lowest slope of the picture
    assert numbers(page)["w"] == 0
    assert page.locator("[data-hold=end0]").count() == 0
    press(page, "datum0", "ArrowUp")
    assert numbers(page)["w"] == 0 and numbers(page)["loss"] > mse(Y, 0 * X)


def test_every_loss_that_is_compared_is_named_beside_its_curve(show):
    others = [mae, Huber(delta=2.0), Quantile(tau=0.8), mape]
    page = show(explore.constant(WAITS, mse, *others, span=(0.5, 20), start=10.0))
    named = page.locator("svg.le-picture text").all_text_contents()
    assert [loss.name for loss in others] == [name for name in named if name in [loss.name for loss in others]]
    dashed = page.locator("svg.le-picture path[stroke='var(--le-step)']").evaluate_all(
        "paths => paths.map(path => path.getAttribute('stroke-dasharray'))")
    assert len(dashed) == 8 and len(set(dashed)) == 4
    same(numbers(page), **{f"best{k + 1}": loss.minimiser(WAITS) for k, loss in enumerate(others)})


CURVATURES = np.array([1.0, 40.0])


def bowl(w):
    return CURVATURES @ w**2 / 2, CURVATURES * w


def gently(w, rate):
    return optim.Momentum(w, rate, momentum=0.5)


def saddle(w):
    miss = 1 - w[0] * w[1]
    return miss**2, -2 * miss * w[::-1]


@pytest.mark.parametrize("function", [bowl, saddle])
def test_any_function_of_two_parameters_has_a_valley(show, function):
    page = show(explore.surface(function, start=(0.6, -0.5), spans=((-1, 2), (-1, 1)), rate=0.01, momentum=0.5))
    for _ in range(15):
        page.get_by_role("button", name="Step").click()
    *_, last = optim.gradient_descent(function, [0.6, -0.5], 0.01, 15, gently)
    value, gradient = function(last.parameters)
    same(numbers(page), w=last.parameters[0], b=last.parameters[1], loss=value, alongW=gradient[0], alongB=gradient[1])
    press(page, "ball", "ArrowRight", "ArrowDown")
    assert numbers(page)["steps"] == 0


# --- a graph, step by step ------------------------------------------------------------------------------------------

def chain(x):
    a = x**2
    b = autodiff.exp(-a)
    c = autodiff.log(1 + b)
    d = x * c
    return {"a = x²": a, "b = exp(-a)": b, "c = log(1 + b)": c, "d = x c": d, "y = √(1 + d²)": autodiff.sqrt(1 + d**2)}


def net(x1, x2, w1, w2, v1, v2):
    h1, h2 = autodiff.tanh(w1 * x1 + w2 * x2), autodiff.relu(w2 * x1 - w1 * x2)
    z = v1 * h1 + v2 * h2
    return {"h1 = tanh(w·x)": h1, "h2 = relu(w·x)": h2, "z = v·h": z, "p = sigmoid(z)": autodiff.sigmoid(z)}


def twins(x):
    a, b = x * x, x * x
    return {"a = x·x": a, "b = x·x": b, "c = a + 3b": a + 3 * b}


def every_operation(x, y):
    a = abs(x - 2) / (1 + y * y) - (-x) ** 3
    b = autodiff.maximum(autodiff.relu(a), autodiff.sigmoid(y)) + 2 / autodiff.sqrt(1 + x**2)
    return autodiff.log(1 + autodiff.exp(autodiff.tanh(b) + a * y)) + 1 - y


PROGRAMS = {"chain": (chain, ["x"]), "net": (net, ["x1", "x2", "w1", "w2", "v1", "v2"]), "twins": (twins, ["x"]),
            "every operation": (every_operation, ["x", "y"])}
GRAPH = """([lines, given]) => {
  const compiled = lines.map(line => ({...line, code: (0, eval)(line.code)}));
  const {values, arrived} = window.pictures.walked(compiled, given);
  const sum = ([name, parts]) => [name, parts.reduce((a, b) => a + b)];
  return [values, Object.fromEntries(Object.entries(arrived).map(sum))];
}"""


def named(lines):
    return {text.split(" = ")[0]: tensor for text, tensor in lines.items()}


def test_each_operation_of_the_engine_is_written_as_one_writes_it():
    x, y = Tensor(1.5), Tensor(0.5)
    assert list(operations(every_operation(x, y), {x: "x", y: "y"})) == [
        "a = x − 2", "b = abs(a)", "c = y · y", "d = c + 1", "e = b / d", "f = −x", "g = f³", "h = e − g",
        "i = relu(h)", "j = sigmoid(y)", "k = max(i, j)", "l = x²", "m = l + 1", "n = sqrt(m)", "o = 2 / n",
        "p = k + o", "q = tanh(p)", "r = h · y", "s = q + r", "t = exp(s)", "u = t + 1", "v = log(u)", "w = v + 1",
        "z = w − y"]


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_has_the_values_and_gradients_of_the_engine(show, name):
    program, inputs = PROGRAMS[name]
    page = show(explore.constant(WAITS))
    lines = [line.entry() for line in program_lines(program, inputs)]
    rng = np.random.default_rng(0)
    for _ in range(20):
        given = dict(zip(inputs, rng.normal(size=len(inputs)).tolist()))
        values, slopes = page.evaluate(GRAPH, [lines, given])
        tensors = {one: Tensor(value, one) for one, value in given.items()}
        result = program(*tensors.values())
        called = {tensor: one for one, tensor in tensors.items()}
        made = named(operations(result, called) if isinstance(result, Tensor) else result)
        list(made.values())[-1].backward()
        for one, tensor in (tensors | made).items():
            assert values[one] == pytest.approx(float(tensor.data), rel=1e-12)
            assert slopes.get(one, 0) == pytest.approx(float(tensor.grad), rel=1e-12, abs=1e-15), one


BOXES = """svg => {
    const [root] = document.querySelectorAll(svg);
    const numbers = (part, ...keys) => keys.map(key => Number(part.getAttribute(key)));
    const texts = [...root.querySelectorAll("text:not([stroke])")];
    const words = texts.map(t => [...numbers(t, "x", "y"), t.textContent]);
    const rows = [...root.querySelectorAll("rect[rx]")].map(r => numbers(r, "x", "y", "width", "height"));
    rows.sort((a, b) => a[1] - b[1] || a[0] - b[0]);
    const within = ([x, y, w, h]) =>
        words.filter(([u, v]) => x <= u && u <= x + w && y <= v && v <= y + h).map(t => t[2]);
    const boxes = rows.map(row => [row[1], ...within(row)]);
    return [boxes, words.map(t => t[2]).filter(t => !boxes.flat().includes(t))];
}"""


@pytest.mark.parametrize("width", [1000, 390])
@pytest.mark.parametrize("name", PROGRAMS)
def test_the_still_picture_of_a_graph_is_the_end_of_its_walk(show, name, width):
    program, inputs = PROGRAMS[name]
    given = dict(zip(inputs, [0.5, -1.25, 0.3, 1.0, -0.7, 0.8]))
    picture = explore.graph(program, given, weights=[one for one in inputs if one[0] in "wv"])
    page = show(picture, width=width)
    page.get_by_role("button", name="To the end").click()
    settle(page)
    living = page.evaluate(BOXES, "svg.le-picture")
    wires = page.evaluate("[...document.querySelectorAll('svg.le-picture path')].map(way => "
                          "[way.getAttribute('d'), way.getAttribute('stroke')])")
    assert wires == [[way, "var(--le-gradient)"] for *_, way in picture.table["wires"]]
    page.evaluate("still => document.body.insertAdjacentHTML('beforeend', still)", picture.picture.svg)
    still = page.evaluate(BOXES, "svg.le-graph")
    if width == 390:  # a line that is too long for its box is shown by its name
        living[0], still[0] = ([[y, *(text.split(" = ")[0] for text in texts)] for y, *texts in boxes]
                               for boxes in (living[0], still[0]))
    assert living == still and len(living[0]) == len(picture.table["boxes"])
    assert len(living[1]) == 2 * len(picture.table["small"])  # a value and a slope of each


@pytest.mark.parametrize("width", [236, 280, 390, 1000])  # 236: what a window of 280 leaves a picture on a page
@pytest.mark.parametrize("name", sorted(set(PROGRAMS) - {"every operation"}))  # that one has rows of two dozen boxes
def test_no_text_of_a_graph_touches_another_or_leaves_its_box(show, name, width):
    program, inputs = PROGRAMS[name]
    given = dict(zip(inputs, [0.5, -1.25, 0.3, 1.0, -0.7, 0.8]))
    page = show(explore.graph(program, given, weights=[one for one in inputs if one[0] in "wv"]), width=width)
    page.get_by_role("button", name="To the end").click()
    settle(page)
    touching = page.evaluate("""() => {
        const texts = [...document.querySelectorAll("svg.le-picture text:not([stroke])")];
        const boxes = texts.map(text => [text.getBBox(), text.textContent]);
        return boxes.flatMap(([a, one], i) => boxes.slice(i + 1).filter(([b]) =>
            Math.abs(a.y - b.y) < 8 && a.x < b.x + b.width && b.x < a.x + a.width).map(([, two]) => `${one} | ${two}`));
    }""")
    assert touching == []
    leaving = page.evaluate("""() => {
        const inside = (text, {x, y, width, height}) =>
            text.x >= x && text.x < x + width && text.y > y && text.y < y + height;
        const boxes = [...document.querySelectorAll("svg.le-picture rect")].map(box => box.getBBox());
        return [...document.querySelectorAll("svg.le-picture text:not([stroke])")].filter(text => {
            const place = text.getBBox(), box = boxes.find(box => inside(place, box));
            return box && place.x + place.width > box.x + box.width;
        }).map(text => text.textContent);
    }""")
    assert leaving == []


def test_a_graph_goes_forward_line_by_line_and_back(show):
    page = show(explore.graph(chain, {"x": 0.5}))
    following = page.get_by_role("button", name="Next")
    status = page.locator("[role=status]")
    values = {name: float(tensor.data) for name, tensor in named(chain(Tensor(0.5))).items()}
    for name, value in values.items():
        following.click()
        same(numbers(page), **{name: value})
    following.click()
    assert list(numbers(page)) == ["y to d"]
    for _ in range(4):
        following.click()
    assert list(numbers(page)) == ["a to x", "sum at x"] and following.is_disabled()
    page.wait_for_function("() => document.querySelector('[role=status]').textContent.startsWith('a passes')")
    assert "back to x" in status.text_content()
    x = Tensor(0.5)
    list(chain(x).values())[-1].backward()
    total = numbers(page)["sum at x"].split(" = ")[1]
    assert as_number(total) == pytest.approx(float(x.grad), rel=6e-4)
    page.get_by_role("button", name="Back").click()
    assert list(numbers(page)) == ["b to a"]


def test_an_input_of_a_graph_is_dragged(show):
    page = show(explore.graph(net, dict.fromkeys(PROGRAMS["net"][1], 0.5), weights=["w1", "w2", "v1", "v2"]))
    page.get_by_role("button", name="To the end").click()
    press(page, "w1", "ArrowRight", "ArrowRight")
    drag(page, "x1", 80)
    said = page.locator("[data-hold=x1]").get_attribute("aria-valuetext")
    assert 1 < as_number(said) <= 3 and page.locator("[data-hold=w1]").get_attribute("aria-valuetext") == "0.6"


# --- a truth and a belief -------------------------------------------------------------------------------------------

BAG, ALIKE = np.array([1 / 2, 1 / 4, 1 / 8, 1 / 16, 1 / 16]), np.full(5, 1 / 5)
INFORMATION = """([code, rows]) => {
  const losses = {cross: (0, eval)(code.cross), divergence: (0, eval)(code.divergence)};
  const flat = found => [found.entropy, found.cross, found.forward, found.backward, ...found.own, ...found.believed];
  return rows.map(([q, p]) => flat(window.pictures.information(losses, q, p)).map(String));
}"""


def beliefs(n, rng):
    """Pairs of rows of n probabilities: any, close together, certain, and with zeros in one or both."""
    for _ in range(20):
        q, p = rng.dirichlet(np.ones(n), 2)
        yield from ((q, p), (q, q), (q, q + 1e-5 * (p - q)), (np.eye(n)[0], p), (q, np.eye(n)[-1]))
        holes = rng.permutation(n) < n - 1
        yield from ((q * holes / (q * holes).sum(), p), (q, p * holes / (p * holes).sum()))


@pytest.mark.parametrize("n", [2, 5, 8])
def test_entropy_and_divergence_are_those_of_the_losses(show, n):
    page = show(explore.constant(WAITS))
    rows = [[q.tolist(), p.tolist()] for q, p in beliefs(n, np.random.default_rng(n))]
    code = explore.distribution(np.full(n, 1 / n), np.full(n, 1 / n), [*"abcdefgh"[:n]]).table["code"]
    found = np.array(page.evaluate(INFORMATION, [code, rows]), float)
    for shown, (q, p) in zip(found, rows, strict=True):
        losses = [cross_entropy([q], [q]), cross_entropy([q], [p]), kl([q], [p]), kl([p], [q])]
        each = [cross_entropy.each(np.arange(n), np.tile(row, (n, 1))) for row in (q, p)]
        wanted = np.concatenate([losses, *each])
        finite = np.isfinite(wanted)
        assert np.array_equal(shown[~finite], wanted[~finite]), (q, p)
        assert shown[finite] == pytest.approx(wanted[finite], rel=1e-12, abs=1e-300), (q, p)


def costs(q, p, per=1.0):
    """What the picture shows of a truth and a belief."""
    values = {"cross": cross_entropy([q], [p]), "entropy": cross_entropy([q], [q]), "forward": kl([q], [p]),
              "backward": kl([p], [q])}
    return {name: "infinite" if np.isinf(value) else value / per for name, value in values.items()}


def moved(row, k, value):
    """The row in which one probability is set and the others share the rest as before."""
    row = row * (1 - value) / (1 - row[k])
    row[k] = value
    return row


def heights(page, row, n=5):
    """The probabilities of a row, as they are spoken."""
    settle(page)
    return [as_number(page.locator(f"[data-hold={row}{k}]").get_attribute("aria-valuetext")) for k in range(n)]


def test_a_probability_is_moved_and_the_others_share_the_rest(show):
    page = show(explore.distribution(BAG, ALIKE, "abcde"))
    same(numbers(page), **costs(BAG, ALIKE))
    press(page, "p0", "ArrowUp", "ArrowUp", "ArrowLeft")
    belief = moved(ALIKE, 0, 0.21)
    press(page, "q1", "PageDown")
    truth = moved(BAG, 1, 0.15)
    same(numbers(page), **costs(truth, belief))
    assert heights(page, "q") == pytest.approx(truth, abs=1e-4)
    assert heights(page, "p") == pytest.approx(belief, abs=1e-4)
    page.get_by_role("button", name="Set the belief to the truth").click()
    same(numbers(page), **costs(truth, truth))
    assert numbers(page)["forward"] == 0 and heights(page, "p") == heights(page, "q")
    page.get_by_role("button", name="Start again").click()
    same(numbers(page), **costs(BAG, ALIKE))


def test_bars_are_dragged_and_a_zero_under_the_truth_is_said(show):
    page = show(explore.distribution(BAG, ALIKE, "abcde", bits=True))
    same(numbers(page), **costs(BAG, ALIKE, np.log(2)))
    drag(page, "p1", 0, -60)
    raised = heights(page, "p")
    assert raised[1] > 0.4 and raised[0] == raised[4] == pytest.approx((1 - raised[1]) / 4, abs=1e-4)
    drag(page, "p1", 0, 5000)
    assert numbers(page)["cross"] == numbers(page)["forward"] == "infinite" and heights(page, "p")[1] == 0
    hear(page, "gives b the probability 0, but its true probability is 0.25")
    page.select_option("select", "nats")
    same(numbers(page), entropy=cross_entropy([BAG], [BAG]))
    press(page, "q1", "PageDown", "PageDown", "PageDown")  # what never happens may be called impossible
    assert np.isfinite(numbers(page)["cross"]) and heights(page, "q")[1] == 0
    hear(page, "plus a divergence of")


def test_a_row_that_was_certain_can_be_opened_again(show):
    page = show(explore.distribution(BAG, ALIKE, "abcde"))
    drag(page, "q0", 0, -5000)
    assert heights(page, "q") == [1, 0, 0, 0, 0] and numbers(page)["entropy"] == 0
    assert numbers(page)["backward"] == "infinite" and numbers(page)["forward"] == 1.609  # log 5
    press(page, "q0", "ArrowDown")
    assert heights(page, "q") == pytest.approx([0.99, *[0.0025] * 4])


def test_a_bar_that_is_dragged_up_and_down_again_leaves_the_others_as_they_were(show):
    page = show(explore.distribution(BAG, ALIKE, "abcde"))
    box = page.locator("[data-hold=q0] .le-dot").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for v in (y - 5000, y):
        page.mouse.move(x, v)
        numbers(page)
    page.mouse.up()
    assert heights(page, "q") == pytest.approx(BAG, abs=1e-4)


def thrown(z):
    heads = 1 / (1 + np.exp(-z))
    return np.concatenate([[heads], [1 - heads]]) if isinstance(z, float) else np.stack([heads, 1 - heads])


def test_the_belief_of_a_model_has_a_slider(show):
    page = show(explore.distribution([0.7, 0.3], thrown, ["heads", "tails"], parameter="log-odds", span=(-4, 4)))
    assert "backward" not in numbers(page)  # a model calls nothing impossible, the truth does
    for z, truth in ((0.0, [0.7, 0.3]), (4.0, [0.7, 0.3]), (4.0, [0.6, 0.4])):
        wanted = costs(truth, thrown(z))
        same(numbers(page), **{name: wanted[name] for name in ("cross", "entropy", "forward")})
        slide(page, "z", "End")
        if z:
            press(page, "q1", "PageUp")
    assert page.locator("[data-hold=p0]").count() == 0


# --- forecasts and what came ----------------------------------------------------------------------------------------

SAID = np.repeat([0.1, 0.3, 0.5, 0.7, 0.9], 10)
CAME = np.tile(np.arange(10), 5) < 10 * SAID
SCORES = """([code, odds, outcomes, places]) => {
  const of = (0, eval)(code), {scores, sharpest} = window.pictures;
  return [places.map(a => scores(of, odds, outcomes, a)), sharpest(of, odds, outcomes, [0.2, 5])];
}"""


def sharper(p, a):
    """Forecasts whose log-odds are multiplied."""
    return sigmoid(a * logit(p))


def along(a, y, p):
    """The slope of the cross-entropy along the sharpness."""
    return bce_logits.gradient(y, a * logit(p)) @ logit(p)


def test_the_scores_of_sharper_forecasts_are_those_of_the_losses(show):
    rng = np.random.default_rng(0)
    page = show(explore.constant(WAITS))
    for n in (2, 30, 200):
        y, p = rng.integers(0, 2, n), rng.uniform(0.01, 0.99, n)
        table, places = explore.calibration(y, p).table, [0.2, 0.5, 1.0, 1.7, 5.0]
        given = [table["code"], table["logOdds"], table["outcomes"], places]
        found, best = page.evaluate(SCORES, given)
        wanted = [(bce_logits(y, a * logit(p)), along(a, y, p), brier(y, sharper(p, a))) for a in places]
        assert np.array(found) == pytest.approx(np.array(wanted), rel=1e-12, abs=1e-15)
        assert [row[0] for row in found] == pytest.approx([bce(y, sharper(p, a)) for a in places], rel=1e-9)
        slopes = [along(a, y, p) for a in (0.2, best, 5.0)]
        assert best == pytest.approx(0.2 if slopes[0] > 0 else 5.0 if slopes[2] < 0 else best)
        assert slopes[1] == pytest.approx(0, abs=1e-12) or best in (pytest.approx(0.2), pytest.approx(5.0))


def judged(y, a):
    """What the picture shows of outcomes and a sharpness."""
    return {"sharpness": a, "cross": bce(y, sharper(SAID, a)), "brier": brier(y, sharper(SAID, a))}


def test_forecasts_are_made_sharper_and_blunter(show):
    page = show(explore.calibration(CAME, SAID))
    same(numbers(page), best=1, **judged(CAME, 1))
    slide(page, "sharpness", "End")
    same(numbers(page), best=1, **judged(CAME, 10**0.7))
    press(page, "sharpness", *["ArrowLeft"] * 10)
    same(numbers(page), best=1, **judged(CAME, 10**0.5))
    page.locator("input[data-key=sharpness]").focus()
    for _ in range(50):
        page.keyboard.press("ArrowLeft")
    same(numbers(page), **judged(CAME, 1))
    drag(page, "sharpness", -300)
    same(numbers(page), **judged(CAME, 10**-0.7))
    page.get_by_role("button", name="Go to the best sharpness").click()
    same(numbers(page), **judged(CAME, 1))


def spoken(page):
    """What each point says: its forecast, its share of ones, and how many there are."""
    settle(page)
    texts = [hold.get_attribute("aria-valuetext") for hold in page.locator("[data-hold^=bin]").all()]
    return [[float(part) for part in re.findall(r"[\d.]+", text)] for text in texts]


def test_a_point_of_the_diagram_is_moved_and_outcomes_with_it(show):
    page = show(explore.calibration(CAME, SAID))
    assert spoken(page) == [[p, p, 10] for p in (0.1, 0.3, 0.5, 0.7, 0.9)]
    press(page, "bin3", "ArrowDown", "ArrowDown", "ArrowDown")
    came = CAME.copy()
    came[34:37] = False
    assert spoken(page)[3] == [0.7, 0.4, 10]
    shown = numbers(page)
    same(shown, **judged(came, 1))
    assert shown["best"] < 1 and along(shown["best"], came, SAID) == pytest.approx(0, abs=1e-4)
    drag(page, "bin4", 0, 5000)
    assert spoken(page)[4] == [0.9, 0, 10]
    page.get_by_role("button", name="Start again").click()
    same(numbers(page), **judged(CAME, 1))


def test_bins_hold_the_forecasts_they_say(show):
    page = show(explore.calibration(CAME, SAID, bins=2))
    assert spoken(page) == [[0.2, 0.2, 20], [0.7, 0.7, 30]]  # one half lies in the upper bin
    assert page.locator("[data-hold=bin1]").get_attribute("aria-label") == "forecasts from 0.5 to 1"
    press(page, "bin1", "ArrowUp")  # one outcome more, and those that came stay
    same(numbers(page), **judged(np.where(np.arange(50) == 25, True, CAME), 1))
    slide(page, "bins", "End")
    numbers(page)
    assert len(spoken(page)) == 5
    slide(page, "sharpness", "Home")
    numbers(page)
    wanted = sharper(np.array([0.1, 0.3, 0.5, 0.7, 0.9]), 10**-0.7)  # five forecasts in four of twenty bins
    places = np.floor(wanted * 20)
    means = [wanted[places == b].mean() for b in np.unique(places)]
    assert [row[0] for row in spoken(page)] == pytest.approx(means, abs=1e-3)


# --- an anchor, a positive and a negative ---------------------------------------------------------------------------

FACES = np.array([[3.0, 1.0], [6.0, 1.5], [1.5, 2.0]])
MAP = {"margin": 4.0, "span": ((-3, 9), (-2, 6))}


def by_pairs(margin, a, p, n):
    """The contrastive losses of the like and the unlike pair, and their gradients in the three points."""
    loss, gaps = Contrastive(margin=margin), (a - p, a - n)
    far = [np.linalg.norm(gap) for gap in gaps]
    pulls = [loss.derivative(like, d) * gap / d if d else 0 * gap for like, d, gap in zip((1.0, 0.0), far, gaps)]
    return loss.each([1, 0], far).sum(), np.array([sum(pulls), -pulls[0], -pulls[1]])


def by_three(margin, *points):
    rows = [point[None] for point in points]
    loss = Triplet(margin=margin)
    return loss(*rows), np.array([slope[0] for slope in loss.gradient(*rows)])


JUDGES = {"contrastive": by_pairs, "triplet": by_three}


@pytest.mark.parametrize("judge", JUDGES)
def test_three_points_have_the_losses_and_slopes_of_the_package(show, judge):
    rng = np.random.default_rng(0)
    page = show(explore.constant(WAITS))
    code = {loss["name"]: loss["code"] for loss in explore.embedding(FACES, "apn", **MAP).table["losses"]}[judge]
    cases = [(3 * rng.normal(size=(3, 2)), rng.uniform(0.1, 5)) for _ in range(40)]
    cases += [(FACES[[0, 0, 1]], 1.0), (FACES[[0, 1, 0]], 1.0), (FACES[[2, 2, 2]], 1.0)]  # on each other
    calls = [[*points.ravel().tolist(), margin] for points, margin in cases]
    found = np.array(page.evaluate("([code, calls]) => calls.map(given => (0, eval)(code)(...given))", [code, calls]))
    for shown, (points, margin) in zip(found, cases, strict=True):
        value, slopes = JUDGES[judge](margin, *points)
        assert shown == pytest.approx(np.array([value, *slopes.ravel()]), rel=1e-12, abs=1e-13)


@pytest.mark.parametrize("judge", JUDGES)
def test_the_three_points_walk_as_the_package_says(show, judge):
    page = show(explore.embedding(FACES, ["ann1", "ann2", "bea2"], **MAP))
    page.select_option("select", judge)
    slide(page, "margin", "ArrowRight")
    press(page, "negative", "ArrowUp")
    points = FACES + [[0, 0], [0, 0], [0, 0.1]]  # a hundredth of the span
    for steps in range(6):
        value, slopes = JUDGES[judge](4.1, *points)
        same(numbers(page), steps=steps, loss=value, near=np.linalg.norm(points[0] - points[1]),
             far=np.linalg.norm(points[0] - points[2]))
        points = points - 0.1 * slopes
        page.get_by_role("button", name="Step").click()
    drag(page, "anchor", -40, 30)
    assert numbers(page)["steps"] == 0
    page.get_by_role("button", name="Start again").click()
    same(numbers(page), loss=JUDGES[judge](4.0, *FACES)[0])
# --- points of two or three classes ---------------------------------------------------------------------------------

POINTS = np.array([[1.0, 2], [2, 1], [1.5, 3], [3, 1.5], [3.2, 3.4], [4, 5], [5, 4], [4.5, 3], [3, 4.5], [2.4, 2.2]])
SIDES = np.array([0, 0, 0, 0, 0, 1, 1, 1, 1, 1])
KINDS = np.array([0, 0, 2, 0, 2, 1, 1, 1, 2, 2])
TWO, PENALTY = [logistic, bce_logits, focal, squared_hinge, exponential, hinge], 0.02
FIT = """([loss, given, points, labels, penalty]) =>
  window.pictures.fitted({...loss, of: (0, eval)(loss.code)}, given, points, labels, penalty)"""


def of_labels(loss, labels):
    """Labels as a loss wants them."""
    return np.where(labels, 1.0, -1.0) if loss in (logistic, squared_hinge, exponential, hinge) else labels


def fitted(loss, points, labels, penalty):
    """Weights and intercepts, a column for each score, and the average loss of a fit by scikit-learn or SciPy."""
    points, scores = np.asarray(points, float), 3 if loss == cross_entropy_logits else 1
    y = of_labels(loss, labels)
    rows = np.column_stack([points, np.ones(len(points))])
    if loss == hinge:
        model = SVC(kernel="linear", C=1 / (2 * penalty * len(y)), tol=1e-9).fit(points, y)
        w = np.append(model.coef_[0], model.intercept_)[:, None]
    else:
        def objective(flat):
            w = flat.reshape(3, scores)
            value, slope = loss.value_and_gradient(y, rows @ w if scores > 1 else rows @ w[:, 0])
            gradient = rows.T @ slope.reshape(len(rows), -1) + 2 * penalty * w * [[1], [1], [0]]
            return value + penalty * np.sum(w[:2] ** 2), gradient.ravel()

        w = minimize(objective, np.zeros(3 * scores), jac=True, options={"gtol": 1e-11}).x.reshape(3, scores)
    return w, loss(y, rows @ w if scores > 1 else rows @ w[:, 0])


def draws(many, scales=((1, 1), (0.05, 30))):
    """Points that a line separates, points that none does, in equal and in very unequal units, and few of them."""
    rng = np.random.default_rng(3)
    for n in (many, 6, 20, 40):
        for apart in (0.0, 1.0, 4.0):
            labels = rng.permutation(np.r_[np.arange(many), rng.integers(many, size=n - many)])
            centres = apart * np.array([[-1, -1], [1, 1], [1.5, -1.2]])[labels]
            for units in scales:
                yield (centres + rng.normal(size=(n, 2))) * units + units, labels


@pytest.mark.parametrize("loss", [*TWO, cross_entropy_logits], ids=repr)
def test_a_fit_is_the_one_of_other_programs(show, loss):
    page = show(explore.constant(WAITS))
    many = 3 if loss == cross_entropy_logits else 2
    table = described(loss, many)
    given = [setting["value"] for setting in table["settings"]]
    # The support vector machine of scikit-learn keeps products in float32, and may not end where units are unequal.
    near, scales = (1e-3, [(1, 1)]) if loss == hinge else (2e-6, [(1, 1), (0.05, 30)])
    for points, labels in draws(many, scales):
        found = page.evaluate(FIT, [table, given, points.tolist(), labels.tolist(), PENALTY])
        made = np.array(found["weights"]).T
        wanted, value = fitted(loss, points, labels, PENALTY)
        rows = np.column_stack([points, np.ones(len(points))])
        mine, theirs = rows @ made, rows @ wanted
        if many > 2:  # a number that is added to all scores of a row changes nothing
            mine, theirs = (scores - scores.mean(axis=1, keepdims=True) for scores in (mine, theirs))
        if loss != hinge or len(labels) > 6:  # of few points several intercepts may be best
            assert mine == pytest.approx(theirs, rel=near, abs=near)
        spread = points.std(axis=0)[:, None]
        assert made[:2] * spread == pytest.approx(wanted[:2] * spread, rel=near, abs=near)
        assert np.mean(found["values"]) == pytest.approx(value, abs=near)


@pytest.mark.parametrize("penalty", [PENALTY, 5.0])
def test_the_street_fulfils_the_conditions_of_the_best_line(show, penalty):
    page = show(explore.constant(WAITS))
    for points, labels in draws(2):
        found = page.evaluate(FIT, [described(hinge, 2), [], points.tolist(), labels.tolist(), penalty])
        (u, v, b), pulls, y = found["weights"][0], np.array(found["pulls"]), of_labels(hinge, labels)
        # The pulls are subgradients: 1 of who is short of the margin, 0 of who is beyond, between where it is 1.
        margins = y * (points @ [u, v] + b)
        assert np.all(pulls[margins < 1 - 1e-8] == 1) and np.all(pulls[margins > 1 + 1e-8] == 0)
        assert np.all((pulls >= 0) & (pulls <= 1)) and pulls @ y == pytest.approx(0, abs=1e-10)
        slope = 2 * penalty * np.array([u, v]) - (pulls * y) @ points / len(y)
        assert slope / points.std(axis=0) == pytest.approx(0, abs=1e-9)
        left = y - points @ [u, v]  # where several intercepts are best, the middle of them
        lowest = left[np.where(y > 0, pulls < 1, pulls > 0)].max()
        highest = left[np.where(y > 0, pulls > 0, pulls < 1)].min()
        assert b == pytest.approx((lowest + highest) / 2)


def shown_of(loss, points, labels, penalty=PENALTY, level=0.5):
    """What the picture should show of a fit."""
    w, value = fitted(loss, points, labels, penalty)
    scores = np.column_stack([points, np.ones(len(points))]) @ w[:, 0]
    probable = loss in (logistic, bce_logits, focal)
    taken = sigmoid(scores) > level if probable else scores > 0
    wanted = {"loss": value, "wrong": np.sum(taken != labels), "u": w[0, 0], "v": w[1, 0], "b": w[2, 0]}
    if not probable:
        return wanted | {"street": 2 / np.hypot(*w[:2, 0])}
    return wanted | {"precision": np.mean(labels[taken]), "recall": np.mean(taken[labels == 1])}


@pytest.mark.parametrize("loss", TWO, ids=repr)
def test_a_point_that_is_moved_moves_the_boundary(show, loss):
    page = show(explore.classes(POINTS, SIDES, loss, penalty=PENALTY, threshold=0.5, spans=((0, 6), (0, 6))))
    begin = numbers(page)
    same(begin, **shown_of(loss, POINTS, SIDES))
    press(page, "datum9", "ArrowRight", "ArrowUp", "PageUp")  # a hundredth of the span, and ten of them
    moved = POINTS.copy()
    moved[9] += [0.06, 0.66]
    same(numbers(page), **shown_of(loss, moved, SIDES))
    drag(page, "datum4", 4000, 4000)  # beyond the picture it stays in the corner
    moved[4] = [6, 0]
    same(numbers(page), **shown_of(loss, moved, SIDES))
    page.get_by_role("button", name="Start again").click()
    assert numbers(page) == begin


def counts(page):
    """The confusion matrix that is drawn."""
    cells = page.evaluate("[...document.querySelectorAll('svg.le-picture text')].map(e => e.textContent)")
    return [int(cell) for cell in cells[cells.index("prediction") + 1:] if cell.isdigit()]


def test_the_threshold_moves_the_boundary_and_not_the_fit(show):
    page = show(explore.classes(POINTS, SIDES, logistic, hinge, called=("no", "yes"), penalty=PENALTY, threshold=0.5))
    edge = "document.querySelector('svg.le-picture path[stroke*=prediction]').getAttribute('d')"
    before = page.evaluate(edge)
    for _ in range(35):
        slide(page, "level", "ArrowLeft")
    same(numbers(page), **shown_of(logistic, POINTS, SIDES, level=0.15))
    assert page.evaluate(edge) != before
    w, _ = fitted(logistic, POINTS, SIDES, PENALTY)
    taken = sigmoid(np.column_stack([POINTS, np.ones(10)]) @ w[:, 0]) > 0.15
    assert counts(page) == [np.sum((label == SIDES) & (side == taken)) for label in (0, 1) for side in (False, True)]
    assert taken.sum() not in (0, 5, 10)
    page.select_option("select", "hinge")  # a score is no forecast, so it has no threshold
    same(numbers(page), **shown_of(hinge, POINTS, SIDES))
    assert not page.locator("input[data-key=level]").is_visible()


def test_a_precision_of_nothing_and_a_boundary_out_of_sight_are_said(show):
    page = show(explore.classes(POINTS, SIDES, logistic, penalty=1, threshold=0.5))
    slide(page, "level", "End")
    shown = numbers(page)
    assert shown["precision"] == "undefined there" and shown["recall"] == 0 and shown["wrong"] == 5
    said = page.locator("svg.le-picture").get_attribute("aria-label")
    assert "The boundary lies outside the picture" in said and "5 of 10" in said


def test_points_on_one_spot_are_no_trouble(show):
    page = show(explore.classes(np.ones((4, 2)), [0, 1, 0, 1], hinge, logistic, spans=((0, 2), (0, 2))))
    for loss in ("hinge", "logistic"):
        page.select_option("select", loss)
        shown = numbers(page)
        assert shown["wrong"] == 2 and shown["u"] == shown["v"] == 0


def test_a_far_point_pulls_with_the_logistic_loss_alone(show):
    points = POINTS + np.random.default_rng(0).normal(0, 0.1, POINTS.shape).round(2)
    page = show(explore.classes(points, SIDES, hinge, logistic, penalty=PENALTY))
    far = 5  # the point (4, 5), beyond its margin
    for loss in (hinge, logistic):
        page.select_option("select", loss.name)
        before = numbers(page)
        press(page, f"datum{far}", "ArrowRight", "ArrowRight", "ArrowUp")
        after = numbers(page)
        assert (after["u"] == before["u"]) == (loss == hinge)
        page.get_by_role("button", name="Start again").click()
    model = SVC(kernel="linear", C=1 / (2 * PENALTY * 10), tol=1e-9).fit(points, of_labels(hinge, SIDES))
    page.select_option("select", "hinge")
    assert numbers(page)["support"] == len(model.support_)
    rings = page.evaluate("[...document.querySelectorAll('svg.le-picture circle[r=\"11\"]')]"
                          ".map(e => Number(e.getAttribute('stroke-width')))")
    assert np.flatnonzero(rings).tolist() == sorted(model.support_)


def test_three_classes_share_the_plane(show):
    page = show(explore.classes(POINTS, KINDS, called=("fox", "badger", "cat"), penalty=PENALTY))
    w, value = fitted(cross_entropy_logits, POINTS, KINDS, PENALTY)
    chosen = np.argmax(np.column_stack([POINTS, np.ones(10)]) @ w, axis=1)
    same(numbers(page), loss=value, wrong=np.sum(chosen != KINDS))
    assert counts(page) == [np.sum((KINDS == k) & (chosen == j)) for k in range(3) for j in range(3)]
    press(page, "datum3", "ArrowRight", "ArrowLeft")
    forecasts = softmax(np.append(POINTS[3], 1) @ w)
    same(numbers(page), **{f"p{k}": forecasts[k] for k in range(3)})


REGIONS = """[...document.querySelectorAll('[data-hold]')].map(hold => {
  const place = new DOMPoint(...hold.getAttribute('transform').match(/[-.\\d]+/g).map(Number));
  return [...document.querySelectorAll('svg.le-picture svg path[fill-opacity]')].filter(one => one.isPointInFill(place))
    .map(one => one.getAttribute('fill'))})"""


@pytest.mark.parametrize("labels", [SIDES, KINDS], ids=["two", "three"])
def test_a_region_is_where_its_class_is_predicted(show, labels):
    loss = bce_logits if labels is SIDES else cross_entropy_logits
    page = show(explore.classes(POINTS, labels, loss, penalty=PENALTY))
    scores = np.column_stack([POINTS, np.ones(10)]) @ fitted(loss, POINTS, labels, PENALTY)[0]
    chosen = scores.argmax(axis=1) if labels is KINDS else (scores[:, 0] > 0).astype(int)
    roles = np.array(["step", "data", "prediction"])[chosen]
    assert page.evaluate(REGIONS) == [[f"var(--le-{role})"] for role in roles]


@pytest.mark.parametrize("loss", [logistic, hinge], ids=repr)
def test_the_lines_of_a_forecast_and_of_a_score_are_where_they_say(show, loss):
    page = show(explore.classes(POINTS, SIDES, loss, penalty=PENALTY, spans=((0, 6), (0, 6))))
    w, _ = fitted(loss, POINTS, SIDES, PENALTY)
    lines = page.evaluate("""[...document.querySelectorAll('svg.le-picture path[stroke-dasharray]')].map(e =>
        e.getAttribute('d').match(/[-.\\d]+/g).map(Number))""")
    places = {key: page.locator(f"[data-hold=datum{key}]").get_attribute("transform")[10:-1].split() for key in (0, 5)}
    (left, low), (right, high) = (map(float, places[key]) for key in (0, 5))
    scores = [w[0, 0] * (1 + 3 * (x - left) / (right - left)) + w[1, 0] * (2 + 3 * (y - low) / (high - low)) + w[2, 0]
              for line in lines for x, y in (line[:2], line[2:])]
    named = sigmoid(np.array(scores)) if loss == logistic else scores
    assert named == pytest.approx([0.1, 0.1, 0.9, 0.9] if loss == logistic else [-1, -1, 1, 1], abs=0.01)


def test_gamma_is_a_slider_of_the_focal_loss_alone(show):
    page = show(explore.classes(POINTS, SIDES, focal, bce_logits, penalty=PENALTY, threshold=0.5))
    slide(page, "gamma", "Home")
    shown = numbers(page)
    same(shown, **shown_of(bce_logits, POINTS, SIDES))
    page.select_option("select", "bce_logits")
    assert numbers(page) == shown and not page.locator("input[data-key=gamma]").is_visible()


@pytest.mark.parametrize("loss", [*TWO, cross_entropy_logits], ids=repr)
def test_the_still_picture_shows_the_fit(loss):
    labels = KINDS if loss == cross_entropy_logits else SIDES
    wanted, _ = fitted(loss, POINTS, labels, PENALTY)
    made = fit(POINTS, labels, loss, PENALTY).reshape(3, -1)
    rows = np.column_stack([POINTS, np.ones(10)])
    mine, theirs = (scores - (scores.mean(axis=1, keepdims=True) if scores.shape[1] > 1 else 0)
                    for scores in (rows @ made, rows @ wanted))
    assert mine == pytest.approx(theirs, abs=0.05)


# --- what all pictures share ----------------------------------------------------------------------------------------

PICTURES = {
    "constant": lambda: explore.constant(WAITS, mse, mae, unit="minutes", span=(0, 20), start=10),
    "valley": lambda: explore.valley(X, Y, **WALK, momentum=0.5, beside=[optim.Adam], batches=True),
    "hill": lambda: explore.valley(X, Y, **HILL, names=("kilometres", "minutes")),
    "surface": lambda: explore.surface(bowl, start=(0.6, -0.5), spans=((-1, 2), (-1, 1)), rate=0.01,
                                       beside=[optim.Adam, optim.RMSProp, optim.Nesterov, optim.Momentum]),
    "graph": lambda: explore.graph(net, dict.fromkeys(PROGRAMS["net"][1], 0.5), weights=["w1", "w2", "v1", "v2"]),
    "distribution": lambda: explore.distribution(BAG, ALIKE, "abcde", bits=True),
    "calibration": lambda: explore.calibration(CAME, SAID),
    "embedding": lambda: explore.embedding(FACES, ["ann1", "ann2", "bea2"], **MAP),
    "classes": lambda: explore.classes(POINTS, SIDES, focal, hinge, called=("no spam", "spam"), threshold=0.4),
    "three classes": lambda: explore.classes(POINTS, KINDS, called=("fox", "badger", "cat")),
    "curves": lambda: explore.curves(lambda c, last: {"mse": (mse([1.0, last], [c, c]), 2 * c - 1 - last)},
                                     ("constant c", np.arange(0, 10, 0.1)), ("last", [3, 5])),
    "bars": runs.bars,
    "fitted": runs.fitted,
    "boundary": runs.boundary,
}


HELD = {"constant": "answer", "valley": "ball", "hill": "ball", "surface": "ball", "graph": "x1", "distribution": "p1",
        "calibration": "sharpness", "embedding": "positive", "classes": "datum0", "three classes": "datum0",
        "curves": "input", "bars": "moment", "fitted": "moment", "boundary": "moment"}
# How many things can be held in it.
FEW = {"surface": 1, "embedding": 3, "curves": 1, "bars": 1, "fitted": 1, "boundary": 1}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_held_by_a_finger(show, name):
    page = show(PICTURES[name](), width=390, touch=True)
    key = HELD[name]
    box = page.locator(f"[data-hold={key}] .le-dot").bounding_box()
    before = page.locator(f"[data-hold={key}]").get_attribute("aria-valuetext")
    client = page.context.new_cdp_session(page)
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    client.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in range(1, 13):  # the browser takes a finger for scrolling after a few moves, if it may
        finger = {"x": x + 5 * step, "y": y + 2 * step}
        client.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [finger]})
    client.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    numbers(page)  # the next frame
    assert page.locator(f"[data-hold={key}]").get_attribute("aria-valuetext") != before
    assert page.evaluate("scrollY") == 0
    moved = page.locator(f"[data-hold={key}] .le-dot").bounding_box()
    if name == "distribution":  # a bar grows up and down
        assert moved["y"] - box["y"] > 15
    elif name != "graph":  # an input of a graph stays where it is
        assert moved["x"] - box["x"] > 30


@pytest.mark.parametrize("name", PICTURES)
def test_everything_that_can_be_held_has_a_name_and_a_value(show, name):
    page = show(PICTURES[name]())
    holds = page.locator("[data-hold]").all()
    assert len(holds) >= FEW.get(name, 6)
    for hold in holds:
        assert hold.get_attribute("role") == "slider" and hold.get_attribute("tabindex") == "0"
        assert hold.get_attribute("aria-label") and hold.get_attribute("aria-valuetext")
        low, now, high = (float(hold.get_attribute(f"aria-value{which}")) for which in ("min", "now", "max"))
        assert low < high and np.isfinite(now)
    names = [hold.get_attribute("aria-label") for hold in holds if hold.get_attribute("data-hold") != "height"]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", PICTURES)
def test_what_is_held_keeps_the_focus_and_speaks_once_at_rest(show, name):
    page = show(PICTURES[name]())
    page.evaluate("""() => {
        window.heard = [];
        new MutationObserver(() => heard.push(document.querySelector("[role=status]").textContent))
            .observe(document.querySelector("[role=status]"), {childList: true, characterData: true, subtree: true});
    }""")
    page.wait_for_timeout(100)
    page.evaluate("heard.length = 0")
    key = HELD[name]
    press(page, key, *["ArrowRight"] * 6)
    assert page.evaluate("document.activeElement.dataset.hold") == key
    page.wait_for_timeout(1200)
    assert len(page.evaluate("heard")) <= 1


KEYS = """([key, many]) => {
    const hold = document.querySelector(`[data-hold=${key}]`);
    for (let i = 0; i < many; i++)
        hold.dispatchEvent(new KeyboardEvent("keydown", {key: "ArrowRight", bubbles: true, cancelable: true}));
}"""


@pytest.mark.parametrize("name", PICTURES)
def test_keys_that_are_faster_than_the_drawing_all_count(show, name):
    places = []
    for at_once in (1, 6):
        page = show(PICTURES[name]())
        start = page.locator(f"[data-hold={HELD[name]}]").get_attribute("aria-valuenow")
        for _ in range(6 // at_once):
            page.evaluate(KEYS, [HELD[name], at_once])
            numbers(page)
        places.append(page.locator(f"[data-hold={HELD[name]}]").get_attribute("aria-valuenow"))
    assert places[0] == places[1] != start


@pytest.mark.parametrize("width", [280, 390, 1280])
def test_no_picture_is_wider_than_its_page(show, width):
    page = show(*(make() for make in PICTURES.values()), width=width)
    assert page.evaluate("document.scrollingElement.scrollWidth - innerWidth") <= 0
    for box in page.evaluate("() => [...document.querySelectorAll('svg.le-picture')].map(s => [s.clientWidth, "
                             "s.parentElement.clientWidth])"):
        assert box[0] <= box[1]
    # Half a pixel is for rounding.
    cut = page.evaluate("""() => [...document.querySelectorAll("svg.le-picture .le-dot")].filter(dot => {
        const [inner, outer] = [dot.getBoundingClientRect(), dot.closest("svg").getBoundingClientRect()];
        return inner.left < outer.left - 0.5 || inner.right > outer.right + 0.5;
    }).map(dot => `${dot.closest("figure").dataset.picture} ${dot.closest("[data-hold]").dataset.hold}`)""")
    assert cut == []


DRAWN = """() => {
    const computed = (colour) => {
        const probe = document.body.appendChild(document.createElement("p"));
        probe.style.color = colour;
        const found = getComputedStyle(probe).color;
        probe.remove();
        return found;
    };
    const own = ["CanvasText", "Canvas", "LinkText", "Highlight", "GrayText"].map(computed);
    const drawn = new Set();
    for (const part of document.querySelectorAll("svg.le-picture *"))
        for (const what of ["fill", "stroke"]) {
            const colour = getComputedStyle(part)[what];
            if (colour !== "none" && !(colour.startsWith("rgba") && colour.endsWith(" 0)"))) drawn.add(colour);
        }
    return [[...drawn], own];
}"""


@pytest.mark.parametrize("name", PICTURES)
def test_a_reader_with_colours_of_their_own_sees_the_picture_in_them(show, name):
    page = show(PICTURES[name](), forced_colors="active", color_scheme="dark")
    drawn, own = page.evaluate(DRAWN)
    assert len(drawn) > 2 and set(drawn) <= set(own)


@pytest.mark.parametrize("name", PICTURES)
def test_at_twice_the_size_what_is_held_stays_under_the_pointer(show, name):
    page = show(PICTURES[name](), width=640, device_scale_factor=2)
    assert page.evaluate("document.scrollingElement.scrollWidth - innerWidth") <= 0
    if name != "graph":  # an input of a graph stays where it is
        before = page.locator(f"[data-hold={HELD[name]}] .le-dot").bounding_box()
        drag(page, HELD[name], 40, -40)
        numbers(page)  # the next frame
        after = page.locator(f"[data-hold={HELD[name]}] .le-dot").bounding_box()
        way = before["y"] - after["y"] if name == "distribution" else after["x"] - before["x"]
        assert way == pytest.approx(40, abs=6)  # it moves by the step of an arrow key


@pytest.mark.parametrize("name", ["classes", "three classes"])
def test_a_picture_speaks_chinese(show, name):
    page = show(PICTURES[name](), language="zh")
    press(page, "datum0", "ArrowRight")
    numbers(page)
    words = page.evaluate("[...document.querySelectorAll('dt, label, button')].map(e => e.firstChild.textContent)")
    said = [hold.get_attribute("aria-label") for hold in page.locator("[data-hold]").all()]
    for text in [*words, *said, page.locator("svg.le-picture").get_attribute("aria-label")]:
        assert any("\u4e00" <= sign <= "\u9fff" for sign in text) and "undefined" not in text, text


def test_two_pictures_of_one_kind_keep_apart(show):
    page = show(PICTURES["constant"](), PICTURES["constant"]())
    press(page, "answer", "ArrowLeft", nth=1)
    assert numbers(page, 0)["c"] == 10 and numbers(page, 1)["c"] < 10
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))
    page = show(PICTURES["classes"](), PICTURES["classes"]())
    before = numbers(page, 0)
    press(page, "datum4", "PageUp", nth=1)
    assert numbers(page, 0) == before != numbers(page, 1)


def test_a_fault_leaves_the_still_picture_and_the_other_pictures(browser, tmp_path):
    bad, good = (explore.without_moving_parts(PICTURES[name]()._repr_html_()) for name in ("constant", "graph"))
    html = explore.with_moving_parts(bad.replace('"data":', '"dota":') + good)
    file = tmp_path / "page.html"
    file.write_text(f'<!doctype html><meta charset="utf-8">{html}', "utf8")
    page = browser.new_page()
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(file.as_uri())
    page.wait_for_selector("svg.le-picture", timeout=10_000)
    assert page.locator("figure > img").count() == 1 and "constant does not start" in complaints[0]
    page.close()


@pytest.mark.parametrize("name", PICTURES)
def test_a_drawing_is_not_too_large_to_be_made_anew_in_each_frame(show, name):
    page = show(PICTURES[name]())
    assert 1000 < page.evaluate("document.querySelector('svg.le-picture').innerHTML.length") < 120_000


@pytest.mark.parametrize("name", PICTURES)
def test_the_html_of_a_picture_is_small_and_the_same_each_time(name):
    first, second = (explore.without_moving_parts(PICTURES[name]()._repr_html_()) for _ in range(2))
    assert first == second
    table = first.split('type="application/json">')[1].split("</script>")[0]
    assert json.loads(table) and len(table.encode()) < (40_000 if name == "boundary" else 6000)


def long(x):
    for _ in range(26):
        x = x * x
    return x


@pytest.mark.parametrize(("make", "error", "said"), [
    (lambda: explore.constant([]), ValueError, "expected one row of 1 to 24 finite numbers"),
    (lambda: explore.constant(np.arange(30.0)), ValueError, "1 to 24"),
    (lambda: explore.constant([1, np.nan]), ValueError, "finite"),
    (lambda: explore.constant([1, 2], start=9), ValueError, "widen it"),
    (lambda: explore.constant([1, 2], bce_logits, span=(0, 3)), ValueError, "labels 0 and 1"),
    (lambda: explore.constant([1, 2], "mse"), TypeError, "is no loss of one target"),
    (lambda: explore.valley([1, 2], [1, 2, 3], **WALK), ValueError, "as many in one as in the other"),
    (lambda: explore.valley(X, Y, **WALK | {"start": (9, 0)}), ValueError, "lies outside"),
    (lambda: explore.valley(X, Y, **HILL | {"start": 9.0}), ValueError, "lies outside"),
    (lambda: explore.valley(X, Y, **WALK | {"start": 5.0}), ValueError, "or a slope alone"),
    (lambda: explore.valley(X, Y, start=(5, 0), slopes=(0, 8), rate=1), ValueError, "or a slope alone"),
    (lambda: explore.surface(bowl, start=(9, 0), spans=((-1, 2), (-1, 1)), rate=1), ValueError, "lies outside"),
    (lambda: explore.surface(lambda w: (np.sort(w)[0], w), start=(0, 0), spans=((-1, 1), (-1, 1)), rate=1), TypeError,
     "numpy.sort"),
    (lambda: explore.calibration([1, 0, 1], [0.5, 0.5]), ValueError, "as many in one as in the other"),
    (lambda: explore.calibration([1, 2], [0.5, 0.5]), ValueError, "outcomes hold 2; expected 0"),
    (lambda: explore.calibration([1, 0], [0.5, 1.0]), ValueError, "forecasts hold 1; .* log-odds"),
    (lambda: explore.calibration([1, 0], [0.5, np.nan]), ValueError, "forecasts hold nan"),
    (lambda: explore.calibration([1, 0], [0.5, 0.4], bins=1), ValueError, "there are 1 bins"),
    (lambda: explore.calibration([1, 0], [0.5, 0.4], span=(2, 3)), ValueError, "between 0 and 1"),
    (lambda: explore.embedding(FACES[:2], "ap", **MAP), ValueError, "an anchor, a positive and a negative"),
    (lambda: explore.embedding(FACES + 9, "apn", **MAP), ValueError, "do not all lie in the spans"),
    (lambda: explore.embedding(FACES, "apn", **MAP | {"margin": 0.0}), ValueError, "the margin is 0 and the rate 0.1"),
    (lambda: explore.distribution([0.5, 0.5], [1], "ab"), ValueError, "one probability for each of 2 to 8 names"),
    (lambda: explore.distribution([1.0], [1.0], "a"), ValueError, "2 to 8 names"),
    (lambda: explore.distribution([0.5, 0.6], [0.5, 0.5], "ab"), ValueError, "truth is .* with the sum 1.1; expected"),
    (lambda: explore.distribution([0.5, 0.5], [1.5, -0.5], "ab"), ValueError, "belief is .*from 0 on with the sum 1"),
    (lambda: explore.distribution([0.5, np.nan], [0.5, 0.5], "ab"), ValueError, "with the sum nan"),
    (lambda: explore.distribution([0.7, 0.3], thrown, "ab", start=9.0), ValueError, "widen it"),
    (lambda: explore.distribution([0.7, 0.3], lambda z: [0.5 + 0 * z] * 3, "ab"), ValueError, "has the shape"),
    (lambda: explore.classes([1, 2], [0, 1]), ValueError, "rows of two finite numbers"),
    (lambda: explore.classes(np.zeros((41, 2)), [0, 1] * 20 + [1]), ValueError, "2 to 40"),
    (lambda: explore.classes(POINTS, SIDES[:9]), ValueError, "a whole number for each of the 10 points"),
    (lambda: explore.classes(POINTS, 2 * SIDES - 1), ValueError, "each of them at least once"),
    (lambda: explore.classes(POINTS, SIDES, called=["no"]), ValueError, "1 names for 2 classes"),
    (lambda: explore.classes(POINTS, SIDES, penalty=0), ValueError, "greater than 0"),
    (lambda: explore.classes(POINTS, SIDES, threshold=1), ValueError, "from 0.01 to 0.99"),
    (lambda: explore.classes(POINTS, KINDS, threshold=0.5), ValueError, "None where there are three"),
    (lambda: explore.classes(POINTS, SIDES, spans=((0, 9), (2, 9))), ValueError, "widen it"),
    (lambda: explore.classes(POINTS, SIDES, perceptron), TypeError, "has a kink"),
    (lambda: explore.classes(POINTS, SIDES, mse), TypeError, "does not judge one score of two classes"),
    (lambda: explore.classes(POINTS, KINDS, hinge), TypeError, "give cross_entropy_logits"),
    (lambda: explore.graph(lambda x: {}, {"x": 1}), ValueError, "returns no lines"),
    (lambda: explore.graph(chain, {"x": 9}), ValueError, "outside the span"),
    (lambda: explore.graph(chain, {"x": 1}, weights=["w"]), ValueError, "are no inputs"),
    (lambda: explore.graph(lambda x: {"y = x": x if x > 0 else -x}, {"x": 1}), TypeError, "`if` .* relu or maximum"),
    (lambda: explore.graph(lambda x: {"y = x": x if x else -x}, {"x": 1}), TypeError, "question for the number"),
    (lambda: explore.graph(lambda x: {"y = x": x * float(x)}, {"x": 1}), TypeError, "question for the number"),
    (lambda: explore.graph(lambda x: 3.0, {"x": 1}), TypeError, "returns 3.0; return a tensor, or a dict"),
    (lambda: explore.graph(lambda x: x, {"x": 1}), ValueError, "returns no lines"),
    (lambda: explore.graph(long, {"x": 1}), ValueError, "more than 25 operations, too many to read"),
])
def test_what_cannot_be_shown_is_refused(make, error, said):
    with pytest.raises(error, match=said):
        make()


# --- inside a notebook's program ----------------------------------------------------------------------------------

# Which keys, pressed in each sort of control, are heard by a program that listens at the window.
HEARD = """keys => {
    const heard = [];
    addEventListener('keydown', event => heard.push(event.key));
    for (const control of ['[data-hold]', 'input', 'select', 'button'])
        for (const key of keys)
            document.querySelector(control).dispatchEvent(new KeyboardEvent('keydown', {bubbles: true, ...key}));
    return heard;
}"""


def test_keys_that_control_a_picture_do_not_reach_the_program_around_it(show):
    """Visual Studio Code listens there: ArrowDown would go to the next cell, and Enter would open the cell's source."""
    page = show(PICTURES["embedding"]())  # it has every sort of control, and all kinds share what makes them
    used = ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "PageUp", "PageDown", "Home", "End", "Enter", " "]
    assert page.evaluate(HEARD, [{"key": key, "shiftKey": shift} for key in used for shift in (False, True)]) == []
    others = [{"key": "Escape"}, {"key": "Tab"}, {"key": "s"}, {"key": "Enter", "ctrlKey": True},
              {"key": "ArrowUp", "altKey": True}, {"key": "ArrowLeft", "metaKey": True}]
    assert page.evaluate(HEARD, others) == [key["key"] for key in others] * 4
