"""Every night: take in applications, decide about them by policy or by the board, write letters, publish."""

from workflows.grants.applications import BoardDecision
from workflows.grants.services import (
    EligibilityAgent,
    GovernanceLayer,
    GrantIngestionService,
    NotificationService,
    PolicyService,
    PublicationService,
)

services = {
    "GrantIngestionService": GrantIngestionService(),
    "EligibilityAgent": EligibilityAgent(),
    "GovernanceLayer": GovernanceLayer(),
    "PolicyService": PolicyService(),
    "NotificationService": NotificationService(),
    "PublicationService": PublicationService(),
}

pipeline = {
    "id": "DailyGrantPipeline",
    "title": "Daily grant pipeline",
    "owner": "@grants-board",
    "channel": "#grants",
    "description": "Decides applications by policy, asks the board about doubtful ones, publishes awards.",
    "result": "{notify.summary}",
    "trigger": {"type": "schedule", "cron": "0 2 * * *", "tz": "Europe/Berlin"},
    "overlap": "queue",
    "tasks": [
        {
            "id": "ingest",
            "service": "GrantIngestionService",
            "action": "fetch_new",
            "retry": {"attempts": 3, "delay": "5s"},
            # A renamed field at the source would otherwise decide about the few rows that are left.
            "quality": {"reject_over": "20%", "then": "ask"},
        },
        {"id": "score", "agent": "EligibilityAgent", "action": "analyze_and_suggest"},
        {"id": "review", "layer": "GovernanceLayer", "action": "enforce"},
        {
            "id": "board",
            "approval": {
                "ask": "Decide on {review.doubtful} doubtful applications?",
                "show": [
                    ["Clear awards", "review.clear_awards"],
                    ["Their total", "review.clear_total"],
                    ["Doubtful", "review.doubtful_list"],
                ],
                "form": {
                    "model": BoardDecision,
                    "options": {"award": "review.doubtful_list", "postpone": "review.doubtful_list"},
                },
                "approvers": ["@grants-board"],
                "when": {"field": "doubtful", "op": ">", "value": 0},
                "expires": "2d",
                # The clear cases are decided whatever the board says about the others.
                "advisory": True,
            },
        },
        {"id": "award", "service": "PolicyService", "action": "update"},
        {"id": "notify", "service": "NotificationService", "action": "send"},
        {"id": "publish", "service": "PublicationService", "action": "publish"},
    ],
}
