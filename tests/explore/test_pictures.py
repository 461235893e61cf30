"""Pictures that compute, in a browser: what they show is what the package says, by mouse, by touch and by keyboard."""

import json

import numpy as np
import pytest

from lossedu import (
    EpsilonInsensitive,
    Huber,
    Quantile,
    Tensor,
    Tukey,
    autodiff,
    bce_logits,
    cauchy,
    explore,
    log_cosh,
    mae,
    mape,
    mse,
    msle,
    optim,
)
from lossedu.explore.explorer import HERE
from lossedu.explore.program import operations, program_lines
from lossedu.plot.style import css_variables

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


def numbers(page, nth=0):
    """The numbers that a picture shows, by name, with their words."""
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
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


def press(page, key, *names, nth=0):
    page.locator("figure").nth(nth).locator(f"[data-hold={key}]").focus()
    for name in names:
        page.keyboard.press(name)


def slide(page, key, name, nth=0):
    page.locator("figure").nth(nth).locator(f"input[data-key={key}]").focus()
    page.keyboard.press(name)


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
    assert list(operations(every_operation(x, y), {"x": x, "y": y})) == [
        "a = x − 2", "b = abs(a)", "c = y · y", "d = c + 1", "e = b / d", "f = −x", "g = f³", "h = e − g",
        "i = relu(h)", "j = sigmoid(y)", "k = max(i, j)", "l = x²", "m = l + 1", "n = sqrt(m)", "o = 2 / n",
        "p = k + o", "q = tanh(p)", "r = h · y", "s = q + r", "t = exp(s)", "u = t + 1", "v = log(u)", "w = v + 1",
        "z = w − y"]


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_has_the_values_and_gradients_of_the_engine(show, name):
    program, inputs = PROGRAMS[name]
    page = show(explore.constant(WAITS))
    lines = [line._asdict() for line in program_lines(program, inputs)]
    rng = np.random.default_rng(0)
    for _ in range(20):
        given = dict(zip(inputs, rng.normal(size=len(inputs)).tolist()))
        values, slopes = page.evaluate(GRAPH, [lines, given])
        tensors = {one: Tensor(value, one) for one, value in given.items()}
        result = program(*tensors.values())
        made = named(operations(result, tensors) if isinstance(result, Tensor) else result)
        list(made.values())[-1].backward()
        for one, tensor in (tensors | made).items():
            assert values[one] == pytest.approx(float(tensor.data), rel=1e-12)
            assert slopes.get(one, 0) == pytest.approx(float(tensor.grad), rel=1e-12, abs=1e-15), one


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


# --- a run of training, moment by moment ----------------------------------------------------------------------------

EPOCHS = 30
LOSSES = {"loss": [3 * 0.8**t for t in range(EPOCHS)],
          "validation": [2 * 0.8**t + 0.02 * t for t in range(EPOCHS)],
          "accuracy": [1 - 0.5 * 0.9**t for t in range(EPOCHS)]}
RUN = [dict(zip(LOSSES, values)) for values in zip(*LOSSES.values())]
BEST = int(np.argmin(LOSSES["validation"]))
TIMES = np.arange(EPOCHS)[:, None]
SHARES = {"first": np.array([[0.6, 0.1, -0.9]]) * (1 - 0.9**TIMES), "second": np.array([[0.1, 0.6, 0.3]]) + 0 * TIMES}
ALONG = np.linspace(-1, 6, 15)
LINES = (TIMES + 1) / EPOCHS * (4 * ALONG)
CORNERS = np.array([[-2.0, -1], [2, 1], [-1, 2], [1, -2]])
PLACES = explore.grid(CORNERS)
SCORES = 1 / (1 + np.exp(-(PLACES[:, 0] - (TIMES - 10) / 10)))  # the boundary walks to the right


def bars():
    return explore.training(RUN, SHARES, bars=["a", "b", "c"], images=np.eye(4)[None].repeat(2, 0), choice="which")


def fitted():
    return explore.training(RUN, LINES, curve=(ALONG, X, Y))


