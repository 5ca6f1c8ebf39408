"""The answer of `/workflow workers`."""

from datetime import UTC, datetime, timedelta

from bot.views.runs.workers import workers_answer
from engine import QueueRecord, ServingRecord, WorkerRecord, WorkerState

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def worker(name: str, **changes: object) -> WorkerRecord:
    known: dict[str, object] = {
        "name": name,
        "queues": ("gpu", "default"),
        "parallel": 16,
        "started_at": NOW - timedelta(hours=1),
        "silent": 0.3,
        "draining": False,
        "workflows": (),
        "busy": 0,
    }
    return WorkerRecord(**{**known, **changes})  # type: ignore[arg-type]


def said(state: WorkerState) -> str:
    answer = workers_answer(state, NOW)
    return "\n".join(block["text"]["text"] for block in answer.blocks if block["type"] == "section")


def test_each_worker_has_a_line_with_the_steps_that_the_person_may_see() -> None:
    first = worker("one", busy=3, executing=(("fit-2k9", "train"), ("fit-2k7", "train")))
    text = said(WorkerState((first, worker("two", silent=9.0), worker("three", draining=True))))
    one, two, three = text.splitlines()[1:]
    assert "*one*" in one
    assert "alive since" in one
    assert one.endswith(
        "queues gpu, default · executes 3 of 16 steps: train of fit-2k9, train of fit-2k7, and 1 other"
    )
    assert "silent for 9 s" in two
    assert "stopping since" in three


def test_names_from_workers_are_shown_literally() -> None:
    text = said(WorkerState((worker("<!channel> *x*", queues=("a*b",)),)))
    assert "<!channel>" not in text


def test_a_queue_without_workers_is_named_with_the_remedy() -> None:
    text = said(WorkerState((), (QueueRecord("gpu", 2, 30.0, 0),)))
    assert "There are no workers" in text
    assert "2 steps wait in the queue gpu, and no worker executes its steps" in text
    assert "Start one: `signoff worker --queues gpu`" in text


def test_a_queue_with_workers_says_for_how_many_of_them_its_steps_wait() -> None:
    text = said(WorkerState((worker("one"),), (QueueRecord("gpu", 1, 30.0, 2),)))
    assert "1 step waits in the queue gpu for one of 2 workers to be free" in text


def test_several_processes_that_serve_are_named_with_the_one_that_leads() -> None:
    processes = [
        ServingRecord("bot-1", leads=True, started_at=NOW, silent=0.2),
        ServingRecord("bot<2>", leads=False, started_at=NOW, silent=0.2),
        ServingRecord("bot-3", leads=False, started_at=NOW, silent=9.0),
    ]
    answer = workers_answer(WorkerState(serving=tuple(processes)), NOW)
    said = answer.blocks[-1]["elements"][0]["text"]
    assert said == ("Processes that serve: bot-1 (leads), bot&lt;2&gt; (takes requests), bot-3 (silent)")
    assert len(workers_answer(WorkerState(serving=tuple(processes[:1])), NOW).blocks) == 1
