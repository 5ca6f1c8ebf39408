"""A secret that a workflow puts wherever a workflow can put a text, and the search for it."""

import base64
from pathlib import Path
from urllib.parse import quote

NAME = "PAYMENTS_KEY"
VALUE = "Zq7/kraken+Wx93&plum"
FORMS = [
    VALUE.encode(),
    quote(VALUE, safe="").encode(),
    VALUE.encode().hex().encode(),
    VALUE.replace("&", "&amp;").encode(),
    # Base64 at each of the three places, without the characters that its surroundings change.
    *(base64.b64encode(b"." * place + VALUE.encode() + b"...")[4:-8] for place in range(3)),
    # Parts that a limit may leave.
    VALUE[:10].encode(),
    VALUE[-10:].encode(),
]

WORKFLOW = """
import asyncio
import base64
import logging
import sys
import threading
from urllib.parse import quote

import orjson
from pydantic import BaseModel, TypeAdapter, field_validator
from signoff import Fatal, NotYet, Poll, Quality, Retry, StepContext, Workflow, secret

KEY = secret("PAYMENTS_KEY")
ONCE = Retry(attempts=1)
flow = Workflow("pay", owner="@ops", channel="#deploys")
other = Workflow("other", owner="@ops", input=type("Word", (BaseModel,), {"__annotations__": {"word": str}}))


class Row(BaseModel):
    id: str
    amount: int
    note: str = ""

    @field_validator("note")
    @classmethod
    def no_note(cls, value: str) -> str:
        if value:
            raise ValueError(f"has {value}")
        return value


@other.step
def nothing() -> None:
    pass


@flow.step
async def logs(ctx: StepContext) -> int:
    value = KEY.reveal()
    ctx.log(f"key {value}")
    ctx.log("x" * 995 + value)
    ctx.log("x" * 3990 + value)
    ctx.log(base64.b64encode(f"user:{value}".encode()).decode())
    ctx.log(quote(value, safe=""))
    ctx.progress(1, of=2, text=f"with {value}")
    logging.getLogger("author").warning("key %s", value)
    print_to_log = {"nested": [value]}
    ctx.log(orjson.dumps(print_to_log).decode())
    await ctx.notify("#deploys", f"sent with {value}", table=[{"key": value}])
    return len(value)


@flow.step
def threaded(ctx: StepContext) -> str:
    ctx.log(f"in a thread {KEY.reveal()}")
    return "ok"


@flow.step(retry=ONCE)
async def raises() -> None:
    try:
        raise ValueError(f"inner {KEY.reveal()}")
    except ValueError as error:
        raise RuntimeError(f"outer {quote(KEY.reveal(), safe='')}") from error


@flow.step(retry=ONCE)
async def groups() -> None:
    raise ExceptionGroup(KEY.reveal(), [ValueError(KEY.reveal()), KeyError(KEY.reveal())])


@flow.step(retry=ONCE)
async def invalid() -> None:
    TypeAdapter(int).validate_python("x" * 20 + KEY.reveal() * 9)


@flow.step(retry=ONCE)
async def gives() -> dict[str, str]:
    return {"key": KEY.reveal()}


@flow.step(retry=ONCE)
async def gives_encoded() -> str:
    return "Basic " + base64.b64encode(f"user:{KEY.reveal()}".encode()).decode()


@flow.step(retry=ONCE)
async def gives_as_key() -> dict[str, int]:
    return {KEY.reveal(): 1}


@flow.step(retry=ONCE)
async def keeps(ctx: StepContext) -> None:
    await ctx.checkpoint("place", [KEY.reveal()])


@flow.step(retry=ONCE)
async def follows(ctx: StepContext) -> None:
    ctx.follow_up(other, {"word": KEY.reveal()})


@flow.step(retry=ONCE, poll=Poll(deadline="2m"))
async def polls() -> None:
    raise NotYet(f"waits for {KEY.reveal()}")


@flow.step(retry=ONCE, quality=Quality(reject_over=5, row=Row))
async def rows(ctx: StepContext) -> list[Row]:
    return [{"id": KEY.reveal(), "amount": KEY.reveal(), "note": KEY.reveal()}, {"id": "b", "amount": 1}]


@flow.step(retry=ONCE, quality=Quality(reject_over=0, row=Row))
async def bad_rows(ctx: StepContext) -> list[Row]:
    return [{"id": KEY.reveal(), "amount": 1}, {"id": "b", "amount": KEY.reveal()}]


@flow.step(retry=ONCE, run_in="process")
def apart(ctx: StepContext) -> str:
    value = KEY.reveal()
    print(value)
    print("x" * 3990 + value, file=sys.stderr)
    ctx.log(f"apart {value}")
    raise ValueError("y" * 1990 + value)


@flow.step(retry=ONCE, run_in="process")
def gives_apart() -> str:
    return KEY.reveal()


@flow.step(retry=ONCE)
async def own_thread() -> None:
    caught = []

    def work() -> None:
        try:
            KEY.reveal()
        except Fatal as error:
            caught.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    raise caught[0]


@flow.step(retry=ONCE)
async def names_late() -> None:
    secret("OTHER_KEY")


@flow.step(retry=ONCE)
async def prints_it() -> str:
    return f"Bearer {KEY}"


flow.command(
    "says",
    [sys.executable, "-c", "import os, sys; print(os.environ['K']); sys.stderr.write(os.environ['K'])"],
    secret_env={"K": KEY},
)
flow.command(
    "says_hex",
    [sys.executable, "-c", "import os, sys; k = os.environ['K']; print(k.encode().hex()); sys.exit(k)"],
    secret_env={"K": KEY},
)
"""

REFUSED = {
    "gives": "contains the secret PAYMENTS_KEY, which Signoff does not store.",
    "gives_encoded": "The output of gives_encoded contains the secret PAYMENTS_KEY",
    "gives_as_key": "The output of gives_as_key contains the secret PAYMENTS_KEY",
    "gives_apart": "The output of gives_apart contains the secret PAYMENTS_KEY",
    "rows": "",
    "keeps": "The checkpoint 'place' of keeps contains the secret PAYMENTS_KEY",
    "follows": "The input of the other run that follows asks for contains the secret PAYMENTS_KEY",
    "own_thread": "is revealed in a step alone",
    "names_late": "is called in a step",
    "prints_it": "is not a text",
    "raises": "outer [hidden]",
    "apart": "",
}
"""By step that fails: a part of its error."""


def found_in(data: bytes) -> list[str]:
    """Return the forms of the secret that are in the data."""
    return [form.decode() for form in FORMS if form in data]


def found_below(folder: Path, *, without: str = "flow.py") -> list[str]:
    """Return each file with the secret, also the write-ahead log of the database."""
    return [
        f"{path.name}: {form}"
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != without
        for form in found_in(path.read_bytes())
    ]
