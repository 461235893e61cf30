"""requirements.txt holds what pyproject.toml asks for, on every Python and system, and nothing else."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import metadata
from itertools import product

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools.pages import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf8"))["project"]
LOCKED_EXTRAS = ("book", "test", "bench")
SYSTEMS = {
    "linux": {"os_name": "posix", "platform_system": "Linux", "platform_machine": "x86_64"},
    "darwin": {"os_name": "posix", "platform_system": "Darwin", "platform_machine": "arm64"},
    "win32": {"os_name": "nt", "platform_system": "Windows", "platform_machine": "AMD64"},
}
PLACES = list(product(("3.11", "3.12", "3.13"), SYSTEMS))


def environment(python: str, system: str) -> dict[str, str]:
    versions = {"python_version": python, "python_full_version": f"{python}.0", "implementation_version": f"{python}.0"}
    return {**default_environment(), **SYSTEMS[system], **versions, "sys_platform": system}


def applies(requirement: Requirement, place: dict[str, str], extras: frozenset[str]) -> bool:
    return not requirement.marker or any(requirement.marker.evaluate({**place, "extra": e}) for e in extras or {""})


def pins(place: dict[str, str]) -> dict[str, str]:
    """Return the locked version of each package that is installed in one place."""
    lines = (line.split("#")[0].strip() for line in (ROOT / "requirements.txt").read_text("utf8").splitlines())
    locked = [Requirement(line) for line in lines if line]
    here = [one for one in locked if applies(one, place, frozenset())]
    return {canonicalize_name(one.name): str(one.specifier).removeprefix("==") for one in here}


@cache
def requires(name: str) -> tuple[Requirement, ...]:
    """Return what an installed package asks for; one for another system is not here to be asked."""
    try:
        return tuple(map(Requirement, metadata.requires(name) or ()))
    except metadata.PackageNotFoundError:
        return ()


def own_requirements(extras: tuple[str, ...]) -> list[Requirement]:
    """Return what the project asks for, with its references to its own extras followed."""
    found = [Requirement(line) for line in PROJECT["dependencies"]] if not extras else []
    for extra in extras:
        for requirement in map(Requirement, PROJECT["optional-dependencies"][extra]):
            found += own_requirements(tuple(requirement.extras)) if requirement.name == "lossedu" else [requirement]
    return found


def closure(place: dict[str, str]) -> tuple[set[str], list[str]]:
    """Return every package that is needed in one place, and what the pins do not satisfy."""
    locked = pins(place)
    todo = [(one, "pyproject.toml") for one in own_requirements(()) + own_requirements(LOCKED_EXTRAS)]
    seen: set[tuple[str, frozenset[str]]] = set()
    wrong = []
    while todo:
        requirement, asked_by = todo.pop()
        name, extras = canonicalize_name(requirement.name), frozenset(requirement.extras)
        if name not in locked or not requirement.specifier.contains(locked[name], prereleases=True):
            wrong.append(f"{asked_by} asks for {requirement}, locked is {locked.get(name, 'nothing')}")
        if (name, extras) not in seen:
            seen.add((name, extras))
            todo += [(one, name) for one in requires(name) if applies(one, place, extras)]
    return {name for name, _ in seen}, wrong


@pytest.mark.parametrize(("python", "system"), PLACES)
def test_pins_satisfy_everything_that_is_asked_for(python, system):
    _, wrong = closure(environment(python, system))
    assert wrong == []


@pytest.mark.parametrize(("python", "system"), PLACES)
def test_no_pin_is_left_over(python, system):
    place = environment(python, system)
    needed, _ = closure(place)
    assert set(pins(place)) - needed == set()


def test_what_is_installed_is_what_is_locked():
    here = pins(default_environment())
    assert {name: metadata.version(name) for name in here} == here
