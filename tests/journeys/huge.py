"""Questions about more than a message has room for."""

from typing import Any

from engine import Diff, Outcome, Table, Workflow

huge = Workflow("huge", owner="@platform", channel="#deploys")


@huge.step
async def make() -> dict[str, Any]:
    old = [f"line {number} is old" for number in range(5000)]
    new = [line.replace("old", "new") if number % 3 == 0 else line for number, line in enumerate(old)]
    return {
        "megabyte": "".join(chr(97 + number % 26) for number in range(1_000_000)) + "the end",
        "old": "\n".join(old),
        "new": "\n".join(new),
        "objects": [{"id": number, "name": f"object {number}"} for number in range(10_000)],
    }


big = huge.approval(
    "big",
    ask="Apply all of it?",
    show=["make.megabyte", Diff("Change", "make.old", "make.new"), "make.objects"],
    approvers=["@release-managers"],
    expires="4h",
)


@huge.step(when=big.approved)
async def use(make: dict[str, Any], big: Outcome) -> int:
    return len(make)


many = Workflow("many", owner="@platform", channel="#deploys")


@many.step
async def collect() -> dict[str, Any]:
    return {
        "rows": [{f"column {n}": f"{row}.{n}" for n in range(13)} for row in range(60)],
        "mails": [f"person{number}@example.com" for number in range(60)],
    }


sent = many.approval(
    "sent",
    ask="Write to all of them?",
    show=[Table("Rows", "collect.rows"), "collect.mails"],
    approvers=["@release-managers"],
    expires="4h",
)


@many.step(when=sent.approved)
async def write(collect: dict[str, Any], sent: Outcome) -> int:
    return len(collect)
