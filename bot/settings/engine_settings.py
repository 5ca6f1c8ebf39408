"""The engine's part of the settings, and the workflows that it is given."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pydantic import SecretStr

from bot.errors import ConfigError
from bot.settings.config import Settings
from bot.settings.config_validators import read_pairs
from bot.settings.database_url import passwords_of
from engine import (
    CallRates,
    Definition,
    DefinitionError,
    DefinitionErrors,
    Engine,
    EngineSettings,
    Registry,
    SignoffError,
    StartLimits,
)
from engine.loading import Found
from engine.policies import PolicySet, policies_of_file
from engine.vault import Vault


@dataclass(frozen=True, slots=True)
class LoadedWorkflows:
    """Workflows and the services of their dict forms. `examples`: they are the bundled ones."""

    workflows: Sequence[Found]
    registry: Registry
    examples: bool = False

    def names(self) -> frozenset[str]:
        return frozenset(workflow.name for workflow in self.workflows)

    def secrets(self) -> dict[str, frozenset[str]]:
        """The secrets that the files name with `secret()`, by workflow."""
        return {workflow.name: frozenset(workflow.secrets) for workflow in self.workflows}

    def variables(self) -> frozenset[str]:
        """The secrets that triggers name."""
        return frozenset().union(*(workflow.variables for workflow in self.workflows))


def engine_settings(settings: Settings, loaded: LoadedWorkflows | None = None) -> EngineSettings:
    """The engine's part of the settings. Raises `ConfigError` for schedules of workflows there are not."""
    names = loaded.names() if loaded else frozenset()
    chosen = settings.schedules
    if loaded and isinstance(chosen, frozenset) and not chosen <= names:
        unknown = ", ".join(sorted(chosen - names))
        what = f"names {unknown}, which is not loaded. There are {', '.join(sorted(names))}."
        raise ConfigError([("SIGNOFF_SCHEDULES", what)])
    # In a real workspace an example starts nothing by itself until a person switches it on.
    quiet = names if loaded and loaded.examples and settings.real_slack else frozenset()
    vault = settings.vault
    vault.expect(loaded.secrets() if loaded else {})
    variables = _found(vault, loaded.variables() if loaded else ())
    policies = _policies(settings) if loaded else None
    return EngineSettings(
        data_dir=settings.data_dir,
        keys_dir=settings.keys_dir,
        parallel=settings.parallel,
        queues=settings.queues,
        limits=StartLimits(settings.starts_per_minute, settings.unfinished_runs),
        calls=CallRates(settings.calls_per_minute, settings.token_calls_per_minute),
        schedules={"on": True, "off": False, "default": None}[chosen] if isinstance(chosen, str) else chosen,
        quiet=quiet,
        cli_decides=settings.cli_decides,
        cli_users=settings.cli_users,
        operator=settings.operator,
        keep=settings.keep,
        secrets=secrets(settings),
        vault=vault,
        variables=variables,
        registry=loaded.registry if loaded else Registry(),
        default_owner=settings.owner,
        default_channel=settings.channel,
        review_channel=settings.review_channel,
        checkpoint_every=settings.checkpoint_every if settings.checkpoint_to else None,
        checkpoint_channel=settings.checkpoint_channel,
        policies=policies,
        outside=settings.outside.problem,
        policy_variables=settings.variables(policies.environment) if policies else {},
    )


def _found(vault: Vault, names: Iterable[str]) -> dict[str, str]:
    """Return the values of secrets that triggers name; those that are not set, not. Raises `ConfigError`."""
    try:
        return {name: value for name in names if (value := vault.find(name))}
    except SignoffError as error:
        raise ConfigError([("SIGNOFF_SECRETS_DIR", str(error))]) from None


def _policies(settings: Settings) -> PolicySet | None:
    """Return the rules of the policy file. Raises `ConfigError`: nothing starts without the rules."""
    if settings.policies is None:
        return None
    try:
        return policies_of_file(settings.policies)
    except (DefinitionError, DefinitionErrors) as error:
        raise ConfigError([("SIGNOFF_POLICIES", f"cannot be used. {error}")]) from None


def secrets(settings: Settings) -> tuple[str, ...]:
    own = (settings.bot_token, settings.app_token)
    slack = revealed(*own, settings.signing_secret, settings.signing_secret_before, settings.heartbeat_url)
    slack = (*slack, *revealed(settings.smtp_password))
    addresses = [text for text in settings.checkpoint_places if not text.startswith("/")]
    headers = read_pairs(settings.otlp_headers.get_secret_value()) if settings.otlp_headers else {}
    traces = (*revealed(settings.otlp_endpoint), *headers.values())
    targets = settings.events_to.spec.targets if settings.events_to else ()
    events = [target.to for target in targets if not target.is_file]
    return (*slack, *addresses, *traces, *events, *passwords_of(settings.database_url))


def revealed(*secrets: SecretStr | None) -> tuple[str, ...]:
    return tuple(secret.get_secret_value() for secret in secrets if secret is not None)


def register(engine: Engine, loaded: LoadedWorkflows) -> list[Definition]:
    """Register all workflows. Raises `DefinitionErrors` with everything that is wrong in all of them."""
    definitions, errors = register_valid(engine, loaded.workflows)
    errors += engine.linking_errors() if not errors else []
    if errors:
        raise DefinitionErrors(errors)
    return definitions


def register_valid(
    engine: Engine, workflows: Iterable[Found]
) -> tuple[list[Definition], list[DefinitionError]]:
    """Register the workflows that are valid, and return the mistakes of the others."""
    errors: list[DefinitionError] = []
    definitions = []
    for workflow in workflows:
        try:
            definitions.append(engine.register(workflow.workflow, file=str(workflow.file)))
        except DefinitionErrors as several:
            errors.extend(several.errors)
        except DefinitionError as error:
            errors.append(error)
    return definitions, errors
