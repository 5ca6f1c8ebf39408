"""Every night: copy the order book, keep the copy in a store, and remove copies that are too old.

Nobody can do without a copy, so its failure alerts the people on call. Old copies can wait for the morning.
"""

import hashlib
from pathlib import Path

from pydantic import BaseModel, Field

from signoff import Alerts, Alternative, AskOwner, Cron, QuietHours, Retry, StepContext, Workflow
from workflows.backup import orders, stores
from workflows.backup.stores import StoreAway, StoreName
from workflows.wording import count

KEEP = 30
"""Copies that a store keeps."""
SPARE = "spare"


class Backup(BaseModel):
    store: StoreName = Field(
        "archive", description="vault does not answer at present, and attic cannot list its copies"
    )


class Copy(BaseModel):
    name: str
    digest: str
    orders: int


class Kept(BaseModel):
    store: str
    name: str


nightly_backup = Workflow(
    "nightly-backup",
    title="Nightly backup",
    input=Backup,
    owner="@platform",
    channel="#deploys",
    description="Copies the order book to a store every night, and removes old copies.",
    result="{report}",
    on_failure=AskOwner(expires="20h"),  # the next night has a copy of its own
    triggers=[Cron("0 2 * * *", quiet=True)],
    alerts=Alerts(
        to={"high": ["#incidents", "@on-call"], "low": "#deploys"},
        quiet_hours=QuietHours("18:00", "08:00"),
    ),
)


def _copies(ctx: StepContext) -> Path:
    return ctx.data_dir / "backup"


@nightly_backup.step
def copy(ctx: StepContext) -> Copy:
    """The copy is opened and checked before a store gets it."""
    content = orders.copy(ctx.data_dir / "orders.sqlite3")
    found = Copy(
        name=f"orders-{ctx.now():%Y-%m-%d-%H%M%S}.sqlite3",
        digest=hashlib.sha256(content).hexdigest(),
        orders=orders.count(content),
    )
    stores.put(_copies(ctx), "outgoing", f"{found.digest}.sqlite3", content)
    ctx.log(f"Copied {count(found.orders, 'order')}, {found.digest[:12]}")
    return found


def _keep(store: str, copy: Copy, ctx: StepContext) -> Kept:
    content = (_copies(ctx) / "outgoing" / f"{copy.digest}.sqlite3").read_bytes()
    if hashlib.sha256(content).hexdigest() != copy.digest:
        raise ValueError(f"{copy.name} is not what was copied.")
    stores.put(_copies(ctx), store, copy.name, content)
    ctx.log(f"{copy.name} is in the store {store}")
    return Kept(store=store, name=copy.name)


def keep_in_spare(copy: Copy, ctx: StepContext) -> Kept:
    return _keep(SPARE, copy, ctx)


@nightly_backup.step(
    title="keep copy",
    retry=Retry(attempts=3, delay="1s", retry_on=(StoreAway,)),
    alternative=Alternative(keep_in_spare, ask=True),
    alerts=Alerts(severity="high"),
)
def keep(input: Backup, copy: Copy, ctx: StepContext) -> Kept:
    return _keep(input.store, copy, ctx)


@nightly_backup.step(title="remove old copies", alerts=Alerts(severity="low"))
def tidy(keep: Kept, ctx: StepContext) -> int:
    removed = stores.remove_older(_copies(ctx), keep.store, KEEP)
    ctx.log(f"Removed {count(removed, 'old copy', 'old copies')}")
    return removed


@nightly_backup.step
def report(copy: Copy, keep: Kept, tidy: int | None) -> str:
    old = "Old copies were left" if tidy is None else f"{count(tidy, 'old copy', 'old copies')} removed"
    return f"{count(copy.orders, 'order')} in the store {keep.store}. {old}."
