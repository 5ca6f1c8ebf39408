"""The rule of who may act at all: full, active members of the workspace. Every door asks it.

Guests, people of other companies (Slack Connect), deactivated accounts and bots are refused. The rule itself
is `Person.full_member`, for the kernel too; here the person is looked up.
"""

from engine.errors import NotAllowed, PeopleUnavailable, UnknownPeople
from engine.kernel.requests.verdicts import membership_problem, unknown_member_problem
from engine.model.people import People, Person


async def full_member(people: People, user_id: str, what: str = "do that", *, named: bool = False) -> Person:
    """Return the person if they may act. `what`: the act, for the text. `named`: for another person.

    Raises `NotAllowed`, and `PeopleUnavailable` where the people's source cannot be asked.
    """
    try:
        person = await people.person(user_id)
    except UnknownPeople:
        raise NotAllowed(unknown_member_problem(user_id)) from None
    if not person.full_member:
        raise NotAllowed(membership_problem(person, what, named=named))
    return person


async def holder_of_token(people: People, user_id: str, *, acts: bool) -> None:
    """Check that the person of a token may act; a token without a person is the operator's affair.

    Where the people's source cannot be asked, the token still reads, and does nothing that `acts`. Raises
    `NotAllowed` and `PeopleUnavailable`.
    """
    if not user_id:
        return
    try:
        await full_member(people, user_id, "use a token", named=True)
    except PeopleUnavailable:
        if acts:
            raise
