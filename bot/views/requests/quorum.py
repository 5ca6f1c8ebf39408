"""Texts about a quorum and its progress: `2 of @release-managers must approve · 1 so far`."""

from bot.views.message import Names
from bot.views.wording import channels
from bot.views.wording.text import safe, some
from bot.views.wording.times import duration
from engine import (
    EscalationSpec,
    HoursSpec,
    QuorumProgress,
    QuorumSpec,
    RequestRecord,
    StageSpec,
    delegates,
    is_on_call,
    stage_progress,
)
from engine.text import count

_MAX_ESCALATIONS = 3
"""The most escalations that one line names; Details has all."""
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def who_may(request: RequestRecord, names: Names, *, notify: bool = True) -> str:
    """`@release-managers can decide` where one answer is enough. `notify`: approvers are mentioned."""
    for_others = [
        f"{names.person(delegate.to)} can decide for {names.person(delegate.away)}"
        for delegate in delegates(request)
    ]
    standing_in = f" · {some(for_others, 3, ' · ')}" if for_others else ""
    known = tuple(ref for ref in _able(request, request.approvers, names) if ref not in names.missing)
    if not _able(request, request.approvers, names):
        return (
            f"Nobody can decide: at high risk {names.any_of(request.approvers)} cannot, as anybody can join"
        )
    if not known and not for_others:
        return f"Nobody can decide: {unknown(request, names)}"
    if _one_is_enough(request):
        who = channels.at_start(names.any_of(known or request.approvers, notify=notify))
        return f"{who} can decide{standing_in}"
    places = stage_progress(request, request.decisions, request.stage)
    must = " and ".join(_must(request, place, names, notify) for place in places)
    stage = request.policy.stages[request.stage].name
    where = f"Stage {request.stage + 1} of {len(request.policy.stages)}, {safe(stage, 40)}: " if stage else ""
    return f"{where}{must} must approve{_so_far(places, names)}{standing_in}"


NOBODY_YET = "nobody is asked yet"


def nobody_yet(request: RequestRecord, names: Names) -> bool:
    """Return whether the workspace knows none of the groups and channels that are asked."""
    return bool(request.approvers) and names.missing.issuperset(request.approvers)


def awaited(request: RequestRecord, names: Names) -> str:
    """`waiting for @release-managers (1 of 2)`; who is unknown, where that is everybody who was named."""
    if nobody_yet(request, names):
        return f"{NOBODY_YET}, because {unknown(request, names)}"
    return f"waiting for {short(request, names)}"


def unknown(request: RequestRecord, names: Names, *, plain: bool = False) -> str:
    """Return which approvers the workspace does not know. Channels have no name here: they may be private."""
    groups = tuple(ref for ref in request.approvers if not ref.startswith("#"))
    channels_asked = len(request.approvers) - len(groups)
    named = some([names.plain(ref) for ref in groups], 5) if plain else names.any_of(groups, word="and")
    are = "are" if len(groups) > 1 else "is"
    known_to_nobody = f"{named} {are} unknown in this workspace" if groups else ""
    unseen = f"the {'channels' if channels_asked > 1 else 'channel'} that the workflow names"
    cannot_see = f"Signoff cannot see {unseen}" if channels_asked else ""
    return " and ".join(filter(None, [known_to_nobody, cannot_see]))


def reachable(request: RequestRecord, names: Names) -> tuple[str, ...]:
    """Return the approvers without those that the workspace does not know; all where it knows none."""
    known = tuple(ref for ref in request.approvers if ref not in names.missing)
    return known or request.approvers


def short(request: RequestRecord, names: Names) -> str:
    """`@release-managers (1 of 2)`, for one line of a run."""
    who = names.any_of(reachable(request, names), word=word_between(request))
    places = stage_progress(request, request.decisions, request.stage)
    counted = [place.needs for place in places if place.quorum.needs != "all"]
    if _one_is_enough(request) or len(counted) < len(places):
        return who
    return f"{who} ({sum(len(place.by) for place in places)} of {sum(counted)})"


def escalations(request: RequestRecord, names: Names) -> str:
    """`After 1 h, @on-call can decide as well`: the escalations to come; mrkdwn, may be empty."""
    if request.state != "open":
        return ""

    def said(escalation: EscalationSpec) -> str:
        return _escalation(escalation, request, names)

    coming = request.policy.escalations[request.clock.escalated :]
    steps = some([each for each in map(said, coming) if each], _MAX_ESCALATIONS, "; ")
    return f"{steps[:1].upper()}{steps[1:]}"


