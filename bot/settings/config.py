"""Settings, read once from the environment and a file. All that is wrong is said at once, with the remedy."""

import difflib
import os
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, PrivateAttr, SecretStr, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from bot.ci.specs import CiTargets, InvalidCiTargets, read_ci_targets
from bot.errors import ConfigError
from bot.events_out.specs import EventTargets, InvalidTargets, read_targets
from bot.notify_out.specs import (
    InvalidOutside,
    Mail,
    MailServer,
    Outside,
    WebHost,
    check_sender,
    read_hosts,
    read_mail_server,
)
from bot.oncall.specs import InvalidOnCall, OnCallSetting, read_on_call
from bot.settings.config_validators import (
    NO_OTLP,
    SIGNING_SECRET_WHERE,
    WHERE,
    check_checkpoint_place,
    check_console,
    check_console_url,
    check_heartbeat_url,
    check_metrics,
    check_otlp,
    check_otlp_endpoint,
    check_reference,
    check_secret,
    check_smtp,
    check_token,
    has_otlp,
    read_cli_users,
    read_groups,
    read_pairs,
    wrong,
)
from bot.settings.database_url import (
    DEFAULT_DATA_DIR,
    DEFAULT_DATABASE_URL,
    DatabaseLocation,
    database_path,
    database_url,
    is_server,
    on_server,
)
from bot.settings.env_values import read_env_values
from bot.slack.addresses import reveals_token
from bot.slack.user_ids import USER_ID
from engine import REFUSED, what_is_wrong
from engine.durations import InvalidDuration, seconds
from engine.regular_files import expanded
from engine.vault import Vault, command_problem

_PREFIX = "SIGNOFF_"
_PORT = 3000
_REAL_SLACK = "https://slack.com/api/"


_MIN_KEEP, _MAX_KEEP = 3600.0, 100 * 365 * 86400.0


