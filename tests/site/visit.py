"""Open a page of the built book, note what it complains of, and look at it in each theme and width."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.site import checks

LOCAL = ("file:", "data:", "blob:")
# axe takes as long as all the rest, so it tries all its rules once, and again those that colours and widths can break.
AGAIN = ["color-contrast", "link-in-text-block", "target-size", "scrollable-region-focusable"]
# A theme, a width, and what axe is asked there: nothing, all its rules (None), or those named.
STATES = [("light", 1280, [None]), ("dark", 1280, []), ("light", 390, []), ("light", 360, []), ("dark", 390, [AGAIN])]
# Two frames later the page has answered a change of its width.
SETTLE = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
DRESS = "theme => Object.assign(document.documentElement.dataset, {theme, mode: theme})"
READY = "() => Promise.all([window.MathJax?.startup?.promise, document.fonts.ready]).then(() => null)"


@contextmanager
def opened(window, address):
    """Yield the page, loaded, and the list of its complaints, which grows as it is used."""
    page, complaints = window.new_page(), []

    def told(message):
        if message.type in ("error", "warning"):
            complaints.append(f"the console says: {message.text}")

    def asked(request):
        if not request.url.startswith(LOCAL):
            complaints.append(f"the page asks another host: {request.url}")

    page.on("console", told)
    page.on("pageerror", lambda error: complaints.append(f"a script fails: {error}"))
    page.on("request", asked)
    page.on("requestfailed", lambda request: complaints.append(f"the page does not get {request.url}"))
    try:
        page.goto(address, timeout=60_000)
        page.evaluate(READY)
        yield page, complaints
    finally:
        page.close()


def dress(page, theme: str, width: int) -> None:
    """Give the page a theme and a width in place, as its reader would."""
    page.set_viewport_size({"width": width, "height": 800})
    page.evaluate(DRESS, theme)
    page.evaluate(SETTLE)


def walk(window, address) -> Iterator[str]:
    """Yield every fault of one page."""
    with opened(window, address) as (page, complaints):
        dress(page, *STATES[0][:2])
        for check in checks.DONE_ONCE:
            yield from check(page)
        for theme, width, audits in STATES:
            dress(page, theme, width)
            for check in checks.LAYOUT:
                yield from (f"{theme}, {width} pixels: {fault}" for fault in check(page))
            for rules in audits:
                yield from (f"{theme}, {width} pixels: {fault}" for fault in checks.axe_finds_nothing(page, rules))
        yield from complaints
