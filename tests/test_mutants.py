"""The planted bugs of `make mutants` stay plantable: each names one place and tests that exist."""

import pytest

from scripts.mutants import MUTANTS, ROOT, read_found_by
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


def test_a_bug_is_remembered_by_its_name_and_by_a_test_of_its_own_files() -> None:
    mutants = {mutant.name: mutant for mutant in MUTANTS}
    elsewhere = [
        (name, test)
        for name, test in read_found_by().items()
        if name not in mutants
        or not any(test.startswith(prefix.partition("::")[0]) for prefix in mutants[name].tests)
    ]
    assert elsewhere == []