class Settings(BaseSettings):
    """Settings of the bot. Frozen; secrets are hidden when it is printed."""

    model_config = SettingsConfigDict(
        frozen=True, extra="ignore", case_sensitive=True, hide_input_in_errors=True
    )

    bot_token: SecretStr | None = Field(None, validation_alias="SLACK_BOT_TOKEN")
    app_token: SecretStr | None = Field(None, validation_alias="SLACK_APP_TOKEN")
    signing_secret: SecretStr | None = Field(None, validation_alias="SLACK_SIGNING_SECRET")
    signing_secret_before: SecretStr | None = Field(None, validation_alias="SLACK_SIGNING_SECRET_BEFORE")
    """Taken too, while Slack changes over to a new one."""
    config_token: SecretStr | None = Field(None, validation_alias="SLACK_CONFIG_TOKEN")
    """For `signoff doctor` alone: shows it the manifest of the app."""
    api_url: str = Field(_REAL_SLACK, validation_alias="SLACK_API_URL")
    database_url: str = Field(DEFAULT_DATABASE_URL, validation_alias="DATABASE_URL", repr=False)
    workflows: Annotated[tuple[Path, ...], NoDecode] = Field((), validation_alias="SIGNOFF_WORKFLOWS")
    """Files and folders. Empty: the bundled examples."""
    mode: Literal["socket", "http"] = Field("socket", validation_alias="SIGNOFF_MODE")
    host: str = Field("127.0.0.1", validation_alias="SIGNOFF_HOST")
    port: int = Field(_PORT, validation_alias="SIGNOFF_PORT")
    command: str = Field("/workflow", validation_alias="SIGNOFF_COMMAND")
    groups: Annotated[Mapping[str, tuple[str, ...]], NoDecode] = Field(
        default_factory=dict, validation_alias="SIGNOFF_GROUPS"
    )
    """Handle without the `@` to user ids."""
    schedules: Annotated[Literal["default", "off", "on"] | frozenset[str], NoDecode] = Field(
        "default", validation_alias="SIGNOFF_SCHEDULES"
    )
    """`default`: on, but the bundled examples' are off in a real workspace. Or the names of workflows."""
    cli_decides: bool = Field(False, validation_alias="SIGNOFF_CLI_DECIDES")
    cli_users: Annotated[Mapping[str, str], NoDecode] = Field(
        default_factory=dict, validation_alias="SIGNOFF_CLI_USERS"
    )
    """Operating-system user to the Slack user id of the person behind it."""
    operator: str | None = Field(None, validation_alias="SIGNOFF_OPERATOR")
    """User id of the person who is told when the bot itself has a problem."""
    owner: str | None = Field(None, validation_alias="SIGNOFF_OWNER")
    """Owner of workflows in dict form that name none."""
    channel: str | None = Field(None, validation_alias="SIGNOFF_CHANNEL")
    """Channel of workflows in dict form that name none."""
    data_dir: Path = Field(Path(DEFAULT_DATA_DIR), validation_alias="SIGNOFF_DATA_DIR")
    callback_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (), validation_alias="SIGNOFF_CALLBACK_HOSTS"
    )
    """Where answers to questions from outside may be told: `ci.example.com`, or `host:port`."""
    notify_hosts: Annotated[Mapping[str, WebHost], NoDecode] = Field(
        default_factory=dict, validation_alias="SIGNOFF_NOTIFY_HOSTS"
    )
    """Hosts to which steps may send messages: `{"hooks.example.com": "HOOKS_SECRET"}`."""
    smtp_url: Annotated[MailServer | None, NoDecode] = Field(None, validation_alias="SIGNOFF_SMTP_URL")
    """The mail server that takes the e-mail of steps; None: they send none."""
    smtp_password: SecretStr | None = Field(None, validation_alias="SIGNOFF_SMTP_PASSWORD")
    smtp_from: str | None = Field(None, validation_alias="SIGNOFF_SMTP_FROM")
    """The address of the sender of e-mail."""
    keys_dir: Path | None = Field(None, validation_alias="SIGNOFF_KEYS")
    """Where the installation's keys are; None: in the folder `keys` beside the database."""
    console: Literal["off", "on", "open"] = Field("off", validation_alias="SIGNOFF_CONSOLE")
    """`on`: for people who signed in. `open`: for everybody on this machine; on loopback only."""
    console_url: str | None = Field(None, validation_alias="SIGNOFF_CONSOLE_URL")
    """The address at which people reach the web application, such as `https://signoff.example.com`."""
    client_id: str | None = Field(None, validation_alias="SLACK_CLIENT_ID")
    client_secret: SecretStr | None = Field(None, validation_alias="SLACK_CLIENT_SECRET")
    """Both of the Slack app, for Sign in with Slack on the console."""
    review_channel: str | None = Field(None, validation_alias="SIGNOFF_REVIEW_CHANNEL")
    """Channel that gets a review of failures each week."""
    checkpoint_to: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        (), validation_alias="SIGNOFF_CHECKPOINT_TO"
    )
    """Where signed checkpoints go: folders, addresses, and a channel. An address may hold a secret."""
    checkpoint_every: timedelta = Field(timedelta(days=1), validation_alias="SIGNOFF_CHECKPOINT_EVERY")
    events_to: Annotated[EventTargets | None, NoDecode] = Field(
        None, validation_alias="SIGNOFF_EVENTS_TO", repr=False
    )
    """The targets that get events of the log; an address of one may hold a secret. None: there are none."""
    ci: Annotated[CiTargets, NoDecode] = Field(CiTargets(), validation_alias="SIGNOFF_CI")
    """Workflows of GitHub and jobs of GitLab that may be started with an answer."""
    policies: Path | None = Field(None, validation_alias="SIGNOFF_POLICIES")
    """File with the rules that govern runs and steps; None: nothing does."""
    heartbeat_url: SecretStr | None = Field(None, validation_alias="SIGNOFF_HEARTBEAT_URL")
    """Called every minute while Signoff is healthy. It may hold a secret."""
    metrics: Literal["off", "on"] = Field("off", validation_alias="SIGNOFF_METRICS")
    metrics_token: SecretStr | None = Field(None, validation_alias="SIGNOFF_METRICS_TOKEN")
    """The token that a reader of `/metrics` has to show; None: none."""
    otlp_endpoint: SecretStr | None = Field(None, validation_alias="OTEL_EXPORTER_OTLP_ENDPOINT")
    """The collector that gets traces; None: none does. It may hold a secret."""
    otlp_headers: SecretStr | None = Field(None, validation_alias="OTEL_EXPORTER_OTLP_HEADERS")
    otlp_protocol: Literal["http/protobuf"] = Field(
        "http/protobuf", validation_alias="OTEL_EXPORTER_OTLP_PROTOCOL"
    )
    otlp_metrics: Literal["none", "otlp"] = Field("none", validation_alias="OTEL_METRICS_EXPORTER")
    """`otlp`: the collector gets metrics too."""
    otlp_interval: int = Field(60_000, ge=1_000, le=3_600_000, validation_alias="OTEL_METRIC_EXPORT_INTERVAL")
    """Milliseconds from one export of metrics to the next."""
    otlp_service: str = Field("signoff", validation_alias="OTEL_SERVICE_NAME")
    otlp_resource: str = Field("", validation_alias="OTEL_RESOURCE_ATTRIBUTES")
    """Further attributes of the process in traces: `deployment.environment.name=production`."""
    parallel: int = Field(64, validation_alias="SIGNOFF_PARALLEL")
    queues: Annotated[frozenset[str] | None, NoDecode] = Field(None, validation_alias="SIGNOFF_QUEUES")
    """The queues whose steps the process that serves executes itself; None: the default one."""
    starts_per_minute: int = Field(60, validation_alias="SIGNOFF_STARTS_PER_MINUTE")
    """Runs that one person or token may start within a minute."""
    unfinished_runs: int = Field(500, validation_alias="SIGNOFF_UNFINISHED_RUNS")
    """Runs of one person, token or trigger that may be unfinished at a time."""
    calls_per_minute: int = Field(120, validation_alias="SIGNOFF_CALLS_PER_MINUTE")
    """Commands, clicks and forms of one person that are accepted a minute."""
    token_calls_per_minute: int = Field(600, validation_alias="SIGNOFF_TOKEN_CALLS_PER_MINUTE")
    """Requests over HTTP with one token that are accepted a minute."""
    on_call: Annotated[OnCallSetting | None, NoDecode] = Field(None, validation_alias="SIGNOFF_ONCALL")
    """The schedules that workflows name as `oncall:name`; None: there are none."""
    keep: timedelta | None = Field(None, validation_alias="SIGNOFF_KEEP")
    """How long finished runs are kept; None: forever."""
    secrets_dir: Path | None = Field(None, validation_alias="SIGNOFF_SECRETS_DIR")
    """Folder with a file for each secret that workflows name."""
    secrets_command: str = Field("", validation_alias="SIGNOFF_SECRETS_COMMAND")
    """Command that prints a secret; `{name}` stands for its name."""
    _environ: Mapping[str, str] = PrivateAttr(default_factory=dict)
    _vault: Vault | None = PrivateAttr(None)
    pictures: Literal["on", "off"] = Field("on", validation_alias="SIGNOFF_PICTURES")
    """`off`: no picture of its graph in the thread of a run that ended."""
    read_threads: Literal["off", "on"] = Field("off", validation_alias="SIGNOFF_READ_THREADS")
    """`on`: say how to decide when a person writes a verdict in the thread of an open request."""
    workflow_steps: Literal["off", "on"] = Field("off", validation_alias="SIGNOFF_WORKFLOW_STEPS")
    """`on`: Workflow Builder of Slack has steps that start runs and ask at gates."""
    agent_view: Literal["off", "on"] = Field("off", validation_alias="SIGNOFF_AGENT_VIEW")
    """`on`: the app has Slack's agent view, with a session for each run that a person started in Slack."""
    slackbot: Literal["off", "on"] = Field("off", validation_alias="SIGNOFF_SLACKBOT")
    """`on`: Slackbot can read for people, and ask at gates, at `/slack/mcp`."""
    log_format: Literal["text", "json"] = Field("text", validation_alias="SIGNOFF_LOG_FORMAT")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", validation_alias="SIGNOFF_LOG_LEVEL"
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        # What is read where is `read_settings`' business: a reading is a function of its arguments.
        return (init_settings,)

    @model_validator(mode="after")
    def _resolve_paths(self) -> Self:
        # A step may change the working directory: keys and database must not move with it.
        absolute = {
            "data_dir": self.data_dir.absolute(),
            "keys_dir": self.keys_dir and self.keys_dir.absolute(),
            "workflows": tuple(path.absolute() for path in self.workflows),
            "secrets_dir": self.secrets_dir and self.secrets_dir.absolute(),
            "policies": self.policies and self.policies.absolute(),
        }
        for name, value in absolute.items():
            object.__setattr__(self, name, value)
        return self

    @property
    def vault(self) -> Vault:
        """Return the source of the secrets of this process; always the same."""
        if self._vault is None:
            self._vault = Vault(self._environ, self.secrets_dir, self.secrets_command)
        return self._vault

    def variables(self, names: Iterable[str]) -> dict[str, str]:
        """Return the values of environment variables; those that are not set, not."""
        return {name: self._environ[name] for name in names if self._environ.get(name)}

    @property
    def outside(self) -> Outside:
        """Return what messages of steps may reach outside Slack."""
        password, mail = self.smtp_password, None
        if self.smtp_url is not None and self.smtp_from is not None:
            mail = Mail(self.smtp_url, self.smtp_from, password.get_secret_value if password else str)
        return Outside(mail, self.notify_hosts)

    @property
    def real_slack(self) -> bool:
        """Return whether this is a workspace of slack.com, not a local one."""
        return self.api_url.startswith("https://slack.com/")

    @property
    def checkpoint_channel(self) -> str | None:
        """The channel that gets checkpoints of the log; None: none does."""
        return next(filter(_is_channel, (place.get_secret_value() for place in self.checkpoint_to)), None)

    @property
    def checkpoint_places(self) -> list[str]:
        """The folders and addresses that get checkpoints of the log."""
        places = [place.get_secret_value() for place in self.checkpoint_to]
        return [place for place in places if not _is_channel(place)]

    @property
    def database(self) -> DatabaseLocation:
        if is_server(self.database_url):
            return on_server(self.database_url, self.data_dir)
        return DatabaseLocation.of_file(database_path(self.database_url))

    @model_validator(mode="before")
    @classmethod
    def _drop_empty(cls, values: Any) -> Any:
        # An empty line in .env means that nobody filled it in.
        return {key: value for key, value in values.items() if value != ""}

    @field_validator("bot_token", "app_token", "config_token")
    @classmethod
    def _token(cls, value: SecretStr | None, info: Any) -> SecretStr | None:
        name = str(cls.model_fields[info.field_name].validation_alias)
        if value is not None:
            check_token(name, value.get_secret_value())
        return value

    @field_validator("heartbeat_url")
    @classmethod
    def _heartbeat(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            check_heartbeat_url(value.get_secret_value())
        return value

    @field_validator("otlp_endpoint")
    @classmethod
    def _otlp(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            check_otlp_endpoint(value.get_secret_value())
        return value

    @field_validator("otlp_headers")
    @classmethod
    def _otlp_headers(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            read_pairs(value.get_secret_value(), headers=True)
        return value

    @field_validator("otlp_resource")
    @classmethod
    def _otlp_resource(cls, value: str) -> str:
        read_pairs(value)
        return value

    @field_validator("checkpoint_to", mode="before")
    @classmethod
    def _checkpoint_to(cls, value: Any) -> Any:
        places = re.split(r"[\s,]+", value.strip(" \t,")) if isinstance(value, str) else value
        for place in places:
            check_checkpoint_place(place)
        if sum(_is_channel(place) for place in places) > 1:
            raise wrong("It names two channels. Name one, and folders or addresses beside it.")
        return places

    @field_validator("signing_secret", "signing_secret_before")
    @classmethod
    def _secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None:
            return None
        check_secret(value.get_secret_value())
        return value

    @field_validator("api_url")
    @classmethod
    def _url(cls, value: str) -> str:
        if not re.fullmatch(r"https?://[^\s/]+(/\S*)?", value):
            raise wrong(
                f"{value!r} is not an address. Leave it out for Slack itself, or write http://host:port/api/."
            )
        if reveals_token(value):
            raise wrong(
                f"{value!r} would take the token over the network unencrypted. "
                "Write https://, or use an address of this machine such as http://127.0.0.1:8765/api/."
            )
        return value if value.endswith("/") else value + "/"

    @field_validator("console_url")
    @classmethod
    def _console_address(cls, value: str | None) -> str | None:
        return None if value is None else check_console_url(value)

    @model_validator(mode="after")
    def _console_doors(self) -> Self:
        check_metrics(self.metrics, self.host, self.metrics_token)
        check_otlp(self.otlp_endpoint, self.otlp_headers, self.otlp_metrics)
        check_console(self.console, self.host, self.console_url, self.client_id, self.client_secret)
        return self

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        try:
            if is_server(value):
                return on_server(value, Path(DEFAULT_DATA_DIR)).url
            return database_url(database_path(value))
        except ValueError as error:
            raise wrong(str(error)) from None

    @field_validator("callback_hosts", mode="before")
    @classmethod
    def _hosts(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        hosts = tuple(part.strip().casefold() for part in value.split(",") if part.strip())
        for host in hosts:
            if not re.fullmatch(r"[a-z0-9.-]+(:\d{1,5})?", host):
                raise wrong(f"{host!r} is not a host. Write them like ci.example.com,build.example.com:8443.")
        return hosts

    @field_validator("notify_hosts", mode="before")
    @classmethod
    def _notify_hosts(cls, value: Any) -> Any:
        return _outside(read_hosts, value)

    @field_validator("smtp_url", mode="before")
    @classmethod
    def _smtp_url(cls, value: Any) -> Any:
        return _outside(read_mail_server, value)

    @field_validator("smtp_from", mode="before")
    @classmethod
    def _smtp_from(cls, value: Any) -> Any:
        return _outside(check_sender, value)

    @model_validator(mode="after")
    def _smtp(self) -> Self:
        check_smtp(self.smtp_url, self.smtp_from, self.smtp_password)
        return self

    @field_validator("workflows", mode="before")
    @classmethod
    def _paths(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        parts = re.split(f"[,{re.escape(os.pathsep)}]", value)
        return tuple(part.strip() for part in parts if part.strip())

    @field_validator("data_dir", "keys_dir", "secrets_dir", "policies")
    @classmethod
    def _home(cls, value: Path | None) -> Path | None:
        return value and _expanded(value)

    @field_validator("workflows")
    @classmethod
    def _homes(cls, value: tuple[Path, ...]) -> tuple[Path, ...]:
        return tuple(map(_expanded, value))

    @field_validator("workflows")
    @classmethod
    def _exist(cls, value: tuple[Path, ...]) -> tuple[Path, ...]:
        absent = [str(path) for path in value if not path.exists()]
        if absent:
            raise wrong(
                f"names {', '.join(absent)}, but there is no such file or folder. Paths are relative to "
                f"{Path.cwd()}."
            )
        return value

    @field_validator(
        *("port", "parallel", "starts_per_minute", "unfinished_runs"),
        *("calls_per_minute", "token_calls_per_minute"),
        mode="before",
    )
    @classmethod
    def _number(cls, value: Any, info: Any) -> int:
        least, most = (0, 65535) if info.field_name == "port" else (1, 10_000)
        if not re.fullmatch(r"\d{1,6}", str(value).strip()) or not least <= int(value) <= most:
            raise wrong(f"{value!r} is not a whole number from {least} to {most}.")
        return int(value)

    @field_validator("keep", mode="before")
    @classmethod
    def _duration(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        if value.strip().lower() in ("forever", "all"):
            return None
        try:
            return timedelta(seconds=seconds(value, _MIN_KEEP, _MAX_KEEP))
        except InvalidDuration as error:
            what = error.problem.removeprefix("is ").replace(", which is", " is")
            remedy = error.remedy if " is too " in what else "Write it like 90d, or forever."
            raise wrong(f"{what}. {remedy}") from None

    @field_validator("checkpoint_every", mode="before")
    @classmethod
    def _interval(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return timedelta(seconds=seconds(value, 60, 31 * 86400))
        except InvalidDuration as error:
            what = error.problem.removeprefix("is ").replace(", which is", " is")
            remedy = error.remedy if " is too " in what else "Write it like 1d."
            raise wrong(f"{what}. {remedy}") from None

    @field_validator("command")
    @classmethod
    def _slash(cls, value: str) -> str:
        if not re.fullmatch(r"/[a-z0-9_-]{1,31}", value):
            raise wrong(
                f"{value!r} cannot be a slash command. "
                "Write a / and up to 31 lowercase letters, digits, - and _, as in the app's manifest."
            )
        return value

    @field_validator("groups", mode="before")
    @classmethod
    def _groups(cls, value: Any) -> Any:
        return read_groups(value) if isinstance(value, str) else value

    @field_validator("on_call", mode="before")
    @classmethod
    def _on_call(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return read_on_call(value)
        except InvalidOnCall as error:
            raise wrong(f"{error} See docs/guides/on-call.md.") from None

    @field_validator("events_to", mode="before")
    @classmethod
    def _events_to(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return read_targets(value)
        except InvalidTargets as error:
            raise wrong(f"{error} See docs/guides/events-out.md.") from None

    @field_validator("ci", mode="before")
    @classmethod
    def _ci(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return read_ci_targets(value)
        except InvalidCiTargets as error:
            raise wrong(f"{error} See docs/guides/ci.md.") from None

    @field_validator("cli_users", mode="before")
    @classmethod
    def _cli_users(cls, value: Any) -> Any:
        return read_cli_users(value) if isinstance(value, str) else value

    @field_validator("schedules", mode="before")
    @classmethod
    def _schedules(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        word = value.strip().lower()
        word = {"true": "on", "1": "on", "yes": "on", "false": "off", "0": "off", "no": "off"}.get(word, word)
        if word in ("on", "off", "default"):
            return word
        return frozenset(name.strip() for name in value.split(",") if name.strip())

    @field_validator("queues", mode="before")
    @classmethod
    def _queues(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        names = {part.strip() for part in value.split(",") if part.strip()} - {"none"}
        for name in names:
            if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]{0,39}", name):
                raise wrong(
                    f"{name!r} cannot be the name of a queue. Write them like default,reports, or none."
                )
        return frozenset(names)

    @model_validator(mode="after")
    def _queues_on_server(self) -> Self:
        if self.queues is not None and not self.database.server:
            raise wrong(
                "SIGNOFF_QUEUES is for PostgreSQL, and the database is a file, whose process executes "
                "all steps. Leave it out, or set DATABASE_URL=postgresql://…"
            )
        return self

    @field_validator("secrets_dir")
    @classmethod
    def _folder(cls, value: Path | None) -> Path | None:
        if value is not None and not value.is_dir():
            raise wrong(f"names {value}, which is not a folder. Make it, or leave the setting out.")
        return value

    @field_validator("secrets_command")
    @classmethod
    def _printing(cls, value: str) -> str:
        if value and (problem := command_problem(value)):
            raise wrong(problem)
        return value

    @field_validator("operator")
    @classmethod
    def _operator(cls, value: str | None) -> str | None:
        if value is not None and not USER_ID.fullmatch(value):
            raise wrong(f"{value!r} is not a user id like U012AB3CD. In Slack: profile, ⋮, Copy member ID.")
        return value

    @field_validator("owner", "channel", "review_channel")
    @classmethod
    def _reference(cls, value: str | None, info: Any) -> str | None:
        if value is not None:
            check_reference(info.field_name.removeprefix("review_"), value)
        return value

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: Any) -> Any:
        return value.strip().upper() if isinstance(value, str) else value

    @model_validator(mode="after")
    def _mode_by_tokens(self) -> Self:
        if "mode" not in self.model_fields_set and self.app_token is None and self.signing_secret is not None:
            object.__setattr__(self, "mode", "http")
        return self


def read_settings(
    environ: Mapping[str, str], env_file: Path | None = None, *, serving: bool = False
) -> Settings:
    """The settings of this environment; `env_file` fills in what it leaves out.

    `serving`: what connecting to Slack needs must be there. Raises `ConfigError`.
    """
    from_file = read_env_values(env_file) if env_file is not None and env_file.exists() else {}
    values = {**from_file, **environ}
    problems = _unknown_names(values)
    try:
        settings = Settings.model_validate({name: values[name] for name in _names() if name in values})
    except ValidationError as error:
        raise ConfigError(problems + [_problem(detail) for detail in error.errors()]) from None
    if serving:
        problems += _absent(settings)
    if problems:
        raise ConfigError(problems)
    settings._environ = values
    return settings


_READ_ELSEWHERE = frozenset({"SIGNOFF_ENV", "SIGNOFF_FAULT", "SIGNOFF_TOKEN", "SIGNOFF_URL"})
"""Read by `engine.faults` before there are settings, and by `signoff ask` and `signoff mcp`."""


def _names() -> list[str]:
    return [str(field.validation_alias) for field in Settings.model_fields.values()]


def is_setting(name: str) -> bool:
    """Return whether a name in an environment file would mean something to Signoff."""
    return name.startswith(_PREFIX) or name in _names()


def _unknown_names(values: Mapping[str, str]) -> list[tuple[str, str]]:
    # The prefix that all share would make everything look alike.
    ours = [name.removeprefix(_PREFIX) for name in _names() if name.startswith(_PREFIX)]
    problems = []
    for name in sorted(values):
        tail = name.removeprefix(_PREFIX)
        if name.startswith(_PREFIX) and tail not in ours and name not in _READ_ELSEWHERE:
            close = difflib.get_close_matches(tail, ours, n=1)
            all_of_them = ", ".join(_PREFIX + tail for tail in sorted(ours))
            hint = f"Did you mean {_PREFIX}{close[0]}?" if close else f"There are {all_of_them}."
            problems.append((name, f"is not a setting of Signoff. {hint}"))
    return problems


def _problem(detail: ErrorDetails) -> tuple[str, str]:
    name = str(detail["loc"][0]) if detail["loc"] else "settings"
    if detail["type"] == "literal_error":
        return name, f"must be one of {detail['ctx']['expected']}."
    if detail["type"].startswith("bool"):
        return name, "must be true or false."
    what, remedy = what_is_wrong(detail)
    return name, detail["msg"] if what == REFUSED else f"{what}. {remedy}"


def _absent(settings: Settings) -> list[tuple[str, str]]:
    problems = []
    if settings.bot_token is None:
        problems.append(("SLACK_BOT_TOKEN", f"is not set. {WHERE['SLACK_BOT_TOKEN'][1]}"))
    if settings.mode == "socket" and settings.app_token is None:
        problems.append(
            ("SLACK_APP_TOKEN", f"is not set, and Socket Mode needs it. {WHERE['SLACK_APP_TOKEN'][1]}")
        )
    if settings.mode == "http" and settings.signing_secret is None:
        problems.append(
            ("SLACK_SIGNING_SECRET", f"is not set, and HTTP mode needs it. {SIGNING_SECRET_WHERE}")
        )
    if settings.slackbot == "on" and settings.mode != "http":
        problems.append(
            ("SIGNOFF_SLACKBOT", "on needs SIGNOFF_MODE=http: Slackbot calls Signoff at a public address.")
        )
    if settings.otlp_endpoint is not None and not has_otlp():
        problems.append(("OTEL_EXPORTER_OTLP_ENDPOINT", NO_OTLP))
    return problems


def _outside(read: Callable[[str], Any], value: Any) -> Any:
    """Return what `read` makes of the text of a setting."""
    if not isinstance(value, str):
        return value
    try:
        return read(value)
    except InvalidOutside as error:
        raise wrong(f"{error} See docs/guides/notify.md.") from None


def _expanded(path: Path) -> Path:
    try:
        found = expanded(path)
        found.exists()
    except OSError as error:
        shown = f"{str(path)[:200]}…" if len(str(path)) > 200 else path
        raise wrong(
            f"names {shown}, but {error.strerror}. Write the whole path of one that can be used."
        ) from None
    return found


def _is_channel(place: str) -> bool:
    return "://" not in place and not place.startswith("/")
