"""The services that the pipeline calls by name."""

import asyncio
import json
import os

from signoff import Fatal, Outcome, StepContext
from workflows.grants import scoring
from workflows.grants.applications import (
    Application,
    Awarded,
    BoardDecision,
    Notified,
    Published,
    Review,
    Reviewed,
    Scored,
)
from workflows.grants.publication import letter, page, write_whole
from workflows.grants.register import Register
from workflows.outside import Refused, Unanswered, fetch, private_hosts, shown
from workflows.wording import count

ADDRESS = "http://127.0.0.1:8766/applications"
"""Where applications come from, unless GRANTS_URL says otherwise."""
_OWN_HOST = "127.0.0.1"
"""The intake that ships executes on this machine."""


class SourceSilent(ConnectionError):
    """The intake did not answer, or not with applications. It may the next time."""


def register_of(ctx: StepContext) -> Register:
    return Register(ctx.data_dir / "grants.sqlite3")


class GrantIngestionService:
    async def fetch_new(self, ctx: StepContext) -> list[Application]:
        """Applications that the register doesn't have. Rows that can't be read are rejected, and counted."""
        found = await _fetch(os.environ.get("GRANTS_URL", ADDRESS))
        known = await asyncio.to_thread(register_of(ctx).known)
        applications = ctx.rows(found, Application, unique="id")
        new = [application for application in applications if application.id not in known]
        ctx.log(f"New applications: {len(new)} of {len(found)}")
        return new


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
    def analyze_and_suggest(self, applications: list[Application]) -> list[Scored]:
        return [scoring.score(application) for application in applications]


class GovernanceLayer:
    def enforce(self, scored: list[Scored], ctx: StepContext) -> Review:
        """Clear cases are decided by policy; what is left is for the board."""
        reviewed = [scoring.review(one) for one in scored]
        doubtful = [one for one in reviewed if one.verdict == "doubtful"]
        clear = [one for one in reviewed if one.verdict == "award"]
        for one in reviewed:
            ctx.log(f"{one.application.id}: {one.verdict}, because {one.rule}")
        return Review(
            reviewed=reviewed,
            doubtful=len(doubtful),
            doubtful_list=[one.line for one in doubtful],
            clear_awards=len(clear),
            clear_total=f"${sum(one.application.amount for one in clear):,}",
        )


class PolicyService:
    def update(self, review: Review, ctx: StepContext, outcome: Outcome | None) -> Awarded:
        """Enter everything into the register, once however often this is repeated."""
        board = outcome.outcome if outcome else "not asked"
        verdicts = {one.application.id: _final(one, outcome) for one in review.reviewed}
        register = register_of(ctx)
        at = ctx.now().isoformat()
        register.enter(
            (
                one.application.id,
                one.application.name,
                one.application.amount,
                verdicts[one.application.id],
                one.rule,
                ctx.run_id,
                at,
            )
            for one in review.reviewed
            if verdicts[one.application.id] != "postpone"
        )
        entered = register.of_run(ctx.run_id)
        return Awarded(
            awarded=[entry.id for entry in entered if entry.verdict == "award"],
            declined=[entry.id for entry in entered if entry.verdict == "decline"],
            postponed=[id_ for id_, verdict in verdicts.items() if verdict == "postpone"],
            total=sum(entry.amount for entry in entered if entry.verdict == "award"),
            board=board,
        )


def _final(one: Reviewed, outcome: Outcome | None) -> str:
    """Silence of the board decides nothing: those applications come again with the next run."""
    if one.verdict != "doubtful":
        return one.verdict
    if outcome is None or outcome.expired:
        return "postpone"
    if outcome.rejected:
        return "decline"
    return BoardDecision.model_validate(outcome.value).verdict(one.line)


class NotificationService:
    def send(self, awarded: Awarded, ctx: StepContext) -> Notified:
        """A letter a decision, as a file; writing it again gives the same letter."""
        entries = register_of(ctx).of_run(ctx.run_id)
        for entry in entries:
            write_whole(ctx.data_dir / "letters" / f"{entry.id}.txt", letter(entry))
        summary = (
            f"{len(awarded.awarded)} awarded (${awarded.total:,}), {len(awarded.declined)} declined, "
            f"{len(awarded.postponed)} postponed. The board: {awarded.board}."
        )
        ctx.log(summary)
        return Notified(letters=len(entries), summary=summary)


class PublicationService:
    def publish(self, ctx: StepContext) -> Published:
        """Write the page of all awards there are."""
        awards = register_of(ctx).awards()
        file = ctx.data_dir / "awards.html"
        write_whole(file, page(awards))
        ctx.log(f"Published {count(len(awards), 'award')} in {file}")
        return Published(page=str(file), awards=len(awards))
