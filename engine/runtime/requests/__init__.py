"""Ask people: decisions, clarifications, delegates, and approvals that take effect."""
