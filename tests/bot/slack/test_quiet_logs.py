"""The loggers of the SDK: never more than INFO, and never more than the operator asked for."""

import logging

import pytest

from bot.slack.quiet_logs import quiet_logger


@pytest.mark.parametrize(
    ("level", "lowest"),
    [("DEBUG", "INFO"), ("INFO", "INFO"), ("WARNING", "WARNING"), ("ERROR", "ERROR")],
)
def test_the_sdk_logs_from_the_chosen_level_and_never_below_info(
    caplog: pytest.LogCaptureFixture, level: str, lowest: str
) -> None:
    caplog.set_level(level)
    logger = quiet_logger("bot.slack.sdk_of_a_test")
    enabled = [
        name for name in ("DEBUG", "INFO", "WARNING", "ERROR") if logger.isEnabledFor(getattr(logging, name))
    ]
    assert enabled[0] == lowest
