"""Each part of the book opens with what one will be able to do, and closes with that list and where to practise."""

import posixpath

import nbformat
import pytest

from lossedu.exercises import exercises
from tests.claims.registry import NOT_YET
from tools import parts
from tools.pages import edition, languages, page, read

KNOWN = parts.abilities()


def pages_of(part: str, language: str) -> list[str]:
    return [name for name in edition(language) if name.startswith(f"{part}/")]


def faults(part, first, last):
    """Yield what is missing at the beginning of the first page and at the end of the last page of a part."""
    kinds = [cell.metadata.get("lossedu", {}).get("derive") for cell in first.cells[:2]]
    if f"opens {part}" not in kinds:
        yield f"the second cell of the first page is not derived from 'opens {part}'"
    if last.cells[-2].metadata.get("lossedu", {}).get("derive") != f"closes {part}":
        yield f"the last cell but one of the last page is not derived from 'closes {part}'"


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("part", sorted(KNOWN["parts"]))
def test_a_part_opens_and_closes_with_what_one_can_do(part, language):
    first, *_, last = (nbformat.reads(read(page(language, name)), 4) for name in pages_of(part, language))
    missing = list(faults(part, first, last))
    assert missing == []


def test_a_part_without_the_list_is_seen():
    [first, *_] = (nbformat.reads(read(page("en", name)), 4) for name in pages_of("classification", "en"))
    assert len(list(faults("classification", first, first))) == 2


def test_every_part_of_the_second_edition_has_its_list():
    done = {name.partition("/")[0] for name in edition("en") if not name.startswith(NOT_YET)}
    assert done - {"index", "back"} <= set(KNOWN["parts"])


@pytest.mark.parametrize("part", sorted(KNOWN["parts"]))
def test_each_ability_is_practised_in_its_part(part):
    chapters = {posixpath.basename(name) for name in pages_of(part, "en")}
    for one in KNOWN["parts"][part]:
        place = one["at"]
        assert place in pages_of(part, "en") or exercises[place].chapter in chapters, f"{place} is not in {part}"
        assert all(one[language].strip() for language in ("en", "zh"))
