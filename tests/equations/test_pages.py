"""Every labelled equation of the book is run as it is printed, and each of its misprints is caught."""

import pytest

from tests.equations.registry import check_draws, every_equation, labelled, mutants, printed, survives
from tools.pages import languages, names, page

EQUATIONS = every_equation()
FOUND = list(printed())  # once: reading all pages takes a while
PRINTED = [pytest.param(label, name, tex, id=f"{language}/{name}:{label}") for language, name, label, tex in FOUND]
PLACES = {found[:3] for found in FOUND}


@pytest.mark.parametrize(("label", "name", "tex"), PRINTED)
def test_equation_says_what_the_code_does(label, name, tex):
    assert label in EQUATIONS, f"no function in tests/equations tests the equation {label} of {name}: {tex}"
    page_of_function, check = EQUATIONS[label]
    assert page_of_function == name
    check_draws(check, tex)


@pytest.mark.parametrize(("label", "name", "tex"), [p for p in PRINTED if p.values[0] in EQUATIONS])
def test_a_misprint_would_be_caught(label, name, tex):
    assert [wrong for wrong in mutants(tex) if survives(EQUATIONS[label][1], wrong)] == []


@pytest.mark.parametrize("label", EQUATIONS)
def test_function_has_its_equation(label):
    name, _ = EQUATIONS[label]
    for language in languages():
        if name in names() and page(language, name):
            assert (language, name, label) in PLACES


def test_labels_are_unique_in_an_edition():
    found = [(language, label) for language, _, label, _ in FOUND]
    assert sorted(found) == sorted(set(found))


def test_equations_are_found_however_they_are_written():
    text = """
Inline $$a$$ has no label.

$$
a = b
$$ (eq-dollars)

$$c = d$$ (eq-line)

```{math}
:label: eq-fence
e = f
```

:::{math}
:label: eq-colons
:nowrap:
g &= h \\\\
  &= i
:::

```{math}
no = label
```
"""
    assert list(labelled(text)) == [
        ("eq-dollars", "a = b"),
        ("eq-line", "c = d"),
        ("eq-fence", "e = f"),
        ("eq-colons", "g &= h \\\\\n  &= i"),
    ]
