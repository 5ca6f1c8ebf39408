"""Counts the rows of a table each night, and asks before the old ones go. Put your own files beside it."""

from signoff import Cron, Workflow

cleanup = Workflow(
    "nightly-cleanup", owner="@operators", channel="#operations", triggers=[Cron("0 2 * * *", tz="UTC")]
)


@cleanup.step
def count() -> int:
    return 1200


go = cleanup.approval("go", ask="Delete {count} old rows?", approvers=["@operators"], expires="12h")


@cleanup.step(when=go.approved)
def delete(count: int) -> str:
    return f"deleted {count} rows"