def boundary():
    return explore.training(RUN, SCORES, plane=(CORNERS, [0, 1, 0, 1]), unit="step")


def test_each_moment_of_a_run_shows_what_was_recorded(show):
    page = show(bars())
    for t in range(EPOCHS):
        row = SHARES["first"][t]
        same(numbers(page), t=t, largest=row[np.abs(row).argmax()], **{name: LOSSES[name][t] for name in LOSSES})
        press(page, "moment", "ArrowRight")
    page.select_option("select", "1")
    same(numbers(page), t=EPOCHS - 1, largest=0.6)
    assert page.locator("svg.le-picture").get_attribute("aria-label") == (
        f"At epoch 29 the training loss is {LOSSES['loss'][-1]:.4g}, and the validation loss is "
        f"{LOSSES['validation'][-1]:.4g}. The largest bar is b, and its value is 0.6.".replace("0.004640", "0.00464"))


def test_a_moment_is_dragged_and_chosen_with_a_slider(show):
    page = show(bars())
    drag(page, "moment", 90)
    dragged = numbers(page)["t"]
    assert 3 < dragged < 15
    drag(page, "moment", 5000)
    assert numbers(page)["t"] == EPOCHS - 1
    slide(page, "i", "Home")
    slide(page, "i", "ArrowRight")
    assert numbers(page)["t"] == 1 and page.locator("input").get_attribute("aria-valuetext") == "1"
    page.get_by_role("button", name="Go to the lowest validation loss").click()
    same(numbers(page), t=BEST, validation=min(LOSSES["validation"]))


def test_a_run_of_training_goes_to_its_end_and_starts_again(show):
    page = show(bars())
    page.get_by_role("button", name="Run").click()
    page.wait_for_function("() => Number(document.querySelector('[data-value=t]').textContent) > 2")
    page.get_by_role("button", name="Stop").click()
    stopped = numbers(page)["t"]
    page.wait_for_timeout(500)
    assert numbers(page)["t"] == stopped
    slide(page, "i", "End")
    assert page.get_by_role("button", name="Next").is_disabled()
    page.get_by_role("button", name="Run").click()  # from the start once more
    page.wait_for_function("() => Number(document.querySelector('[data-value=t]').textContent) === 2")
    page.get_by_role("button", name="Start again").click()
    page.wait_for_timeout(500)
    assert numbers(page)["t"] == 0
    page.get_by_role("button", name="Next").click()
    assert numbers(page)["t"] == 1


def test_a_run_of_training_is_at_its_end_at_once_for_those_who_want_no_motion(show):
    page = show(fitted(), motion="reduce")
    page.get_by_role("button", name="Run").click()
    assert numbers(page)["t"] == EPOCHS - 1


def points(page, selector):
    """The corners of drawn lines, in pixels."""
    texts = page.locator(selector).evaluate_all("paths => paths.map(path => path.getAttribute('d'))")
    return [np.array([pair.split() for pair in text.replace("M", "L").split("L")[1:]], float) for text in texts]


@pytest.mark.parametrize("t", [0, 12, EPOCHS - 1])
def test_bars_curve_and_boundary_are_those_of_the_moment(show, t):
    page = show(bars(), fitted(), boundary())
    for nth in range(3):
        press(page, "moment", *["ArrowRight"] * t, nth=nth)
    numbers(page)
    figure = page.locator("figure")
    widths = [float(rect.get_attribute("width")) for rect in figure.nth(0).locator("rect").all()]
    full = max(widths) / np.abs(SHARES["first"][t]).max() if t else 1.0
    assert widths == pytest.approx(np.abs(SHARES["first"][t]) * full, abs=0.11)
    (line,) = points(page, "figure:nth-of-type(2) path[stroke='var(--le-prediction)']")
    dots = figure.nth(1).locator("circle[fill='var(--le-data)']").all()
    for pixels, values, data, name in zip(line.T, (ALONG, LINES[t]), (X, Y), ("cx", "cy")):
        scale = np.polyfit(data, [float(dot.get_attribute(name)) for dot in dots], 1)
        assert np.polyval(scale, values) == pytest.approx(pixels, abs=0.2)
    (crossings,) = points(page, "figure:nth-of-type(3) path[stroke='var(--le-prediction)']")
    frame = points(page, "figure:nth-of-type(3) path[stroke='var(--le-muted)']")
    corners = np.concatenate([path for path in frame if len(path) == 3])  # the second pair of axes
    left, right = corners[-3][0], corners[-1][0]
    low, high = PLACES[:, 0].min(), PLACES[:, 0].max()
    found = low + (crossings[:, 0] - left) / (right - left) * (high - low)
    assert found == pytest.approx(np.full(len(found), (t - 10) / 10), abs=0.02)


