"""The open reviews of break-glass: a fact of the installation, written in the transaction of the approval."""

from engine.audit.seal import Seal
from engine.model.records.break_glass import BREAK_GLASS, USED, OpenReview
from engine.model.records.change import EventDraft
from engine.store.queries.installation import fact_within
from engine.store.work import Connection, GuardFailed
from engine.store.writes import facts


class ReviewOpen(GuardFailed):
    """An earlier use of break-glass by this person has no verdict yet."""


def change_review(
    connection: Connection, before: OpenReview, after: OpenReview | None, event: EventDraft, seal: Seal
) -> bool:
    """Put `after` in the place of a review, or close it. Return False where it is no longer as `before`.

    Raises `Altered`.
    """
    reviews = fact_within(connection, BREAK_GLASS, seal) or {}
    if reviews.get(before.by) != before.as_json():
        return False
    if after is None:
        del reviews[before.by]
    else:
        reviews[before.by] = after.as_json()
    facts.note(connection, BREAK_GLASS, reviews or None, [event], seal)
    return True


def open_review(connection: Connection, review: OpenReview, seal: Seal) -> None:
    """Raises `ReviewOpen` before anything is written, and `Altered`."""
    reviews = fact_within(connection, BREAK_GLASS, seal) or {}
    if review.by in reviews:
        raise ReviewOpen(review.by)
    reviews[review.by] = review.as_json()
    used = EventDraft(USED, review.at, review.actor, data=review.used())
    facts.note(connection, BREAK_GLASS, reviews, [used], seal)
