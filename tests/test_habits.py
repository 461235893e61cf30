"""The settings around the code say what is true: one version, hooks that run here, coverage with its reasons."""

from __future__ import annotations

import re
import tomllib

import pytest
import yaml

import lossedu
from tools.pages import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf8"))
HOOKS = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf8"))["repos"]


def test_the_version_has_one_source():
    assert "version" not in PROJECT["project"] and PROJECT["project"]["dynamic"] == ["version"]
    assert PROJECT["tool"]["hatch"]["version"]["path"] == "lossedu/__init__.py"
    newest = re.search(r"^## (\S+),", (ROOT / "CHANGELOG.md").read_text("utf8"), re.M)[1]
    assert newest == lossedu.__version__
    assert "version" not in yaml.safe_load((ROOT / "CITATION.cff").read_text("utf8"))


def test_hooks_download_nothing_and_run_what_make_test_runs():
    assert [repository["repo"] for repository in HOOKS] == ["local"]
    for hook in HOOKS[0]["hooks"]:
        assert hook["language"] == "system"
        python, option, program, *words = hook["entry"].split()
        assert (python, option) == (".venv/bin/python", "-m") and program in ("ruff", "mypy", "pytest")
        assert all((ROOT / word).exists() for word in words if word.startswith("tests/"))


def test_what_coverage_leaves_out_exists_and_has_a_reason():
    settings = (ROOT / "pyproject.toml").read_text("utf8")
    block = re.search(r"^omit = \[\n(.*?)^\]", settings, re.M | re.S)[1]
    assert block.lstrip().startswith("#"), "say in a comment why these files are not measured"
    for pattern in PROJECT["tool"]["coverage"]["run"]["omit"]:
        assert list(ROOT.glob(pattern)), f"{pattern} is left out of coverage and does not exist"
    assert PROJECT["tool"]["coverage"]["report"]["fail_under"] >= 90


@pytest.mark.parametrize("file", sorted((ROOT / ".github").rglob("*.yml")), ids=lambda file: file.stem)
def test_settings_of_the_code_host_can_be_read(file):
    settings = yaml.safe_load(file.read_text("utf8"))
    if file.parent.name == "ISSUE_TEMPLATE":
        assert settings["name"] and settings["description"]
        assert all(part["attributes"]["label"] for part in settings["body"])


def test_the_citation_can_be_read():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf8"))
    assert {"cff-version", "message", "title", "authors"} <= set(citation)
    assert citation["license"] == PROJECT["project"]["license"]
