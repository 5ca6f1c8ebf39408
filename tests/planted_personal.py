"""Personal data in every place where a workflow can put it, and the search for it."""

import base64
from pathlib import Path
from typing import Any
from urllib.parse import quote

VALUE = "Quirin.Zabel+vx@planted.example"
STREET = "17 Wobbegong Lane"
PHONES = ("+49 30 5550 7171", "+49 30 5550 7272")
VALUES = (VALUE, VALUE.upper(), STREET, *PHONES)
INPUT: dict[str, Any] = {
    "email": VALUE,
    "plan": "free",
    "home": {"city": "Bern", "street": STREET},
    "phones": list(PHONES),
    "people": [{"name": VALUE, "age": 3}],
}
FORMS = [
    form
    for value in VALUES
    for form in (
        value.encode(),
        quote(value, safe="").encode(),
        value.encode().hex().encode(),
        *(base64.b64encode(b"." * place + value.encode() + b"...")[4:-8] for place in range(3)),
        value[:12].encode(),
        value[-12:].encode(),
    )
]

WORKFLOW = """
from pydantic import BaseModel, Field
from signoff import Personal, Retry, Settled, StepContext, Workflow
from typing_extensions import TypedDict

ONCE = Retry(attempts=1)


class Home(BaseModel):
    city: str
    street: Personal[str]


class Person(BaseModel):
    name: Personal[str]
    age: int


class Signup(BaseModel):
    email: Personal[str] = Field(pattern="@")
    plan: str = "free"
    home: Home | None = None
    phones: list[Personal[str]] = []
    people: list[Person] = []


class Account(BaseModel):
    owner: Personal[str]
    number: int


class Invited(BaseModel):
    who: Personal[str]
    also: Person | None = None


class Address(TypedDict):
    street: Personal[str]


class Reply(BaseModel):
    phone: Personal[str]


flow = Workflow("signup", owner="@ops", channel="#deploys", input=Signup)
other = Workflow("invite", owner="@ops", channel="#deploys", input=Invited)
flow.wait_for("reply", model=Reply, expires="1h")


@other.step
def send(input: Invited) -> Invited:
    return input


@flow.step
async def create(input: Signup, ctx: StepContext) -> Account:
    ctx.log(f"{len(input.email)} {input.email!r}"[:2])
    ctx.follow_up(other, {"who": input.email})
    ctx.follow_up(other, Invited(who=input.email))
    return Account(owner=input.email.upper(), number=len(input.email))


@flow.step
def home(input: Signup) -> Address:
    return {"street": input.home.street}


@flow.step
def phones(input: Signup) -> list[Personal[str]]:
    return input.phones


@flow.step
def lonely(input: Signup) -> Personal[str] | None:
    return input.email


@flow.step(each="input.people")
def call(person: Person) -> Person:
    assert "@" in person.name
    return person


@flow.step(each=phones)
def dial(number: Personal[str]) -> int:
    assert number.startswith("+49"), "a sealed text came"
    return len(number)


flow.child("invited", other, input={"who": "{create.owner}", "also": "{input.people.0}"})


@flow.step
def greet(
    create: Account,
    home: Address,
    lonely: Personal[str] | None,
    call: list[Settled[Person]],
    invited: Invited,
    reply: Reply,
) -> str:
    assert "@" in create.owner and "@" in lonely and "@" in call[0].value.name
    assert home["street"].startswith("17 ") and invited.also.age == 3
    assert "@" in invited.who and reply.phone.startswith("+49")
    return "ok"


@flow.step(retry=ONCE)
def misfits(input: Signup, create: Account) -> Account:
    return {"owner": [input.email], "number": input.email}
"""


def found_in(data: bytes) -> list[str]:
    """Return the forms of personal data that are in the data."""
    return [form.decode() for form in FORMS if form in data]


def found_below(folder: Path) -> list[str]:
    """Return each file with personal data, also the write-ahead log of the database."""
    return [
        f"{path.name}: {form}"
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        for form in found_in(path.read_bytes())
    ]
