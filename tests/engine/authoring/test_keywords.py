"""Keywords of authors: an earlier or misspelled name is answered with the right one."""

import inspect
from pathlib import Path

import pytest

import engine
from engine import DefinitionError, DefinitionErrors
from engine.authoring import keywords
from engine.authoring.approval_options import ApprovalOptions, ApprovalPolicy
from engine.authoring.loader import load

HEAD = """from engine import *
from engine.authoring.options import Choose, Form, Retry, WorkingHours

flow = Workflow("flow", owner="@ops")
"""
CALLS = {
    "Retry": "Retry({})",
    "Cron": "Cron('0 2 * * *', {})",
    "Every": "Every('1h', {})",
    "Workflow": "Workflow('other', owner='@ops', {})",
    "approval": "flow.approval('go', ask='Go?', approvers=['@ops'], expires='1h', {})",
    "Gate": "Gate('gate', owner='@ops', approvers=['@ops'], expires='1h', {})",
    "Choose": "Choose(['a', 'b'], {})",
}
RENAMED = [
    *((owner, old, new) for owner, names in keywords.RENAMED.items() for old, new in names.items()),
    *(("Gate", old, new) for old, new in keywords.RENAMED["approval"].items()),
]


def said_to(line: str, folder: Path) -> DefinitionError:
    """Return the error from loading a file with that line."""
    file = folder / "flow.py"
    file.write_text(f"{HEAD}made = {line}\n", encoding="utf-8")
    try:
        load([file])
    except DefinitionErrors as several:
        return several.errors[0]
    except DefinitionError as error:
        return error
    pytest.fail(f"{line} was accepted")


@pytest.mark.parametrize(("owner", "old", "new"), RENAMED)
def test_an_earlier_keyword_is_answered_with_its_new_name(
    owner: str, old: str, new: str, tmp_path: Path
) -> None:
    error = said_to(CALLS[owner].format(f"{old}=1"), tmp_path)
    assert error.remedy == f"Write {new} instead."
    assert old in error.problem
    assert error.file == f"{tmp_path}/flow.py:5"


@pytest.mark.parametrize(
    ("line", "remedy"),
    [
        ("Retry(attemps=3)", "Did you mean attempts?"),
        ("Cron('0 2 * * *', catch_up='all')", "Did you mean catchup?"),
        ("Workflow('other', owner='@ops', max_active_run=1)", "Did you mean max_active_runs?"),
        ("flow.approval('go', ask='Go?', approver=['@ops'])", "Did you mean approvers?"),
        ("flow.approval('go', ask='Go?', shows=['a'])", "Did you mean show?"),
        ("Gate('gate', owner='@ops', expire='1h')", "Did you mean expires?"),
        ("Form(None, defaults='plan')", "Did you mean defaults_from?"),
        ("flow.step(time_out='1m')", "Did you mean timeout?"),
        ("Gate('gate', approvers=['@ops'], expires='1h')", "Give owner=."),
    ],
)
def test_a_misspelled_keyword_gets_the_nearest_one(line: str, remedy: str, tmp_path: Path) -> None:
    error = said_to(line, tmp_path)
    assert error.remedy == remedy
    assert error.file == f"{tmp_path}/flow.py:5"


@pytest.mark.parametrize(("old", "new"), keywords.RENAMED_NAMES.items())
def test_an_earlier_name_is_answered_with_its_new_name(old: str, new: str, tmp_path: Path) -> None:
    file = tmp_path / "flow.py"
    for text in (f"from engine import {old}\n", f"from signoff import Workflow\n{old}()\n"):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(DefinitionErrors) as raised:
            load([file])
        assert raised.value.errors[0].remedy == f"Write {new} instead."
    assert hasattr(engine, new)


@pytest.mark.parametrize(("owner", "old", "new"), RENAMED)
def test_the_guide_on_upgrades_lists_each_earlier_keyword(owner: str, old: str, new: str) -> None:
    page = (Path(__file__).parents[3] / "docs" / "guides" / "upgrading.md").read_text(encoding="utf-8")
    where = {"approval": "approval()"}.get(owner, owner)
    ends = f"| `{old}` | `{new}` |"
    assert any(f"`{where}`" in line and line.endswith(ends) for line in page.splitlines())


def test_no_keyword_of_today_is_listed_as_an_earlier_one() -> None:
    for owner, names in keywords.RENAMED.items():
        function = engine.Workflow.approval if owner == "approval" else getattr(engine, owner).__init__
        known = keywords.keywords_of(function)
        assert not names.keys() & set(known)
        assert {new for new in names.values() if new.isidentifier()} <= set(known)


def test_every_keyword_of_an_approval_reaches_its_options_and_is_documented() -> None:
    options = set(inspect.signature(ApprovalOptions).parameters)
    known = set(keywords.keywords_of(engine.Workflow.approval))
    assert known - options == {"name", "title", "when", "after", "approvers", "quorum"}
    assert options - {"respond"} <= known, "only gates and agents get a text as an answer"
    source = inspect.getsource(ApprovalPolicy)
    for keyword in ApprovalPolicy.__annotations__:
        _, _, text = source.partition(f"    {keyword}: ")
        assert text.partition("\n")[2].lstrip().startswith('"""'), keyword
