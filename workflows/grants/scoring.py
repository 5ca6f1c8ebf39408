"""Points and policy: pure rules, each of which says why."""

from workflows.grants.applications import Application, Reviewed, Scored
from workflows.wording import count

AWARD_FROM, DECLINE_BELOW = 50, 40
"""Points. In between it is a matter for people."""
LARGE = 50_000
"""Dollars. From here on people look at it, whatever the points."""


def score(application: Application) -> Scored:
    """0 to 100 points."""
    found = [_field(application), _reach(application), _experience(application), _cost(application)]
    return Scored(
        application=application,
        score=sum(points for points, _ in found),
        why=[f"{points}: {reason}" for points, reason in found],
    )


def _field(application: Application) -> tuple[int, str]:
    points = {"education": 30, "health": 30, "environment": 25, "culture": 15, "other": 5}[application.field]
    return points, f"the field is {application.field}"


def _reach(application: Application) -> tuple[int, str]:
    reached = application.people_reached
    return min(30, reached // 50), f"it reaches {count(reached, 'person', 'people')}"


def _experience(application: Application) -> tuple[int, str]:
    years = application.years_active
    return min(15, 3 * years), f"they have done this for {count(years, 'year')}"


def _cost(application: Application) -> tuple[int, str]:
    """The less a person reached costs, the better."""
    each = application.amount / max(1, application.people_reached)
    points = 25 if each <= 20 else 15 if each <= 60 else 5 if each <= 150 else 0
    return points, f"it costs ${each:,.0f} for each person reached"


def review(scored: Scored) -> Reviewed:
    """Apply the policy to a scored application."""
    points, amount = scored.score, scored.application.amount
    if points < DECLINE_BELOW:
        verdict, rule = "decline", f"{points} points are below {DECLINE_BELOW}"
    elif amount >= LARGE:
        verdict, rule = "doubtful", f"${amount:,} is ${LARGE:,} or more"
    elif points < AWARD_FROM:
        verdict, rule = "doubtful", f"{points} points lie between {DECLINE_BELOW} and {AWARD_FROM}"
    else:
        verdict, rule = "award", f"{points} points are {AWARD_FROM} or more"
    return Reviewed.model_validate(
        {"application": scored.application, "score": points, "verdict": verdict, "rule": rule}
    )