def test_a_byte_is_near_enough_to_a_probability(show):
    page = show(boundary())
    for row, text in zip(SCORES, boundary().table["view"]["cases"][0]["values"]):
        stored = page.evaluate("text => Array.from(atob(text), byte => byte.charCodeAt(0) / 255)", text)
        assert np.abs(stored - row).max() <= 0.5 / 255 + 1e-12


def test_a_long_run_is_thinned_out_and_keeps_its_best_moment(show):
    n = 500
    losses = {"loss": np.geomspace(5, 0.1, n), "validation": np.abs(np.arange(n) - 333.0) + 1}
    run = [{"loss": a, "validation": b} for a, b in zip(*losses.values())]
    picture = explore.training(run, np.repeat(SCORES[:1], n, 0), plane=(CORNERS, [0, 1, 0, 1]))
    moments = picture.table["moments"]
    assert moments[0] == 0 and moments[-1] == n - 1 and 333 in moments and 20 < len(moments) < 60
    assert len(json.dumps(picture.table)) < 40_000
    page = show(picture)
    press(page, "moment", "ArrowRight")
    same(numbers(page), t=moments[1], loss=losses["loss"][moments[1]])
    page.get_by_role("button", name="Go to the lowest validation loss").click()
    same(numbers(page), t=333, validation=1)


def test_a_loss_that_is_not_finite_is_a_word(show):
    run = [{"loss": loss} for loss in (1.0, 3.0, np.inf, np.nan)]
    page = show(explore.training(run, [[1.0], [2.0], [3.0], [4.0]], bars=["w"]))
    for wanted in (1.0, 3.0, "∞", "undefined there"):
        shown = page.locator("[data-value=loss]").text_content()
        assert shown == wanted if isinstance(wanted, str) else float(shown) == wanted
        assert "NaN" not in page.locator("svg.le-picture").evaluate("svg => svg.outerHTML")
        press(page, "moment", "ArrowRight")
        numbers(page)


def test_the_words_of_a_run_are_those_of_the_language(show):
    page = show(bars(), language="zh")
    shown = page.locator("figure").inner_text()
    assert "训练损失" in shown and "验证损失" in shown and "准确率" in shown and "epoch" not in shown
    assert "训练损失" in page.locator("svg.le-picture").get_attribute("aria-label")


# --- what all pictures share ----------------------------------------------------------------------------------------

PICTURES = {
    "constant": lambda: explore.constant(WAITS, mse, mae, unit="minutes", span=(0, 20), start=10),
    "valley": lambda: explore.valley(X, Y, **WALK, momentum=0.5, beside=[optim.Adam], batches=True),
    "hill": lambda: explore.valley(X, Y, **HILL, names=("kilometres", "minutes")),
    "surface": lambda: explore.surface(bowl, start=(0.6, -0.5), spans=((-1, 2), (-1, 1)), rate=0.01,
                                       beside=[optim.Adam, optim.RMSProp, optim.Nesterov, optim.Momentum]),
    "graph": lambda: explore.graph(net, dict.fromkeys(PROGRAMS["net"][1], 0.5), weights=["w1", "w2", "v1", "v2"]),
    "bars": bars,
    "fitted": fitted,
    "boundary": boundary,
}


HELD = {"constant": "answer", "valley": "ball", "hill": "ball", "surface": "ball", "graph": "x1"} | dict.fromkeys(
    ("bars", "fitted", "boundary"), "moment")
