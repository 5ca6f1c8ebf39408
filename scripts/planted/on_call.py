"""Planted bugs about people on call: who decides after a shift, in a gap, and when a source fails."""

from scripts.planted.mutant import Mutant

_ENGINE = ("tests/engine/runtime/requests/test_on_call.py",)
_SERVICES = ("tests/bot/oncall/test_services.py",)
_CALENDAR = ("tests/bot/oncall/test_calendar.py",)
_PEOPLE = ("tests/bot/oncall/test_people.py",)
MUTANTS = [
    Mutant(
        "a person of the former shift decides",
        "bot/oncall/schedules.py",
        "if kept is None or self._clock.monotonic() - at >= age:",
        "if kept is None:",
        (*_SERVICES, *_PEOPLE),
    ),
    Mutant(
        "an error of the on-call source is an empty shift that nobody hears of",
        "bot/oncall/schedules.py",
        "        except OnCallFailed as error:\n            answer = error\n",
        "        except OnCallFailed:\n            answer = ()\n",
        _SERVICES,
    ),
    Mutant(
        "an error of the on-call source lets anybody decide",
        "engine/runtime/access/authorization.py",
        "        except UnknownPeople:\n            continue\n",
        "        except NobodyOnCall:\n            references.add(ref)\n"
        "        except UnknownPeople:\n            continue\n",
        _ENGINE,
    ),
    Mutant(
        "nobody hears of a gap that begins after people were asked",
        "engine/runtime/requests/decisions.py",
        "            self._inexact(request)\n            owner =",
        "            owner =",
        _ENGINE,
    ),
    Mutant(
        "a gap in the schedule completes a quorum of all",
        "engine/model/people.py",
        "    if not members:\n        raise NobodyOnCall(",
        "    if not members and not schedule:\n        raise NobodyOnCall(",
        _ENGINE,
    ),
    Mutant(
        "an answer is lost when the shift of its person ends",
        "engine/runtime/requests/departures.py",
        "kept = on_call | await",
        "kept = await",
        _ENGINE,
    ),
    Mutant(
        "every level of an escalation policy decides",
        "bot/oncall/services.py",
        "if by_level and entry",
        "if not by_level and entry",
        _SERVICES,
    ),
    Mutant(
        "the later steps of an escalation of Opsgenie decide",
        "bot/oncall/services.py",
        '        if each.get("escalationTime"):\n            continue\n',
        "",
        _SERVICES,
    ),
    Mutant(
        "a shift that has ended counts until the service forgets it",
        "bot/oncall/source.py",
        " and (end is None or at < end)",
        "",
        (*_SERVICES, *_CALENDAR),
    ),
    Mutant(
        "the token of an on-call service goes without encryption",
        "bot/oncall/specs.py",
        "    if reveals_token(url):\n        raise ValueError(",
        "    if not url:\n        raise ValueError(",
        _CALENDAR,
    ),
    Mutant(
        "nobody notices that the last shift has ended",
        "bot/oncall/shift_watch.py",
        "            self._changed()\n",
        "            pass\n",
        _PEOPLE,
    ),
    Mutant(
        "an alert to a schedule with a gap goes to nobody",
        "bot/outbox/notices.py",
        "                if is_on_call(ref) and owner and owner != ref:\n",
        "                if is_on_call(ref) and not owner:\n",
        ("tests/bot/outbox/test_on_call_alerts.py",),
    ),
    Mutant(
        "a schedule stays taken out of a quorum of all when somebody is on call again",
        "engine/kernel/requests/quorum.py",
        "        if ref not in quorum.missing or (is_on_call(ref) and rosters.get(ref) is not None)\n",
        "        if ref not in quorum.missing\n",
        _ENGINE,
    ),
    Mutant(
        "the owner answers in the place of people on call while the source fails shortly",
        "engine/runtime/access/authorization.py",
        "                raise PeopleUnavailable(str(error)) from None\n            except UnknownPeople:\n",
        "                del error\n            except UnknownPeople:\n",
        _ENGINE,
    ),
    Mutant(
        "a short failure of a source is a gap at once",
        "bot/oncall/failures.py",
        "now - first >= LASTING.total_seconds()",
        "now >= first",
        _PEOPLE,
    ),
    Mutant(
        "an approver who is an owner counts for the people on call too",
        "engine/kernel/requests/feasibility.py",
        'return (quorum.model_copy(update={"missing": missing}), own)',
        'return (quorum.model_copy(update={"missing": missing}), own)[: 3 - len(quorum.approvers)]',
        _ENGINE,
    ),
    Mutant(
        "a mistake in the file of schedules is named in the words of a library",
        "bot/oncall/specs.py",
        'what = _PROBLEMS.get(first["type"], first["msg"].removeprefix("Value error, ").rstrip("."))',
        'what = first["msg"].removeprefix("Value error, ").rstrip(".")',
        _CALENDAR,
    ),
    Mutant(
        "an SVG has no background",
        "bot/graphs/pictures.py",
        "return _VIEW_BOX.sub(_with_size_and_background, text, count=1)",
        "return text",
        ("tests/bot/graphs/test_graph.py",),
    ),
    Mutant(
        "a page enlarges the graph of a workflow to its own width",
        "bot/graphs/pictures.py",
        "    start = opened[0].replace('width=\"100%\"', size, 1)",
        "    start = opened[0]",
        ("tests/bot/graphs/test_graph.py",),
    ),
    Mutant(
        "a calendar is searched for a date that never comes",
        "bot/oncall/calendar.py",
        "        part in rule for part in _MAY_NEVER_COME\n",
        "        False for part in _MAY_NEVER_COME\n",
        _CALENDAR,
    ),
]
