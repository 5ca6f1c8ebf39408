"""Changed workflow files are loaded again while the bot serves: all of them, or none."""

import asyncio
import os
import sys
import textwrap
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from bot.cli.watched_files import WatchedFiles
from bot.cli.workflow_files import load
from bot.serving.file_reload import EARLIER_STAY, FileReload
from bot.settings.config import Settings, read_settings
from bot.settings.engine_settings import engine_settings, register
from bot.slack.operator_messages import Operator
from engine import Actor, Decision, Engine, NotPossible, StaticPeople, StoreBroken
from engine.clock import FakeClock

TESTER = Actor("slack", "U1")
PEOPLE = StaticPeople(groups={"ops": ["U1", "U2"]})
SHIP = """
    from signoff import Every, Workflow
    import helper

    ship = Workflow("ship", owner="@ops", triggers=[Every("{every}")])
    go = ship.approval("go", ask="Ship?", approvers=["@ops"], expires="1d")

    @ship.step(when=go.approved)
    async def publish() -> str:
        return "{word} " + helper.WORD
"""


@dataclass
class Told(Operator):
    """An operator who keeps what they are told."""

    texts: list[str] = field(default_factory=list)

    async def tell(self, topic: str, text: str) -> None:
        self.texts.append(text)

    def withdraw(self, topic: str) -> bool:
        return False


class Files(WatchedFiles):
    """Files that keep what they announce."""

    said: list[str]

    def announce(self, text: str) -> None:
        self.said.append(text)


@dataclass
class Site:
    """A folder with workflow files, and an engine that serves them."""

    folder: Path
    clock: FakeClock
    engine: Engine
    reload: FileReload
    files: Files
    told: Told
    settings: Settings

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(textwrap.dedent(text), encoding="utf-8")

    async def look(self, times: int = 2) -> None:
        """Look as often as it takes to find that files stand still."""
        for _ in range(times):
            await self.reload.look()
        await self.engine.activity.idle()

    async def output(self, run_id: str) -> object:
        steps = {record.step: record for record in (await self.engine.detail(run_id)).steps}
        return steps["publish"].output

    async def approve(self) -> str:
        (request,) = await self.engine.requests()
        assert (
            await self.engine.decide(request.id, Decision("approve"), actor=Actor("slack", "U2"))
        ).accepted
        await self.engine.activity.idle()
        return request.run_id


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    folder = tmp_path / "flows"
    folder.mkdir()
    (folder / "helper.py").write_text('WORD = "it"\n', encoding="utf-8")
    (folder / "ship.py").write_text(textwrap.dedent(SHIP).format(word="old", every="1h"), encoding="utf-8")
    values = {
        "SIGNOFF_WORKFLOWS": str(folder), "DATABASE_URL": f"sqlite:///{tmp_path / 'signoff.db'}",
        "SIGNOFF_DATA_DIR": str(tmp_path / "data"),
    }  # fmt: skip
    settings = read_settings(values)
    files, clock = Files(settings), FakeClock()
    files.said = []
    loaded = load(settings)
    engine = await Engine.open(
        tmp_path / "signoff.db", clock=clock, people=PEOPLE, settings=engine_settings(settings, loaded)
    )
    register(engine, loaded)
    await engine.serve()
    told = Told()
    yield Site(folder, clock, engine, FileReload(files, settings, engine, told, clock), files, told, settings)
    await engine.close(grace=0)
    sys.modules.pop("helper", None)
    sys.path.remove(str(folder))


async def test_a_changed_step_and_a_changed_helper_are_executed(site: Site) -> None:
    run = await site.engine.start("ship", actor=TESTER)
    await site.engine.activity.idle()
    site.write("ship.py", SHIP.format(word="new", every="1h"))
    site.write("helper.py", 'WORD = "that"\n')
    await site.look()
    (request,) = await site.engine.requests()
    assert request.coverage.again == "the code of publish changed"
    assert await site.approve() == run.id
    assert await site.output(run.id) == "new that"
    assert site.files.said == ["Workflow files were loaded again: changed ship."]