def _escalation(escalation: EscalationSpec, request: RequestRecord, names: Names) -> str:
    """Return what one escalation changes; empty where these people can decide already."""
    after = f"after {duration(escalation.after)}"
    if escalation.replace:
        return f"{after}, {names.any_of(escalation.to)} can decide instead"
    further = tuple(ref for ref in escalation.to if ref not in request.approvers)
    return f"{after}, {names.any_of(further)} can decide as well" if further else ""


def word_between(request: RequestRecord) -> str:
    """`and` where people of each group must answer, else `or`."""
    quorums = request.policy.stages[request.stage].quorums
    return "and" if len(quorums) > 1 else _word(quorums[0])


def _word(quorum: QuorumSpec) -> str:
    return "and" if quorum.needs == "all" else "or"


def rules(request: RequestRecord, names: Names) -> list[tuple[str, str]]:
    """Return the rules of a policy, apart from its approvers."""
    rows = []
    for number, stage in enumerate(request.policy.stages, 1):
        if len(request.policy.stages) > 1 or not _one_is_enough(request):
            name = safe(stage.name, 40) or "Must approve"
            label = f"Stage {number}, {name}" if len(request.policy.stages) > 1 else name
            rows.append((label, _of_stage(stage, names)))
    if request.policy.one_time_code:
        rows.append(("To approve", "a one-time code is needed"))
    if request.policy.rejections > 1:
        rows.append(("Rejected by", f"{request.policy.rejections} of them"))
    if request.policy.veto:
        rows.append(("One rejection from", names.any_of(request.policy.veto) + " rejects it"))
    for escalation in request.policy.escalations[request.clock.escalated :]:
        also = "instead" if escalation.replace else "as well"
        rows.append((f"After {duration(escalation.after)}", f"{names.any_of(escalation.to)} {also}"))
    for delegate in delegates(request):
        rows.append((f"For {names.person(delegate.away)}", names.person(delegate.to)))
    if request.policy.hours is not None:
        rows.append(("The clock runs", working_hours(request.policy.hours)))
    return rows


def working_hours(hours: HoursSpec) -> str:
    """`Mon, Tue 09:00 to 17:00 Europe/Berlin`."""
    days = ", ".join(_DAYS[day] for day in hours.days)
    if hours.days == (0, 1, 2, 3, 4):
        days = "Mon to Fri"
    holidays = f", not on {count(len(hours.holidays), 'holiday')}" if hours.holidays else ""
    return f"{days} {_clock(hours.start)} to {_clock(hours.end)} {safe(hours.tz, 40)}{holidays}"


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _one_is_enough(request: RequestRecord) -> bool:
    return len(request.policy.stages) == 1 and [
        quorum.needs for quorum in request.policy.stages[0].quorums
    ] == [1]


def _of_stage(stage: StageSpec, names: Names) -> str:
    return " and ".join(
        channels.number_of(
            "everybody" if quorum.needs == "all" else str(quorum.needs),
            names.any_of(quorum.approvers, word=_word(quorum)),
        )
        + _missing(quorum)
        for quorum in stage.quorums
    )


def _missing(quorum: QuorumSpec) -> str:
    """Return a note on approvers that the quorum leaves out, because the people source does not know them."""
    unknown_ones = [safe(ref, 40) for ref in quorum.missing if not is_on_call(ref)]
    if schedules := [safe(ref, 40) for ref in quorum.stands_in if is_on_call(ref)]:
        return f" (while nobody is on call for {some(schedules, 3)})"
    return f" (without {some(unknown_ones, 3)}: unknown in this workspace)" if unknown_ones else ""


def _able(request: RequestRecord, refs: tuple[str, ...], names: Names) -> tuple[str, ...]:
    """Return the references without those that anybody can join, if these cannot decide."""
    high = request.policy.risk == "high"
    return tuple(ref for ref in refs if not (high and ref in names.public))


def _must(request: RequestRecord, place: QuorumProgress, names: Names, notify: bool) -> str:
    how_many = "everybody" if place.quorum.needs == "all" else str(place.quorum.needs)
    approvers = _able(request, place.quorum.approvers, names)
    who = names.any_of(approvers, notify=notify, word=_word(place.quorum))
    return f"{channels.number_of(how_many, who)}{_missing(place.quorum)}"


def _so_far(places: list[QuorumProgress], names: Names) -> str:
    by = [names.person(who) for place in places for who in place.by]
    return f" · {len(by)} so far: {', '.join(by)}" if by else ""
