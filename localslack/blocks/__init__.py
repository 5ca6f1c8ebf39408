"""Block Kit as strict as Slack: limits with their sources, and the checks that apply them."""

from localslack.blocks.complete import complete
from localslack.blocks.findings import Findings
from localslack.blocks.messages import check_message
from localslack.blocks.views import check_view

__all__ = ["Findings", "check_message", "check_view", "complete"]
