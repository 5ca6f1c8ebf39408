"""Prose keeps to the rules of writing: idioms that readers stumble over do not come back.

`python -m scripts.wording PATH...` lists them, with the better wording.
"""

import pytest

from scripts.wording import findings, findings_in_tree, prose_files


def test_no_file_has_a_forbidden_idiom() -> None:
    lines = [str(finding) for of_file in findings_in_tree(prose_files()).values() for finding in of_file]
    assert lines == [], "\n" + "\n".join(lines)


@pytest.mark.parametrize(
    "source",
    [
        '"""What is asked."""',
        '"""Ask.\n\nThe value is\n    no list."""',
        "# Fix it, whoever reads this.",
        'text = f"{name} is no step."',
        "def test_the_queue_is_mended(): ...",
        "# Its behaviour is odd.",
        'text = "Signoff does not recognise it."',
        '"""Enrol a person."""',
        "def test_values_are_labelled(): ...",
    ],
)
def test_idioms_are_found_in_all_prose_of_a_module(source: str) -> None:
    assert len(findings("module.py", source)) == 1


@pytest.mark.parametrize(
    "source",
    [
        "whoever = mend(anew)",
        '"""Return the step. There is no other; it is no longer open."""',
        'text = "What is asked"',
        "class Behind: ...",
        "grey = labelled = colour",
        'text = "Run signoff code enrol U1: the run was cancelled, otherwise it promises noise."',
    ],
)
def test_code_and_standard_english_are_not_found(source: str) -> None:
    assert findings("module.py", source) == []


def test_a_finding_names_its_line() -> None:
    (finding,) = findings("docs/page.md", "# Title\n\nA step\nis no\nfunction.\n")
    assert (finding.path, finding.line) == ("docs/page.md", 4)
