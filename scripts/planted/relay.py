"""Bugs of several processes that serve one database."""

from scripts.planted.mutant import Mutant

_RELAY = ("tests/engine/store/test_relay.py",)
_KILLED = ("tests/crash/test_members.py",)
_LEADER = "engine/store/postgres/relay_leader.py"

MUTANTS = [
    Mutant(
        "a click that a dead leader had begun is lost",
        _LEADER,
        "for statement in (_AGAIN, _GIVE_UP):",
        "for statement in (_GIVE_UP,):",
        _RELAY,
    ),
    Mutant(
        "a command that a dead leader had begun is carried out twice",
        _LEADER,
        "begun_by = NULL WHERE lasting AND",
        "begun_by = NULL WHERE",
        _RELAY,
    ),
    Mutant(
        "an earlier leader that wakes up leads again",
        _LEADER,
        " WHERE EXISTS ({HELD_BY}) RETURNING id",
        " WHERE EXISTS ({HELD_BY} OR true) RETURNING id",
        _RELAY,
    ),
    Mutant(
        "the same click that comes to two processes is carried out twice",
        "engine/store/postgres/relay_member.py",
        "_ASK, wish.name, wish.lane,",
        '_ASK, f"{wish.name} {id(self)}", wish.lane,',
        _RELAY,
    ),
    Mutant(
        "a member forgets a click that got no answer",
        "engine/store/postgres/relay_member.py",
        "                if wish.lasting:\n",
        "                if False:\n",
        _RELAY,
    ),
    Mutant(
        "requests that are relayed stay in the database",
        _LEADER,
        "request = '', answered_at",
        "answered_at",
        _RELAY,
    ),
    Mutant(
        "requests over HTTP that wait keep clicks waiting",
        "engine/store/postgres/relay_member.py",
        "self._held[wish.lane] +=",
        'self._held["slack"] +=',
        _RELAY,
    ),
    Mutant(
        "a token that came over HTTP stays in the database",
        "engine/store/postgres/relay_member.py",
        '            if wish.lane == "http":',
        '            if wish.lane == "none":',
        _KILLED,
    ),
    Mutant(
        "the leader takes the connections of members for dead ones",
        "bot/slack/registrations.py",
        "self.counted - self.held - self.siblings",
        "self.counted - self.held",
        _KILLED,
    ),
]
