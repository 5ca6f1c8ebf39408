"""The policies of the installation: the newest file judges starts and attempts."""

from collections.abc import Callable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from engine.errors import PolicyDenied
from engine.kernel.live_run import LiveRun
from engine.kernel.policies import decide, reads_usage
from engine.kernel.policy_facts import start_facts, step_facts
from engine.kernel.transition import Transition
from engine.model.definition.policies import PolicySet, Ruling
from engine.model.records.change import Change


class Policies:
    """Judges starts and attempts. `current`: the rules in use; None: nothing is governed.

    `judge`: this object while it has rules, else None, so that transitions without rules cost nothing.
    """

    def __init__(self, current: PolicySet | None, variables: Mapping[str, str]) -> None:
        self.judge: Policies | None
        self.take(current, variables)

    def take(self, current: PolicySet | None, variables: Mapping[str, str]) -> None:
        """Judge by other rules from now on."""
        self.current, self.variables = current, variables
        self.judge = self if current is not None else None

    def today(self, now: datetime) -> datetime | None:
        """Return when the day began in the zone of the rules; None where no rule counts the runs of a day."""
        if self.current is None or not reads_usage(self.current):
            return None
        local = now.astimezone(ZoneInfo(self.current.zone))
        return local.replace(hour=0, minute=0, second=0, microsecond=0)

    def at_start(self, state: LiveRun, now: datetime, runs_today: int | None) -> Ruling | None:
        """Return what the rules decide about the start of a run."""
        if self.current is None:
            return None
        facts = start_facts(self.current, state.run, state.definition, now, self.variables, runs_today)
        return decide(self.current, "start", facts)

    def before_step(self, state: LiveRun, step: str, now: datetime) -> Ruling | None:
        """Return what the rules decide about an attempt that is about to begin."""
        if self.current is None:
            return None
        facts = step_facts(self.current, state, step, now, self.variables)
        return decide(self.current, "step", facts)

    def has_rule(self, digest: str) -> bool:
        """Return whether a rule with this digest is in use."""
        return self.current is not None and any(rule.digest == digest for rule in self.current.rules)


def begin_governed(
    transition: Transition, build: Callable[[Transition], Change], runs_today: int | None
) -> Change:
    """Make the first transition of a run, unless the policies deny its start. Raises `PolicyDenied`."""
    if transition.policies is not None:
        ruling = transition.policies.at_start(transition.state, transition.now, runs_today)
        if ruling is not None and ruling.decision != "allow":
            text = f"{transition.state.run.workflow} was not started. {ruling.reason}"
            raise PolicyDenied(text, ruling.as_json())
        transition.ruling = ruling
    return build(transition)
