"""`make notebooks` fills, runs and stores a notebook, the same bytes each time, and says which cell failed."""

from __future__ import annotations

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from lossedu import losses
from lossedu.language import translate
from tools import notebooks


@pytest.fixture
def written(tmp_path, monkeypatch):
    """Write a notebook into an empty book and return its file."""
    monkeypatch.setattr(notebooks, "ROOT", tmp_path)
    folder = tmp_path / "book" / "en" / "regression"
    folder.mkdir(parents=True)

    def write(*cells):
        nbformat.write(new_notebook(cells=list(cells)), folder / "page.ipynb")
        return folder / "page.ipynb"

    return write


def test_a_run_fills_stores_and_repeats_byte_for_byte(written):
    formula = new_markdown_cell("old", metadata={"lossedu": {"derive": "formula mse"}})
    file = written(formula, new_code_cell("print(6 * 7)\nprint('twice')", id="answer"))
    assert "formula mse" in notebooks.check(file)
    assert notebooks.refresh(file) is None
    first = file.read_bytes()
    assert notebooks.refresh(file) is None
    assert file.read_bytes() == first
    assert notebooks.check(file) is None
    filled, ran = nbformat.read(file, as_version=4).cells
    assert filled.source == f'<a id="eq-mse"></a>\n\n$$\n{losses.mse.formula}\n$$'
    assert (ran.id, ran.execution_count, ran.outputs[0].text) == ("answer", 1, "42\ntwice\n")
    assert [path.name for path in file.parent.iterdir()] == ["page.ipynb"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_edition_runs_in_its_own_language(written, language):
    file = written(new_code_cell("from lossedu.language import translate\nprint(translate('Right.'))"))
    own = file.parents[2] / language / "own.ipynb"
    own.parent.mkdir(exist_ok=True)
    file.rename(own)
    assert notebooks.refresh(own) is None
    [cell] = nbformat.read(own, as_version=4).cells
    assert cell.outputs[0].text == translate("Right.", language) + "\n"


def test_an_error_names_the_cell_and_leaves_the_file_alone(written):
    cells = [new_markdown_cell("# A page"), new_code_cell("1"), new_code_cell("1 / 0", id="broken"), new_code_cell("2")]
    file = written(*cells)
    before = file.read_bytes()
    problem = notebooks.refresh(file)
    assert problem == "cell 3 (broken): ZeroDivisionError: division by zero"
    assert file.read_bytes() == before


@pytest.mark.parametrize("what", ["formula no_such_loss", "exercise no_such_exercise", "recipe mse"])
def test_a_cell_that_cannot_be_filled_is_named(written, what):
    file = written(new_markdown_cell("old", metadata={"lossedu": {"derive": what}}, id="derived"))
    assert f"cell 1 (derived) cannot be filled with '{what}'" in notebooks.catch_error(notebooks.refresh, file)


def test_an_unknown_kind_is_refused():
    with pytest.raises(ValueError, match="formula, exercise, starter, solution, opens or closes"):
        notebooks.derived("recipe mse", "en")


def test_underscores_become_hyphens_in_labels():
    assert notebooks.derived("formula bce_logits", "en").startswith('<a id="eq-bce-logits"></a>')
