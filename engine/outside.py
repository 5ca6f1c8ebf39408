"""Places of messages outside Slack, for the programs that send to them."""

from engine.model.notices.outside import (
    MAILTO,
    MAX_SUBJECT,
    is_mail,
    is_outside,
    mail_problem,
    named,
)

__all__ = ["MAILTO", "MAX_SUBJECT", "is_mail", "is_outside", "mail_problem", "named"]