async def test_a_change_during_the_start_is_loaded(site: Site) -> None:
    """Between the first reading of the files and the first look at them."""
    site.write("ship.py", SHIP.format(word="new", every="1h"))
    reload = FileReload(site.files, site.settings, site.engine, site.told, site.clock)
    assert await reload.look()
    assert site.files.said == ["Workflow files were loaded again: changed ship."]


async def test_a_file_of_the_same_length_and_second_is_read_again(site: Site) -> None:
    """Bytecode of the earlier source would count as new."""
    before = (site.folder / "helper.py").stat()
    site.write("helper.py", 'WORD = "at"\n')
    os.utime(site.folder / "helper.py", ns=(before.st_atime_ns, before.st_mtime_ns + 1000))
    await site.look()
    run = await site.engine.start("ship", actor=TESTER)
    await site.engine.activity.idle()
    await site.approve()
    assert await site.output(run.id) == "old at"


async def test_the_loop_runs_while_a_command_is_asked_for_the_secret_of_a_trigger(site: Site) -> None:
    program = (
        "import pathlib, sys, time\n"
        "asked, answer = map(pathlib.Path, sys.argv[1:3])\n"
        "asked.touch()\n"
        "while not answer.exists(): time.sleep(0.01)\n"
        "print('value-of-' + sys.argv[3])\n"
    )
    script, asked, answer = (site.folder.parent / name for name in ("ask.py", "asked", "answer"))
    script.write_text(program)

    async def answered() -> None:
        while not asked.exists():
            await asyncio.sleep(0.01)
        answer.touch()

    answering = asyncio.create_task(answered())
    command = f"{sys.executable} {script} {asked} {answer} {{name}}"
    settings = read_settings({"SIGNOFF_WORKFLOWS": str(site.folder), "SIGNOFF_SECRETS_COMMAND": command})
    reload = FileReload(site.files, settings, site.engine, site.told, site.clock)
    trigger = 'Webhook("pushed", secret="HOOK_SECRET")'
    site.write(
        "ship.py",
        SHIP.format(word="new", every="1h").replace('Every("1h")', trigger).replace("Every", "Webhook"),
    )
    for _ in range(2):
        await reload.look()
    await answering
    assert reload.problem == ""
    assert settings.vault.known.name_in("value-of-HOOK_SECRET") == "HOOK_SECRET"


async def test_one_file_that_cannot_be_loaded_keeps_all_earlier_ones(site: Site) -> None:
    site.write("ship.py", SHIP.format(word="new", every="1h"))
    site.write("other.py", "from signoff import Workflow\n\nother = Workflow(")
    await site.look()
    assert [workflow.name for workflow in site.engine.workflows()] == ["ship"]
    assert "other.py:3: The file is not valid Python: '(' was never closed." in site.reload.problem
    (text,) = site.told.texts
    assert EARLIER_STAY in text
    assert "Correct that line." in text
    run = await site.engine.start("ship", actor=TESTER)
    await site.engine.activity.idle()
    await site.approve()
    assert await site.output(run.id) == "old it"
    await site.look()
    assert len(site.told.texts) == 1, "the operator is told once"
    site.write("other.py", "WORDS = 3\n")
    await site.look()
    assert site.reload.problem == ""
    assert len(site.told.texts) == 2


class Unwritable:
    """An engine that cannot record which workflows it has."""

    def __init__(self, engine: Engine) -> None:
        self.prepare = engine.prepare
        self.tries = 0

    async def replace(self, *_: Any) -> None:
        self.tries += 1
        raise StoreBroken("the disk is full")


async def test_files_that_cannot_be_put_to_use_are_not_loaded_again_at_once(site: Site) -> None:
    """Each try executes them, and nobody is answered meanwhile."""
    engine = Unwritable(site.engine)
    reload = FileReload(site.files, site.settings, cast("Engine", engine), site.told, site.clock)
    site.write("ship.py", SHIP.format(word="new", every="1h"))
    assert not await reload.look()
    assert await reload.look(), "the next look can wait"
    assert (engine.tries, reload.problem, len(site.told.texts)) == (1, "the disk is full", 1)


