"""The five services that the pipeline calls by name."""

import asyncio
import json
import os

from signoff import Fatal, Outcome, StepContext
from workflows.grants import scoring
from workflows.grants.applications import (
    Application,
    Awarded,
    Intake,
    Notified,
    Review,
    Reviewed,
    ScoredIntake,
    SetAside,
    read,
)
from workflows.grants.register import Register
from workflows.outside import Refused, Unanswered, fetch, private_hosts, shown

ADDRESS = "http://127.0.0.1:8766/applications"
"""Where applications come from, unless GRANTS_URL says otherwise."""
_OWN_HOST = "127.0.0.1"
"""The intake that ships executes on this machine."""


class SourceSilent(ConnectionError):
    """The intake did not answer, or not with applications. It may the next time."""


def register_of(ctx: StepContext) -> Register:
    return Register(ctx.data_dir / "grants.sqlite3")


class GrantIngestionService:
    async def fetch_new(self, ctx: StepContext) -> Intake:
        """Applications that the register doesn't have; those that can't be read are set aside."""
        found = await _fetch(os.environ.get("GRANTS_URL", ADDRESS))
        known = await asyncio.to_thread(register_of(ctx).known)
        applications: list[Application] = []
        set_aside: list[SetAside] = []
        seen: set[str] = set()
        for raw in found:
            one = read(raw, seen)
            if isinstance(one, SetAside):
                set_aside.append(one)
                ctx.log(f"{one.id} is set aside: {one.reason}")
            elif one.id not in known:
                applications.append(one)
        ctx.log(f"{len(applications)} new, {len(set_aside)} set aside, of {len(found)}")
        return Intake(applications=applications, set_aside=set_aside)


async def _fetch(address: str) -> list[object]:
    try:
        body = await fetch(address, private={_OWN_HOST, *private_hosts(os.environ)})
        found = json.loads(body)
    except Unanswered as error:
        raise SourceSilent(str(error)) from None
    except Refused as error:
        raise Fatal(str(error)) from None
    except (ValueError, RecursionError):
        raise SourceSilent(f"{shown(address)} did not answer with JSON.") from None
    if not isinstance(found, list):
        raise SourceSilent(f"{shown(address)} did not answer with a list of applications.")
    return found


class EligibilityAgent:
    def analyze_and_suggest(self, intake: Intake) -> ScoredIntake:
        scored = [scoring.score(application) for application in intake.applications]
        return ScoredIntake(scored=scored, set_aside=intake.set_aside)


class GovernanceLayer:
    def enforce(self, scored: ScoredIntake, ctx: StepContext) -> Review:
        """Clear cases are decided by policy; what is left is for the board."""
        reviewed = [scoring.review(one) for one in scored.scored]
        doubtful = [one for one in reviewed if one.verdict == "doubtful"]
        clear = [one for one in reviewed if one.verdict == "award"]
        for one in reviewed:
            ctx.log(f"{one.application.id}: {one.verdict}, because {one.rule}")
        return Review(
            reviewed=reviewed,
            set_aside=scored.set_aside,
            doubtful=len(doubtful),
            doubtful_list=[_line(one) for one in doubtful],
            clear_awards=len(clear),
            clear_total=f"${sum(one.application.amount for one in clear):,}",
        )


def _line(one: Reviewed) -> str:
    application = one.application
    return f"{application.id} {application.name}, ${application.amount:,}: {one.rule}"


class PolicyService:
    def update(self, review: Review, ctx: StepContext, outcome: Outcome | None) -> Awarded:
        """Enter everything into the register, once however often this is repeated."""
        board = outcome.outcome if outcome else "not asked"
        register = register_of(ctx)
        at = ctx.now().isoformat()
        register.enter(
            (
                one.application.id,
                one.application.name,
                one.application.amount,
                _final(one, board),
                one.rule,
                ctx.run_id,
                at,
            )
            for one in review.reviewed
            if _final(one, board) != "postponed"
        )
        entered = register.of_run(ctx.run_id)
        return Awarded(
            awarded=[id_ for id_, _, verdict in entered if verdict == "award"],
            declined=[id_ for id_, _, verdict in entered if verdict == "decline"],
            postponed=[one.application.id for one in review.reviewed if _final(one, board) == "postponed"],
            total=sum(amount for _, amount, verdict in entered if verdict == "award"),
            board=board,
            set_aside=review.set_aside,
        )


def _final(one: Reviewed, board: str) -> str:
    """Silence of the board decides nothing: those applications come again with the next run."""
    if one.verdict != "doubtful":
        return one.verdict
    return {"approved": "award", "rejected": "decline"}.get(board, "postponed")


class NotificationService:
    def send(self, awarded: Awarded, ctx: StepContext) -> Notified:
        """A letter a decision, as a file; writing it again gives the same letter."""
        folder = ctx.data_dir / "letters"
        folder.mkdir(parents=True, exist_ok=True)
        letters = [(id_, _AWARD) for id_ in awarded.awarded] + [(id_, _DECLINE) for id_ in awarded.declined]
        for id_, text in letters:
            (folder / f"{id_}.txt").write_text(text.format(id=id_), encoding="utf-8")
        summary = (
            f"{len(awarded.awarded)} awarded (${awarded.total:,}), {len(awarded.declined)} declined, "
            f"{len(awarded.postponed)} postponed, {len(awarded.set_aside)} set aside. "
            f"The board: {awarded.board}."
        )
        ctx.log(summary)
        return Notified(letters=len(letters), summary=summary)


_AWARD = "Your application {id} was successful. The grant is paid within thirty days.\n"
_DECLINE = "Thank you for your application {id}. We can't support it this time.\n"