ALONE = ("surface", "bars", "fitted", "boundary")  # with one thing to hold


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
    if name != "graph":  # an input of a graph stays where it is
        assert moved["x"] - box["x"] > 30


@pytest.mark.parametrize("name", PICTURES)
def test_everything_that_can_be_held_has_a_name_and_a_value(show, name):
    page = show(PICTURES[name]())
    holds = page.locator("[data-hold]").all()
    assert len(holds) >= (1 if name in ALONE else 6)
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
    page = show(PICTURES[name]())
    hold = page.locator(f"[data-hold={HELD[name]}]")
    places = []
    for many in (0, 1, 5):
        page.evaluate(KEYS, [HELD[name], many])
        numbers(page)
        places.append(float(hold.get_attribute("aria-valuenow")))
    start, once, last = places
    assert once != start and last - once == pytest.approx(5 * (once - start))


@pytest.mark.parametrize("width", [280, 390, 1280])
def test_no_picture_is_wider_than_its_page(show, width):
    page = show(*(make() for make in PICTURES.values()), width=width)
    assert page.evaluate("document.scrollingElement.scrollWidth - innerWidth") <= 0
    for box in page.evaluate("() => [...document.querySelectorAll('svg.le-picture')].map(s => [s.clientWidth, "
                             "s.parentElement.clientWidth])"):
        assert box[0] <= box[1]


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
        drag(page, HELD[name], 40)
        numbers(page)  # the next frame
        after = page.locator(f"[data-hold={HELD[name]}] .le-dot").bounding_box()
        assert after["x"] - before["x"] == pytest.approx(40, abs=6)  # it moves by the step of an arrow key


def test_two_pictures_of_one_kind_keep_apart(show):
    page = show(PICTURES["constant"](), PICTURES["constant"]())
    press(page, "answer", "ArrowLeft", nth=1)
    assert numbers(page, 0)["c"] == 10 and numbers(page, 1)["c"] < 10
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))


def test_a_fault_leaves_the_still_picture_and_the_other_pictures(browser, tmp_path):
    good, bad = PICTURES["graph"]()._repr_html_(), PICTURES["constant"]()._repr_html_().replace('"data":', '"dota":')
    file = tmp_path / "page.html"
    file.write_text(f'<!doctype html><meta charset="utf-8">{explore.without_moving_parts(bad)}{good}', "utf8")
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
    (lambda: explore.training(RUN[:1], SHARES, bars="abc"), ValueError, "expected 2 to 1000 records"),
    (lambda: explore.training([*RUN[1:], {"loss": 1}], SHARES, bars="abc"), ValueError, "29 of validation"),
    (lambda: explore.training(RUN, SHARES), TypeError, "nothing says what the models are"),
    (lambda: explore.training(RUN, SHARES, bars="abc", curve=(ALONG, X, Y)), TypeError, "bars, curve says"),
    (lambda: explore.training(RUN, SHARES, bars="ab"), ValueError, "'first' have 3 numbers each for 2 bars"),
    (lambda: explore.training(RUN, np.zeros((EPOCHS, 17)), bars="abcdefghijklmnopq"), ValueError, "16 at most"),
    (lambda: explore.training(RUN, LINES[1:], curve=(ALONG, X, Y)), ValueError, r"shape \(29, 15\) for 30 records"),
    (lambda: explore.training(RUN, LINES, curve=(ALONG, X, Y[1:])), ValueError, "as long as each other"),
    (lambda: explore.training(RUN, SCORES, plane=(CORNERS, [1, 2, 1, 2])), ValueError, "with labels 0 and 1"),
    (lambda: explore.training(RUN, 2 * SCORES, plane=(CORNERS, [0, 1, 0, 1])), ValueError, "expected probabilities"),
    (lambda: explore.training(RUN, SHARES, bars="abc", images=np.eye(3)), ValueError, "one image of shades"),
    (lambda: explore.training(RUN, SHARES, bars="abc", unit="hour"), ValueError, "expected 'epoch' or 'step'"),
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
