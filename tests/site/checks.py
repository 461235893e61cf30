"""What a page of the built book must do: each check takes an open page and yields its faults as sentences."""

from collections.abc import Iterator

from axe_playwright_python.base import AXE_SCRIPT

from tests.site import probes


def click(page, element) -> None:
    """Press the mouse where the middle of the element's first line is, whatever lies there."""
    page.mouse.click(*element.evaluate(probes.MIDDLE))


def formulas_are_set(page) -> Iterator[str]:
    """MathJax has set every formula, and no TeX stands in the text."""
    yield from page.evaluate(probes.FORMULAS)


def folds_open(page) -> Iterator[str]:
    """A fold opens by mouse, closes and opens again by keyboard, and shows what it holds. It stays open afterwards."""
    for fold in page.query_selector_all("details:not(.le-choice, .le-answers)"):
        summary = fold.query_selector("summary")
        if summary is None or not summary.is_visible():
            yield f"the fold {fold.evaluate(probes.NAME)} has nothing to open it by"
            continue
        if fold.get_attribute("open") is None:
            click(page, summary)
            if not fold.evaluate(probes.IS, True):
                yield f"the fold {fold.evaluate(probes.NAME)} does not open by mouse"
        summary.focus()
        for wanted in (False, True):
            page.keyboard.press("Enter")
            if not fold.evaluate(probes.IS, wanted):
                name = fold.evaluate(probes.NAME)
                yield f"the fold {name} does not {'open' if wanted else 'close'} by keyboard"


def quizzes_answer(page) -> Iterator[str]:
    """Each choice shows its reason, by mouse and by keyboard, and the reason is announced; the first choices count."""
    for quiz in page.query_selector_all(".le-quiz"):
        choices = quiz.query_selector_all(".le-question .le-choice > summary")
        if not choices:
            yield f"the quiz {quiz.evaluate(probes.NAME)} has no choices that open"
            continue
        for choice in choices:
            click(page, choice)
            yield from judged(choice, "by mouse")
        for question in quiz.query_selector_all(".le-question"):
            yield from by_keyboard(page, question.query_selector_all(".le-choice > summary"))
        for fault in quiz.evaluate(probes.COUNTED):
            yield f"the quiz {quiz.evaluate(probes.NAME)} {fault}"


def by_keyboard(page, choices) -> Iterator[str]:
    """Choose one after the other, each reached with Tab from the one before."""
    for number, choice in enumerate(choices):
        if number == 0:
            choice.focus()
        for _ in range(5):  # the reason that is open may hold links
            if choice.evaluate(probes.HAS_FOCUS):
                break
            page.keyboard.press("Tab")
        else:
            yield f"the choice {choice.evaluate(probes.NAME)} is not reached with Tab"
            choice.focus()
        page.keyboard.press("Enter")
        yield from judged(choice, "by keyboard")


def judged(choice, how) -> Iterator[str]:
    for fault in choice.evaluate(probes.CHOSEN):
        yield f"the choice {choice.evaluate(probes.NAME)}, chosen {how}, {fault}"


def pictures_answer(page) -> Iterator[str]:
    """Whatever can be held moves its picture by keyboard, as does each slider and choice; a button is heard, too."""
    for figure in page.query_selector_all(".le-explorer[data-picture]"):
        name = figure.evaluate(probes.NAME)
        holds = figure.query_selector_all("[data-hold]")
        if figure.query_selector("svg.le-picture") is None or not holds:
            yield f"the picture {name} did not start"
            continue
        yield from moves(name, holds)
        figure.evaluate(probes.QUIET)
        click(page, figure.query_selector(".le-buttons button"))
        for fault in figure.evaluate(probes.HEARD):
            yield f"the picture {name} {fault} when its first button is pressed"
        # After a step, because only then has the choice of a rule an effect, or momentum.
        yield from moves(name, figure.query_selector_all("select, input[type=range]"))


def moves(name, controls) -> Iterator[str]:
    """Use each control that is seen by keyboard, and see that the picture changes."""
    for control in controls:
        if control.is_visible() and not control.evaluate(probes.MOVED, ["ArrowRight", "ArrowLeft"]):
            yield f"the picture {name} does not move with {control.evaluate(probes.NAME_OF_HOLD)}"


def sliders_are_large_enough(page) -> Iterator[str]:
    """A finger needs a slider that is 24 pixels high, as WCAG 2.2 asks of every target (criterion 2.5.8)."""
    for slider in page.query_selector_all(".le-explorer input[type=range]"):
        box = slider.bounding_box()  # None where the slider is hidden
        if box and box["height"] < 24:
            yield f"the slider {slider.evaluate(probes.NAME)} is only {box['height']:g} pixels high"


def no_sideways_scroll(page) -> Iterator[str]:
    yield from page.evaluate(probes.SIDEWAYS)


def nothing_is_cut(page) -> Iterator[str]:
    """What does not fit has a scroll of its own."""
    yield from page.evaluate(probes.CUT)


def axe_finds_nothing(page, rules=None) -> Iterator[str]:
    """The rules of axe-core, all or those that are named; they come with the package axe-playwright-python."""
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(AXE_SCRIPT)
        page.evaluate(probes.FEWER_PARTS)
    if page.evaluate(probes.AXE, rules):
        page.wait_for_timeout(500)  # the theme answers a change of width 300 ms later
        yield from page.evaluate(probes.AXE, rules)


# The last leaves every fold open.
DONE_ONCE = [formulas_are_set, quizzes_answer, pictures_answer, folds_open]
LAYOUT = [no_sideways_scroll, nothing_is_cut, sliders_are_large_enough]