async def test_a_mistake_in_a_definition_names_its_line_and_changes_nothing(site: Site) -> None:
    site.write("ship.py", SHIP.format(word="new", every="soon"))
    await site.look()
    assert f"{site.folder / 'ship.py'}" in site.reload.problem
    assert site.engine.workflow("ship").triggers[0].description == "every 1 h"


async def test_a_file_that_is_being_written_is_not_taken(site: Site) -> None:
    site.write("ship.py", SHIP.format(word="new", every="1h"))
    assert not await site.reload.look()
    site.write("ship.py", SHIP.format(word="newer", every="1h"))
    assert not await site.reload.look()
    site.write("ship.py", "")
    assert not await site.reload.look()
    assert not await site.reload.look(), "an empty file waits for its content"
    assert site.files.said == []
    site.write("ship.py", SHIP.format(word="newest", every="1h"))
    await site.look()
    assert site.files.said == ["Workflow files were loaded again: changed ship."]


async def test_schedules_are_replaced_and_removed_workflows_start_nothing(site: Site) -> None:
    site.write("ship.py", SHIP.format(word="old", every="5m"))
    await site.look()
    (schedule,) = await site.engine.schedules()
    assert schedule.description == "every 5 min"
    (site.folder / "ship.py").rename(site.folder / "ship.txt")
    site.write("other.py", 'from signoff import Workflow\n\nother = Workflow("other", owner="@ops")\n')
    site.write(
        "other.py",
        """
        from signoff import Workflow

        other = Workflow("other", owner="@ops")

        @other.step
        async def work() -> str:
            return "done"
        """,
    )
    await site.look()
    assert site.files.said[-1] == "Workflow files were loaded again: added other; removed ship."
    assert await site.engine.schedules() == []
    for _ in range(3):
        site.clock.advance(timedelta(hours=1))
        await site.engine.activity.idle()
    assert (await site.engine.runs("ship"))[1] == 0
    (site.folder / "ship.txt").rename(site.folder / "ship.py")
    await site.look()
    (schedule,) = await site.engine.schedules()
    assert schedule.enabled
    assert schedule.next_fire_at is not None
    assert schedule.next_fire_at > site.clock.now()


async def test_a_run_waits_for_code_that_is_gone_and_goes_on_when_it_is_back(site: Site) -> None:
    run = await site.engine.start("ship", actor=TESTER)
    await site.engine.activity.idle()
    site.write("ship.py", SHIP.format(word="old", every="1h").replace("publish", "deliver"))
    await site.look()
    assert "waits for the step publish, which is no longer in ship.py" in await site.engine.missing_code()
    await site.approve()
    assert (await site.engine.detail(run.id)).run.state == "waiting"
    site.write("ship.py", SHIP.format(word="old", every="1h"))
    await site.look()
    assert await site.engine.missing_code() == ""
    assert await site.output(run.id) == "old it"


async def test_a_changed_policy_file_takes_effect_and_a_wrong_one_leaves_the_earlier_rules(
    site: Site, tmp_path: Path
) -> None:
    policies = tmp_path / "rules" / "policies.yaml"
    policies.parent.mkdir()
    policies.write_text("rules:\n  - {name: freeze, when: true, deny: Frozen.}\n")
    settings = site.settings.model_copy(update={"policies": policies})
    files = Files(settings)
    files.said = []
    assert policies.parent in files.folders()
    site.reload = FileReload(files, settings, site.engine, site.told, site.clock)
    policies.write_text("rules:\n  - {name: freeze, when: true, deny: Frozen today.}\n")
    await site.look()
    with pytest.raises(NotPossible, match="Frozen today"):
        await site.engine.start("ship", actor=TESTER)
    policies.write_text("rules:\n  - {name: freeze, when: nothing.x, deny: Frozen.}\n")
    await site.look()
    assert "nothing is not a fact" in site.told.texts[-1]
    with pytest.raises(NotPossible, match="Frozen today"):
        await site.engine.start("ship", actor=TESTER)
