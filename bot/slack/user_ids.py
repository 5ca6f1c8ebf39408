"""The form of a Slack user id."""

import re

USER_ID = re.compile(r"[UW][A-Z0-9]{2,}")
