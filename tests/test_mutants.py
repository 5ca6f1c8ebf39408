"""The planted bugs of `make mutants` stay plantable: each names one place and tests that exist."""

from scripts.mutants import MUTANTS, ROOT, read_found_by


def test_each_planted_bug_has_exactly_one_place_in_its_file() -> None:
    texts = {file: (ROOT / file).read_text(encoding="utf-8") for file in {mutant.file for mutant in MUTANTS}}
    elsewhere = [mutant.name for mutant in MUTANTS if texts[mutant.file].count(mutant.old) != 1]
    assert elsewhere == []


def test_each_planted_bug_changes_its_place() -> None:
    assert [mutant.name for mutant in MUTANTS if mutant.new == mutant.old] == []


def test_the_tests_of_each_planted_bug_exist() -> None:
    missing = [
        (mutant.name, test)
        for mutant in MUTANTS
        for test in mutant.tests
        if not (ROOT / test.partition("::")[0]).exists()
    ]
    assert missing == []


def test_each_planted_bug_has_tests() -> None:
    assert [mutant.name for mutant in MUTANTS if not mutant.tests] == []


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
