"""Plain Markdown becomes MyST for the book, and only there; the list of references holds every work."""

import re

import pytest

from tools.marks import MYST, cited, reference_list, to_myst


@pytest.mark.parametrize(("plain", "myst"), [
    ('<a id="ex-square"></a>\n\n### Exercise: Square', "(ex-square)=\n### Exercise: Square"),
    ('<a id="eq-square"></a>\n\n$$\nx^2\n$$\n\nText', "$$\nx^2\n$$ (eq-square)\n\nText"),
    ('<a id="eq-a"></a>\n\n$$\na\n$$\n\n<a id="eq-b"></a>\n\n$$\nb\n$$', "$$\na\n$$ (eq-a)\n\n$$\nb\n$$ (eq-b)"),
    ("in [the rule](#eq-sgd) we", "in the rule {eq}`eq-sgd` we"),
    ("in [the rule](../descent/sgd.ipynb#eq-sgd)", "in the rule {eq}`eq-sgd`"),
    ("see [Average](../regression/mse.ipynb#ex-square)", "see [Average](#ex-square)"),
    ("by [Huber (1964)](../back/references.md#huber1964).", "by [Huber (1964)](#huber1964)."),
    ("A [step](../back/glossary.md#term-step) goes", "A {term}`step` goes"),
    ("[mse](../regression/mse.ipynb) and [top](#top)", "[mse](../regression/mse.ipynb) and [top](#top)"),
])
def test_a_mark_becomes_myst(plain, myst):
    assert to_myst(plain) == myst
    assert not MYST.search(plain)


def test_a_citation_names_authors_as_the_field_does():
    names = cited()
    assert names["huber1964"] == ("Huber (1964)", "Huber, 1964")
    assert names["baydin2018"] == ("Baydin et al. (2018)", "Baydin et al., 2018")
    assert names["anglin1996"] == ("Anglin and Gençay (1996)", "Anglin and Gençay, 1996")


def test_every_work_is_in_the_list_once_and_in_order():
    text = reference_list()
    assert all(text.count(f'<a id="{key}"></a>') == 1 for key in cited())
    first_authors = [cited()[key][0].split()[0] for key in re.findall(r'<a id="(.*?)">', text)]
    assert len(first_authors) == len(cited()) and first_authors == sorted(first_authors, key=str.casefold)
    assert "\\" not in text and "\n\n\n" not in text
