"""Files of `deploy`: the commands, settings, volumes, secrets and workflow files that they name exist."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.cli.main import build
from bot.settings.config import Settings
from engine.loading import load
from tests.test_repository import ROOMS, ROOT

DEPLOY = ROOT / "deploy"
MANIFESTS = ("serve.yaml", "worker.yaml", "network.yaml")
SETTINGS = {str(field.validation_alias) for field in Settings.model_fields.values()}


def compose() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    return content


def documents() -> Iterator[dict[str, Any]]:
    for name in MANIFESTS:
        yield from yaml.safe_load_all((DEPLOY / "kubernetes" / name).read_text("utf-8"))


def pods() -> Iterator[dict[str, Any]]:
    return (each["spec"]["template"]["spec"] for each in documents() if "template" in each["spec"])


def containers(pod: dict[str, Any]) -> list[dict[str, Any]]:
    return [*pod.get("initContainers", ()), *pod["containers"]]


def deployed() -> Iterator[tuple[str, str]]:
    """Yield each file that starts Signoff, and its text."""
    for path in sorted(DEPLOY.rglob("*")):
        if path.is_file() and path.suffix not in (".py", ".pyc"):
            yield path.relative_to(DEPLOY).as_posix(), path.read_text("utf-8")


def commands() -> Iterator[list[str]]:
    yield from (service["command"] for service in compose()["services"].values() if "command" in service)
    for pod in pods():
        yield from (one["args"] for one in pod["containers"])
    for unit in DEPLOY.glob("*.service"):
        started = re.findall(
            r"^ExecStart=/opt/signoff/.venv/bin/signoff (.+)$", unit.read_text("utf-8"), re.M
        )
        yield from (line.split() for line in started)
    (image,) = re.findall(r"^CMD (.+)$", (DEPLOY / "Dockerfile").read_text("utf-8"), re.M)
    yield yaml.safe_load(image)


def test_each_file_names_settings_that_there_are() -> None:
    named = {
        name: set(re.findall(r"\bSIGNOFF_[A-Z_]+\b", text))
        for name, text in deployed()
        if not name.startswith("ci/")  # what jobs set for its script
    }
    assert {name: wrong for name, found in named.items() if (wrong := found - SETTINGS)} == {}
    assert sum(map(len, named.values())) >= 10


def test_each_file_starts_a_command_with_its_options() -> None:
    started = list(commands())
    assert len(started) == 7
    for name, *options in started:
        command = build().commands[name]
        command.make_context(name, list(options))


def test_the_image_holds_what_the_package_consists_of() -> None:
    dockerfile = (DEPLOY / "Dockerfile").read_text("utf-8")
    assert set(re.findall(r"^COPY (\w+) \1$", dockerfile, re.MULTILINE)) == set(ROOMS)
    (lock,) = re.findall(r"^COPY (requirements\S*) \.$", dockerfile, re.MULTILINE)
    pinned = (ROOT / lock).read_text("utf-8")
    assert "\npsycopg==" in pinned
    assert f"-r {lock}" in dockerfile


def test_the_pods_mount_volumes_that_they_have() -> None:
    for pod in pods():
        there = {volume["name"] for volume in pod["volumes"]}
        mounted = {mount["name"] for one in containers(pod) for mount in one["volumeMounts"]}
        claimed = {"data"} if "initContainers" in pod else set()
        assert mounted == there | claimed


def test_the_pods_have_no_more_rights_than_they_need() -> None:
    for pod in pods():
        assert pod["automountServiceAccountToken"] is False
        assert pod["securityContext"]["runAsNonRoot"] is True
        for one in containers(pod):
            assert one["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }


def test_workers_get_no_token_of_slack() -> None:
    serving, working = pods()
    assert serving["containers"][0]["envFrom"] == [{"secretRef": {"name": "signoff"}}]
    (worker,) = working["containers"]
    assert "envFrom" not in worker
    assert {
        one["valueFrom"]["secretKeyRef"]["key"] for one in worker["env"] if "secretKeyRef" in one["valueFrom"]
    } == {"DATABASE_URL"}


def test_the_guide_names_the_secrets_that_the_pods_read() -> None:
    guide = (ROOT / "docs/guides/deployment.md").read_text("utf-8")
    made = set(re.findall(r"create secret generic (\S+)", guide))
    texts = [text for name, text in deployed() if name.startswith("kubernetes/")]
    read = set(re.findall(r"secret(?:Ref|KeyRef|Name)?: \{?(?:secretName|name): ([\w-]+)", "\n".join(texts)))
    assert made == read == {"signoff", "signoff-keys"}


def test_a_workflow_file_loads_from_where_a_config_map_puts_it(tmp_path: Path) -> None:
    """Kubernetes mounts each file as a link into a folder that a link names."""
    (listed,) = yaml.safe_load((DEPLOY / "kubernetes/kustomization.yaml").read_text("utf-8"))[
        "configMapGenerator"
    ]
    (tmp_path / "..2026").mkdir()
    (tmp_path / "..data").symlink_to("..2026")
    for name in listed["files"]:
        file = DEPLOY / "kubernetes" / name
        (tmp_path / "..2026" / file.name).write_bytes(file.read_bytes())
        (tmp_path / file.name).symlink_to(f"..data/{file.name}")
    assert [found.name for found in load([tmp_path])] == ["nightly-cleanup"]


@pytest.mark.parametrize("name", ["compose.yaml", "kubernetes/kustomization.yaml"])
def test_what_a_file_refers_to_exists(name: str) -> None:
    path = DEPLOY / name
    content = yaml.safe_load(path.read_text("utf-8"))
    named = (
        [content["x-signoff"]["build"]["context"], "../" + content["x-signoff"]["build"]["dockerfile"]]
        if name == "compose.yaml"
        else [*content["resources"], *content["configMapGenerator"][0]["files"]]
    )
    assert [one for one in named if not (path.parent / one).exists()] == []
