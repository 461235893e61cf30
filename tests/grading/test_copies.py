"""A learner's copies of the pages: renewed after an update, never overwritten, and read by `check`."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path

import nbformat
import pytest
from nbformat.sign import NotebookNotary
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, writes
from typer.testing import CliRunner

from lossedu import explore
from lossedu.cli import app
from lossedu.grading import copies
from lossedu.grading.copies import NoPages, answered, chosen, copy_pages, course_pages, visible

STARTER = 'def squared_error_mean(y_true, y_pred):\n    """The mean."""\n    ...  # your answer here'
ANSWER = "import numpy as np\ndef squared_error_mean(y_true, y_pred):\n    return np.mean((y_true - y_pred) ** 2)"


@pytest.fixture(autouse=True)
def own_jupyter(tmp_path, monkeypatch):
    """Signatures go into a folder of the test's own, and `check` finds this tree's package."""
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter"))
    monkeypatch.setenv("PYTHONPATH", str(Path(copies.__file__).parents[2]))
    monkeypatch.setenv("NO_COLOR", "1")


@pytest.fixture
def source(tmp_path):
    """A small book: three notebooks that link to each other, and the glossary."""
    book = tmp_path / "book"
    write_page(book / "index.ipynb", "[mse](regression/mse.ipynb)")
    write_page(book / "regression/mse.ipynb", "[mae](mae.ipynb#ex-a), the [glossary](../back/glossary.md)", STARTER)
    write_page(book / "regression/mae.ipynb", "See [mse](mse.ipynb).")
    (book / "back").mkdir()
    (book / "back/glossary.md").write_text("gradient\n")
    return book


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "exercises" / "pages"


def write_page(file: Path, text: str, code: str = "1 + 1", output: str = "2") -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    run = nbformat.v4.new_output("execute_result", {"text/plain": output}, execution_count=1)
    cells = [new_markdown_cell(text, id="a"), new_code_cell(code, id="b", outputs=[run], execution_count=1)]
    file.write_text(writes(new_notebook(cells=cells)), "utf8")


def edit(file: Path, old: str, new: str) -> None:
    notebook = nbformat.read(file, as_version=4)
    for cell in notebook.cells:
        cell.source = cell.source.replace(old, new)
    nbformat.write(notebook, file)


def everything(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes()
            for path in folder.rglob("*") if path.is_file() and path.name != copies.RECORD}


def test_copies_are_the_pages_and_what_they_link_to(source, folder):
    done = copy_pages(source, folder)
    assert everything(folder) == everything(source)
    assert done.counts == {"copied": 3} and done.sentences == []


def test_nothing_happens_the_second_time(source, folder):
    copy_pages(source, folder)
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    assert copy_pages(source, folder).counts == {"left": 3}
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


def test_a_copy_that_was_only_run_is_renewed(source, folder):
    copy_pages(source, folder)
    mine = nbformat.read(folder / "regression/mse.ipynb", as_version=4)
    mine.cells[1].outputs = []
    mine.cells.append(new_code_cell(""))  # as JupyterLab does after the last cell
    nbformat.write(mine, folder / "regression/mse.ipynb")
    write_page(source / "regression/mse.ipynb", "The page is better now.", STARTER)
    done = copy_pages(source, folder)
    assert done.counts == {"renewed": 1, "left": 2} and done.sentences == []
    assert everything(folder) == everything(source)


def test_a_page_whose_outputs_alone_changed_is_renewed_too(source, folder):
    copy_pages(source, folder)
    write_page(source / "regression/mae.ipynb", "See [mse](mse.ipynb).", output="a better picture")
    assert copy_pages(source, folder).counts == {"renewed": 1, "left": 2}
    assert everything(folder) == everything(source)


def test_answers_are_kept_and_the_new_page_stands_beside_them(source, folder):
    copy_pages(source, folder)
    mine, beside = folder / "regression/mse.ipynb", folder / "regression/mse.new.ipynb"
    edit(mine, STARTER, ANSWER)
    answers = mine.read_bytes()
    assert copy_pages(source, folder).counts == {"left": 3} and not beside.exists()
    write_page(source / "regression/mse.ipynb", "The page is better now.", STARTER)
    for text in ("The page is better now.", "It is better still."):  # the one beside is renewed by the next update
        write_page(source / "regression/mse.ipynb", text, STARTER)
        done = copy_pages(source, folder)
        assert mine.read_bytes() == answers and "holds your answers and was kept" in done.sentences[0]
        assert beside.read_bytes() == (source / "regression/mse.ipynb").read_bytes()
    beside.unlink()
    assert copy_pages(source, folder).sentences == [] and not beside.exists()  # whoever threw it away wants it no more


def test_answers_in_the_page_beside_are_kept_too(source, folder):
    copy_pages(source, folder)
    edit(folder / "regression/mse.ipynb", STARTER, ANSWER)
    write_page(source / "regression/mse.ipynb", "second", STARTER)
    copy_pages(source, folder)
    edit(folder / "regression/mse.new.ipynb", "second", "my notes")
    write_page(source / "regression/mse.ipynb", "third", STARTER)
    before = everything(folder)
    sentence, = copy_pages(source, folder).sentences
    assert everything(folder) == before
    assert "mse.new.ipynb: rename it, then run this again" in sentence


def test_what_is_written_into_the_glossary_is_kept(source, folder):
    copy_pages(source, folder)
    (folder / "back/glossary.md").write_text("gradient: my own words\n")
    (source / "back/glossary.md").write_text("gradient, and more\n")
    copy_pages(source, folder)
    assert (folder / "back/glossary.md").read_text() == "gradient: my own words\n"
    assert (folder / "back/glossary.new.md").read_text() == "gradient, and more\n"


@pytest.mark.parametrize("record", [None, "{", "[]", '{"regression/mse.ipynb": 3}'])
def test_without_its_record_no_answer_is_lost(source, folder, record):
    copy_pages(source, folder)
    edit(folder / "regression/mse.ipynb", STARTER, ANSWER)
    answers = (folder / "regression/mse.ipynb").read_bytes()
    (folder / copies.RECORD).unlink()
    if record:
        (folder / copies.RECORD).write_text(record)
    write_page(source / "regression/mae.ipynb", "The page is better now.")
    copy_pages(source, folder)
    assert (folder / "regression/mse.ipynb").read_bytes() == answers
    assert (folder / "regression/mse.new.ipynb").exists()


@pytest.mark.parametrize("damaged", ["", "{", '{"cells": 3}', '{"cells": [{"source": 3}]}', "[" * 100_000, "\udce9"])
def test_a_damaged_copy_is_told_and_kept_and_the_others_go_on(source, folder, damaged):
    copy_pages(source, folder)
    mine = folder / "regression/mae.ipynb"
    mine.write_text(damaged, "utf8", "surrogateescape")
    write_page(source / "regression/mse.ipynb", "The page is better now.", STARTER)
    done = copy_pages(source, folder)
    assert mine.read_text("utf8", "surrogateescape") == damaged
    sentence, = done.sentences
    assert sentence.startswith(f"{mine} cannot be read (the notebook is damaged) and was kept.")
    assert (folder / "regression/mae.new.ipynb").read_bytes() == (source / "regression/mae.ipynb").read_bytes()
    assert done.counts == {"renewed": 1, "left": 2}


def test_a_damaged_page_of_the_course_is_told(source, folder):
    (source / "regression/mae.ipynb").write_text("{")
    with pytest.raises(NoPages, match="a page of the course, cannot be read: .* git checkout"):
        copy_pages(source, folder)


def test_links_are_neither_followed_nor_replaced(source, folder, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    secret = elsewhere / "secret.ipynb"
    secret.write_text("mine")
    folder.mkdir(parents=True)
    (folder / "regression").symlink_to(elsewhere, target_is_directory=True)
    (folder / "index.ipynb").symlink_to(secret)
    done = copy_pages(source, folder)
    assert (folder / "index.ipynb").is_symlink() and (folder / "regression").is_symlink()
    assert everything(elsewhere) == {"secret.ipynb": b"mine"}
    assert (folder / "index.new.ipynb").read_bytes() == (source / "index.ipynb").read_bytes()
    assert any(sentence.startswith(f"{folder / 'index.ipynb'} cannot be read (") for sentence in done.sentences)
    assert f"{folder / 'regression'} is a link and was left alone." in done.sentences


def test_a_pipe_in_the_place_of_a_copy_does_not_hold_it_up(source, folder):
    if not hasattr(os, "mkfifo"):
        pytest.skip("this system has no named pipes")
    folder.mkdir(parents=True)
    os.mkfifo(folder / "index.ipynb")
    assert "cannot be read (it is no regular file) and was kept" in copy_pages(source, folder).sentences[0]


def test_a_copy_is_written_whole_or_not_at_all(source, folder, monkeypatch):
    copy_pages(source, folder)
    before = everything(folder)
    write_page(source / "regression/mse.ipynb", "The page is better now.", STARTER)

    def full(self, data):
        with self.open("wb") as file:
            file.write(data[:10])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space left"):
        copy_pages(source, folder)
    assert everything(folder) == before


def test_names_choose_pages_and_say_what_is_still_missing(source, folder):
    def names(*wanted):
        return [path.relative_to(source).as_posix() for path in chosen(source, wanted)]

    assert names("mse") == names("regression/mse") == ["regression/mse.ipynb"]
    assert names("regression") == ["regression/mae.ipynb", "regression/mse.ipynb"]
    assert len(names()) == 3
    done = copy_pages(source, folder, ["mse"])
    assert set(everything(folder)) == {"regression/mse.ipynb", "back/glossary.md"}
    assert done.sentences == [
        "Pages that they link to and that you have not copied: 1. To have all: lossedu start --pages"]
    assert copy_pages(source, folder).sentences == []


@pytest.mark.parametrize("name", ["mze", "../regression/mse", "/etc/passwd", "", ".", "regression/mse.ipynb"])
def test_a_name_outside_the_book_is_refused(source, folder, name):
    with pytest.raises(NoPages, match="There is no page named"):
        copy_pages(source, folder, [name])
    assert not folder.exists()


def test_the_book_is_not_copied_into_itself(source):
    before = everything(source)
    with pytest.raises(NoPages, match="name another folder"):
        copy_pages(source, source / "regression")
    assert everything(source) == before


def test_copies_are_signed_and_answers_from_elsewhere_are_not(source, folder):
    copy_pages(source, folder)
    notebook = nbformat.read(folder / "regression/mse.ipynb", as_version=4)
    with NotebookNotary() as notary:
        assert notary.check_signature(notebook)
        notebook.cells[1].outputs[0].data["text/html"] = "<script>1</script>"
        assert not notary.check_signature(notebook)


def test_copies_are_made_where_jupyter_cannot_write(source, folder, monkeypatch):
    monkeypatch.setenv("JUPYTER_DATA_DIR", "/dev/null/jupyter")
    assert copy_pages(source, folder).counts == {"copied": 3}


def test_only_copies_with_answers_are_looked_at(source, folder):
    copy_pages(source, folder)
    (folder / ".ipynb_checkpoints").mkdir()
    for place in ("regression/mae.new.ipynb", ".ipynb_checkpoints/mae-checkpoint.ipynb"):
        shutil.copy(folder / "regression/mse.ipynb", folder / place)
    assert answered(folder) == []
    edit(folder / "regression/mse.ipynb", STARTER, ANSWER)
    (folder / "regression/mae.ipynb").write_text("{")
    assert answered(folder) == [folder / "regression/mae.ipynb", folder / "regression/mse.ipynb"]


# The command line


def run(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_from_start_to_check(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("lossedu.grading.local.SECONDS", 90)  # the whole page runs, and the machine may be busy
    started = run("start", "mse", "--pages")
    assert started.exit_code == 0 and "Pages copied: 1, renewed: 0, left as they are: 0." in started.stdout
    first = run("check")
    assert first.exit_code == 2 and "has been written into" in first.output
    page = tmp_path / "exercises/pages/regression/mse.ipynb"
    edit(page, "...  # your answer here\n\n\ncheck(squared_error_mean)", "return np.sum((y_true - y_pred) ** 2)")
    assert run("start", "mse").exit_code == 0  # an empty starter beside it changes nothing
    states = {v["name"]: v["state"] for v in json.loads(run("check", "--json").stdout)}
    assert states["squared_error_mean"] == "WRONG VALUE"
    assert list(states.values()).count("NOT ATTEMPTED") == len(states) - 1 > 2


@pytest.mark.parametrize("last", ["mse.py", "pages/mse.ipynb"])
def test_of_two_answers_the_one_saved_last_counts(tmp_path, monkeypatch, last):
    monkeypatch.chdir(tmp_path)
    write_page(tmp_path / "exercises/pages/mse.ipynb", "", ANSWER)
    (tmp_path / "exercises/mse.py").write_text(ANSWER.replace("np.mean", "np.sum"))
    for file in (tmp_path / "exercises").rglob("mse.*"):
        os.utime(file, (2, 2) if file == tmp_path / "exercises" / last else (1, 1))
    result = run("check", "--json")
    (verdict,) = json.loads(result.stdout)
    assert verdict["state"] == ("PASS" if last.endswith("ipynb") else "WRONG VALUE")
    assert "squared_error_mean is answered in several files" in result.stderr


def test_a_file_that_cannot_be_read_costs_the_others_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_page(tmp_path / "exercises/pages/mse.ipynb", "", ANSWER)
    (tmp_path / "exercises/pages/broken.ipynb").write_text("{")
    (tmp_path / "exercises/notes.py").write_text("")
    result = run("check")
    assert result.exit_code == 2 and "squared_error_mean: PASS" in result.stdout
    assert "broken.ipynb cannot be read: the notebook is damaged" in result.stderr
    assert "notes.py cannot be read: it is empty" in result.stderr


@pytest.mark.parametrize(("arguments", "says"), [
    (["start", "--pages", "mze"], "There is no page named 'mze'. Did you mean mse?"),
    (["start", "--pages", "--folder", "/dev/null/x"], "/dev/null/x/pages cannot be written: Not a directory"),
    (["start", "--pages", "--notebook"], "exclude each other"),
])
def test_bad_input_is_told_and_ends_with_2(arguments, says):
    result = run(*arguments)
    assert result.exit_code == 2 and says in result.output and "Traceback" not in result.output


def test_an_installation_without_pages_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(copies, "__file__", str(tmp_path / "site-packages/lossedu/grading/copies.py"))
    result = run("start", "--pages", "--folder", tmp_path)
    assert result.exit_code == 2
    assert "holds no pages. Run the command in a clone of the course, or write starter notebooks" in result.output


def test_chinese_readers_get_english_pages_until_there_are_chinese_ones(tmp_path, monkeypatch):
    monkeypatch.setattr(copies, "__file__", str(tmp_path / "lossedu/grading/copies.py"))
    monkeypatch.setenv("LOSSEDU_LANG", "zh")
    write_page(tmp_path / "book/en/index.ipynb", "")
    assert course_pages() == tmp_path / "book/en"
    write_page(tmp_path / "book/zh/index.ipynb", "")
    assert course_pages() == tmp_path / "book/zh"


# The course


def test_links_of_every_page_lead_to_a_copy():
    """Whatever a page links to or shows is copied with it."""
    source = course_pages()
    copied = {*visible(source, ".ipynb"), *visible(source, ".md")}
    dead = []
    for page in copied:
        texts = [page.read_text("utf8")] if page.suffix == ".md" else [
            cell.source for cell in nbformat.read(page, as_version=4).cells if cell.cell_type == "markdown"]
        for link in re.findall(r"\]\(([^)#:\s]+)[#)]", "\n".join(texts)):
            if (page.parent / link).resolve() not in copied:
                dead.append(f"{page.relative_to(source)}: {link}")
    assert dead == []


def test_a_copy_brings_the_script_of_its_explorers_and_nothing_else_changes(source, folder):
    shown = explore.without_moving_parts(explore.constant([1.0, 2.0, 6.0])._repr_html_())
    write_page(source / "index.ipynb", "Drag it.")
    notebook = json.loads((source / "index.ipynb").read_text("utf8"))
    cell = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    output = {"output_type": "display_data", "metadata": {}, "data": {"text/html": shown, "text/plain": "explorer"}}
    cell["outputs"] = [output]
    (source / "index.ipynb").write_text(json.dumps(notebook), "utf8")
    copy_pages(source, folder)
    copied = json.loads((folder / "index.ipynb").read_text("utf8"))
    html = next(cell for cell in copied["cells"] if cell["cell_type"] == "code")["outputs"][0]["data"]
    assert html["text/html"].startswith(shown) and 'data-inline="explore"' in html["text/html"]
    html["text/html"] = shown
    assert copied == notebook
    assert copy_pages(source, folder).counts == {"left": 3}
