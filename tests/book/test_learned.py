"""A page that somebody ran or answered counts as it was committed; a page that somebody changed counts as it is."""

from __future__ import annotations

import json
import subprocess
from copy import deepcopy

import pytest

from tools import pages


def page():
    return {
        "metadata": {"kernelspec": {"name": "python3"}}, "nbformat": 4, "nbformat_minor": 5,
        "cells": [
            {"cell_type": "markdown", "id": "a", "metadata": {}, "source": ["# A page"]},
            {"cell_type": "code", "id": "b", "metadata": {}, "source": ["1 + 1"], "outputs": [], "execution_count": 1},
            {"cell_type": "code", "id": "c", "metadata": {"lossedu": {"derive": "starter mse"}},
             "source": ["def mse():\n", "    ..."], "outputs": [], "execution_count": 2},
        ],
    }


def answered(new):
    new["cells"][2]["source"] = ["def mse():\n", "    return 0"]


def ran_out_of_order(new):
    new["cells"][1]["execution_count"] = 7


def saved_by_jupyter(new):
    new["metadata"]["language_info"] = {"name": "python", "version": "3.12.1"}


def tried_something(new):
    answered(new)
    new["cells"].insert(1, {"cell_type": "code", "id": "d", "metadata": {}, "source": ["2 + 2"], "outputs": [],
                            "execution_count": None})


def reworded(new):
    answered(new)
    new["cells"][0]["source"] = ["# Another page"]


def took_a_cell_out(new):
    answered(new)
    del new["cells"][1]


def asked_more(new):
    new["cells"].append({"cell_type": "code", "id": "d", "metadata": {"lossedu": {"derive": "starter mae"}},
                         "source": ["..."], "outputs": [], "execution_count": None})


def copied_a_starter(new):
    new["cells"].append({**new["cells"][2], "id": "d"})


def stored_anew(new):
    new["cells"][1]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["2\n"]}]


@pytest.fixture
def book(tmp_path, monkeypatch):
    """A repository with one page; the function it returns stores the page changed."""
    monkeypatch.setattr(pages, "ROOT", tmp_path)
    file = tmp_path / "book" / "en" / "a.ipynb"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(page()), "utf8")
    author = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
    for command in (["init", "-q"], ["add", "."], [*author, "commit", "-qm", "a page"]):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)

    def change(how):
        new = deepcopy(page())
        how(new)
        file.write_text(json.dumps(new), "utf8")
        pages.learned_in.cache_clear()
        return file

    yield change
    pages.learned_in.cache_clear()


@pytest.mark.parametrize("how", [answered, ran_out_of_order, saved_by_jupyter, tried_something, copied_a_starter])
def test_a_page_that_was_run_or_answered_is_read_as_it_was_committed(book, how):
    file = book(how)
    assert list(pages.learned_in()) == [file]
    assert json.loads(pages.read(file)) == page()


@pytest.mark.parametrize("how", [reworded, took_a_cell_out, stored_anew, asked_more, lambda new: None])
def test_a_page_that_was_changed_is_read_as_it_is(book, how):
    file = book(how)
    assert pages.learned_in() == {}
    assert pages.read(file) == file.read_text("utf8")


def test_without_history_and_with_a_damaged_page_nothing_is_learned(book, tmp_path):
    file = book(answered)
    file.write_text("{", "utf8")
    assert pages.learned_in() == {}
    subprocess.run(["rm", "-rf", ".git"], cwd=tmp_path, check=True)
    pages.learned_in.cache_clear()
    assert pages.learned_in() == {}


@pytest.mark.parametrize("text", ["", "{", "[]", '{"cells": [{"cell_type": "code"}]}', "\x00"])
def test_a_damaged_page_is_named_with_what_to_do(tmp_path, monkeypatch, text):
    file = tmp_path / "book" / "en" / "a.ipynb"
    file.parent.mkdir(parents=True)
    file.write_text(text, "utf8")
    monkeypatch.setattr(pages, "ROOT", tmp_path)
    monkeypatch.setattr(pages, "notebooks", lambda: [file])
    assert pages.damaged() == ["book/en/a.ipynb is no notebook, or a damaged one; get it back with: "
                               "git checkout -- book/en/a.ipynb"]
