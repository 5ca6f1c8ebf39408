"""Connects the schedules of the settings with the secrets of the installation."""

from bot.oncall.schedules import OnCall
from bot.settings.config import Settings
from engine import Clock, SignoffError


def on_call_of(settings: Settings, clock: Clock) -> OnCall | None:
    """Return the schedules of the settings; None where there are none."""
    if settings.on_call is None:
        return None

    def secret(name: str) -> str:
        try:
            return settings.vault.find(name)
        except SignoffError:
            return ""

    return OnCall.of_setting(settings.on_call, clock, secret)
