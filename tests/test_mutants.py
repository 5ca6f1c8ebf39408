"""The planted bugs of `make mutants` stay plantable: each names one place and tests that exist."""

import pytest

from scripts.mutants import MUTANTS, ROOT
from scripts.planted.mutant import Mutant


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_each_planted_bug_has_exactly_one_place_in_its_file(mutant: Mutant) -> None:
    text = (ROOT / mutant.file).read_text(encoding="utf-8")
    assert text.count(mutant.old) == 1
    assert mutant.new != mutant.old


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_the_tests_of_each_planted_bug_exist(mutant: Mutant) -> None:
    missing = [name for name in mutant.tests if not (ROOT / name.partition("::")[0]).exists()]
    assert (mutant.tests != (), missing) == (True, [])


def test_no_two_planted_bugs_have_the_same_name() -> None:
    names = [mutant.name for mutant in MUTANTS]
    assert sorted(names) == sorted(set(names))
