"""From an alert and what is known of the device to a cause and a fix: rules, each of which says why."""

from typing import Literal

from pydantic import BaseModel

from workflows.incident.devices import Device

Severity = Literal["critical", "warning", "harmless"]


class Diagnosis(BaseModel):
    """`fix`: what to tell the device; empty where nothing is to be done."""

    severity: Severity
    cause: str
    fix: str
    why: list[str]


def diagnose(metric: str, value: float, device: Device) -> Diagnosis:
    """Pure. `metric` as in the alert; `value` in its unit."""
    if metric == "connection":
        return Diagnosis(
            severity="warning",
            cause=f"{device.name} sends no readings",
            fix="restart the sender",
            why=["Without readings nobody would see it overheat", _often(device)],
        )
    over = 100 * (value - device.highest) / device.highest
    if over <= 0:
        return Diagnosis(
            severity="harmless",
            cause=f"The {metric} is within its usual range",
            fix="",
            why=[f"{value:g} is not above {device.highest:g}"],
        )
    why = [f"{value:g} is {over:.0f}% above the highest normal value, {device.highest:g}", _often(device)]
    if over >= 10 or device.alerts_before >= 3:
        return _critical(metric, device, why)
    fix = "reduce the load to 50%" if device.load > 50 else "check the sensor's calibration"
    why.append(f"It is at {device.load}% load")
    return Diagnosis(severity="warning", cause=f"The {metric} is slightly high", fix=fix, why=why)


def _critical(metric: str, device: Device, why: list[str]) -> Diagnosis:
    if device.load >= 80 and device.spare:
        return Diagnosis(
            severity="critical",
            cause=f"Overload: {device.load}% for too long",
            fix=f"switch to {device.spare}",
            why=[*why, f"It is at {device.load}% load, and {device.spare} stands by"],
        )
    return Diagnosis(
        severity="critical",
        cause=f"The {metric} is far above what the {device.kind} is made for",
        fix="shut down",
        why=[*why, "There is no spare that could take over"],
    )


def _often(device: Device) -> str:
    return {0: "It is the first alert in a week", 1: "It is the second alert in a week"}.get(
        device.alerts_before, f"There were {device.alerts_before} alerts in the week before"
    )
