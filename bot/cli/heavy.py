"""Parts of commands that need the engine, Slack's libraries, cryptography or Rich, imported on first use.

A command module names them as `heavy.open_engine(…)`, so that a command that only asks the serving process
starts in a tenth of the time.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.adapters.claude_code import HookSettings, run_hook
    from bot.cli.console import print_line, print_table
    from bot.cli.contract_files import compare_contracts, forget_contract, record_contract
    from bot.cli.database_files import (
        accept_database,
        back_up,
        move_database,
        restore_backup,
        vacuum_database,
    )
    from bot.cli.doctor.diagnosis import diagnose
    from bot.cli.documents import (
        personal_keys,
        verify_checkpoint_files,
        verify_export_files,
        verify_receipt_file,
    )
    from bot.cli.evaluations import evaluate_agent
    from bot.cli.local_engine import open_engine
    from bot.cli.other_version import workflow_contracts
    from bot.cli.policy_check import check_policies, check_policy_people
    from bot.cli.sample_tests import record_sample_file, record_samples, run_sample_tests
    from bot.cli.serving import serve_demo, serve_workspace
    from bot.cli.slack_people import slack_people
    from bot.cli.workflow_check import check_workflows
    from bot.cli.workflow_graph import draw_workflow
    from bot.cli.working import work
    from bot.demo.demo import demo_settings, kept_clock
    from bot.events_out.envelope import event_schema
    from bot.http.client import Client
    from bot.mcp.proxy.proxy import ProxySettings, run_proxy
    from bot.mcp.proxy.remote_options import remote_settings
    from bot.mcp.server import serve_agents
    from bot.settings.config import is_setting
    from bot.settings.env_values import read_env_values
    from engine.documents import new_keys
    from engine.loading import workflow_schema
    from engine.policies import try_cases
    from engine.text import redacted
    from engine.tool_rules import ToolRules, tool_rules_of_file

__all__ = [
    "Client",
    "HookSettings",
    "ProxySettings",
    "ToolRules",
    "accept_database",
    "back_up",
    "check_policies",
    "check_policy_people",
    "check_workflows",
    "compare_contracts",
    "demo_settings",
    "diagnose",
    "draw_workflow",
    "evaluate_agent",
    "event_schema",
    "forget_contract",
    "is_setting",
    "kept_clock",
    "move_database",
    "new_keys",
    "open_engine",
    "personal_keys",
    "print_line",
    "print_table",
    "read_env_values",
    "record_contract",
    "record_sample_file",
    "record_samples",
    "redacted",
    "remote_settings",
    "restore_backup",
    "run_hook",
    "run_proxy",
    "run_sample_tests",
    "serve_agents",
    "serve_demo",
    "serve_workspace",
    "slack_people",
    "tool_rules_of_file",
    "try_cases",
    "vacuum_database",
    "verify_checkpoint_files",
    "verify_export_files",
    "verify_receipt_file",
    "work",
    "workflow_contracts",
    "workflow_schema",
]

_NAMES = {
    "bot.adapters.claude_code": ("HookSettings", "run_hook"),
    "bot.cli.console": ("print_line", "print_table"),
    "bot.cli.contract_files": ("compare_contracts", "forget_contract", "record_contract"),
    "bot.cli.database_files": (
        "accept_database",
        "back_up",
        "move_database",
        "restore_backup",
        "vacuum_database",
    ),
    "bot.cli.documents": (
        "personal_keys",
        "verify_checkpoint_files",
        "verify_export_files",
        "verify_receipt_file",
    ),
    "bot.cli.doctor.diagnosis": ("diagnose",),
    "bot.cli.local_engine": ("open_engine",),
    "bot.cli.serving": ("serve_demo", "serve_workspace"),
    "bot.cli.other_version": ("workflow_contracts",),
    "bot.cli.evaluations": ("evaluate_agent",),
    "bot.cli.policy_check": ("check_policies", "check_policy_people"),
    "engine.policies": ("try_cases",),
    "bot.cli.sample_tests": ("record_sample_file", "record_samples", "run_sample_tests"),
    "bot.cli.slack_people": ("slack_people",),
    "bot.cli.working": ("work",),
    "bot.cli.workflow_check": ("check_workflows",),
    "bot.cli.workflow_graph": ("draw_workflow",),
    "bot.settings.config": ("is_setting",),
    "bot.demo.demo": ("demo_settings", "kept_clock"),
    "bot.events_out.envelope": ("event_schema",),
    "bot.settings.env_values": ("read_env_values",),
    "bot.http.client": ("Client",),
    "bot.mcp.proxy.proxy": ("ProxySettings", "run_proxy"),
    "bot.mcp.proxy.remote_options": ("remote_settings",),
    "bot.mcp.server": ("serve_agents",),
    "engine.text": ("redacted",),
    "engine.tool_rules": ("ToolRules", "tool_rules_of_file"),
    "engine.documents": ("new_keys",),
    "engine.loading": ("workflow_schema",),
}
MODULE_OF = {name: module for module, names in _NAMES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Import a name when it is first used, and keep it."""
    module = MODULE_OF.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(module), name)
    return value
