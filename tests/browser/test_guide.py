"""The guide in a browser: opened by keyboard, from question to question to a link, without scripts or stylesheet."""

from lossedu import choose

PATH = ["A number.", "Too high and too low hurt alike.",
        "Twice as large hurts four times as much, and the data are clean.", "mse"]


def test_tab_and_enter_lead_from_question_to_question_to_a_page(browser, tmp_path):
    (tmp_path / "page.html").write_text(
        f"<!doctype html><html lang='en'><meta charset='utf-8'><title>guide</title>{choose()._repr_html_()}", "utf8")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    requests = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto((tmp_path / "page.html").as_uri())
    for text in PATH:
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        assert focused.inner_text() == text
        if text != PATH[-1]:
            page.keyboard.press("Enter")
    assert page.locator("details[open]").count() == len(PATH) - 1
    assert focused.get_attribute("href") == "../regression/mse.ipynb"
    outer, inner = (page.locator("summary", has_text=text).first.bounding_box() for text in PATH[:2])
    assert inner["x"] > outer["x"]  # folds in folds are indented
    assert requests == [(tmp_path / "page.html").as_uri()]
    context.close()
