"""Every night: take in applications, score them, decide by policy, ask the board about the doubtful ones."""

from workflows.grants.services import (
    EligibilityAgent,
    GovernanceLayer,
    GrantIngestionService,
    NotificationService,
    PolicyService,
)

services = {
    "GrantIngestionService": GrantIngestionService(),
    "EligibilityAgent": EligibilityAgent(),
    "GovernanceLayer": GovernanceLayer(),
    "PolicyService": PolicyService(),
    "NotificationService": NotificationService(),
}

pipeline = {
    "id": "DailyGrantPipeline",
    "title": "Daily grant pipeline",
    "owner": "@grants-board",
    "channel": "#grants",
    "trigger": {"type": "schedule", "cron": "0 2 * * *", "tz": "Europe/Berlin"},
    "overlap": "queue",
    "tasks": [
        {
            "id": "ingest",
            "service": "GrantIngestionService",
            "action": "fetch_new",
            "retry": {"attempts": 3, "delay": "5s"},
        },
        {"id": "score", "agent": "EligibilityAgent", "action": "analyze_and_suggest"},
        {"id": "review", "layer": "GovernanceLayer", "action": "enforce"},
        {
            "id": "board",
            "approval": {
                "ask": "Award {review.doubtful} doubtful applications?",
                "show": [
                    ["Clear awards", "review.clear_awards"],
                    ["Their total", "review.clear_total"],
                    ["Doubtful", "review.doubtful_list"],
                ],
                "approvers": ["@grants-board"],
                "when": {"field": "doubtful", "op": ">", "value": 0},
                "expires": "2d",
                # The clear cases are decided whatever the board says about the others.
                "advisory": True,
            },
        },
        {"id": "award", "service": "PolicyService", "action": "update"},
        {"id": "notify", "service": "NotificationService", "action": "send"},
    ],
}
