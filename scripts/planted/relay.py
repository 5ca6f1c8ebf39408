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
        "_ASK, name, lasting, request)",
        '_ASK, f"{name} {id(self)}", lasting, request)',
        _RELAY,
    ),
    Mutant(
        "a member forgets a click that got no answer",
        "engine/store/postgres/relay_member.py",
        "        if lasting:\n",
        "        if False:\n",
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
        "the leader takes the connections of members for dead ones",
        "bot/slack/registrations.py",
        "self.counted - self.held - self.siblings",
        "self.counted - self.held",
        _KILLED,
    ),
]
