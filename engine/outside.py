"""Places of messages outside Slack, for the programs that send to them."""

from engine.model.notices.outside import MAILTO, is_mail, is_outside, mail_problem

__all__ = ["MAILTO", "is_mail", "is_outside", "mail_problem"]
