"""Train a model with checkpoints, measure it, and publish it if it is good and people agree."""

import importlib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field

from signoff import Fatal, Outcome, Retry, Rule, StepContext, Workflow


class Training(BaseModel):
    epochs: int = Field(20, ge=1, le=500, description="A number from 1 to 500")
    minimum: float = Field(0.9, ge=0, le=1, description="The least accuracy, from 0 to 1")


class Measured(BaseModel):
    accuracy: float
    above_minimum: float
    above_live: float
    """The accuracy less that of the model that is used now."""


class Live(BaseModel):
    """The model that is used now."""

    file: str
    digest: str
    accuracy: float


training = Workflow(
    "model-training",
    title="Model training",
    input=Training,
    owner="@platform",
    channel="#deploys",
    max_active_runs=1,
    description="Trains a model with checkpoints, compares it with the live one, and asks before it is used.",
    result="{report}",
)


def folder_of(ctx: StepContext) -> Path:
    return ctx.data_dir / "models" / ctx.run_id


def live_file(ctx: StepContext) -> Path:
    return ctx.data_dir / "models" / "live.json"


def digits() -> Any:
    """Return the module with the model. It is loaded in the processes of steps alone."""
    try:
        return importlib.import_module("workflows.training.digits")
    except ModuleNotFoundError as missing:
        raise Fatal(
            f"Install scikit-learn: pip install 'signoff[training]', or make training ({missing})"
        ) from None


@training.step(run_in="process", timeout="8h", retry=Retry(attempts=3, delay="5s"))
def train(input: Training, ctx: StepContext) -> str:
    """Return the digest of the trained model. After a crash or a restart it continues at the last epoch."""
    saved = ctx.checkpoints.get("saved", {"epochs": 0, "digest": ""})
    model = digits().load(folder_of(ctx), saved["digest"]) if saved["epochs"] else digits().new_model()
    if saved["epochs"]:
        ctx.log(f"Training continues after epoch {saved['epochs']}.")
    for epoch in range(saved["epochs"], input.epochs):
        digits().train_epoch(model)
        earlier = saved["digest"]
        saved = {"epochs": epoch + 1, "digest": digits().save(model, folder_of(ctx))}
        ctx.checkpoint("saved", saved)
        digits().forget(folder_of(ctx), earlier, unless=saved["digest"])
        ctx.progress(epoch + 1, of=input.epochs, text="epochs")
    return str(saved["digest"])


@training.step(run_in="process", timeout="10m")
def measure(input: Training, train: str, ctx: StepContext) -> Measured:
    live = live_file(ctx)
    known = Live.model_validate_json(live.read_text("utf-8")).accuracy if live.exists() else 0
    accuracy = digits().accuracy(digits().load(folder_of(ctx), train))
    return Measured(
        accuracy=accuracy,
        above_minimum=round(accuracy - input.minimum, 4),
        above_live=round(accuracy - known, 4),
    )


gate = training.decision(
    "gate",
    rules=[
        Rule("measure.above_minimum < 0", "refuse", reason="The accuracy is below {input.minimum}."),
        Rule("measure.above_live < 0", "refuse", reason="The live model is better."),
    ],
    default="ask",
)
go = training.approval(
    "go",
    title="go-live",
    ask="Use the model with the accuracy {measure.accuracy}?",
    show=[
        ("Accuracy", "measure.accuracy"),
        ("Better than the live model by", "measure.above_live"),
        ("Epochs", "input.epochs"),
        ("Digest", "train"),
    ],
    when=gate.outcome == "ask",
    approvers=["@release-managers"],
    expires="2d",
    on_expiry="reject",
)


@training.step(when=go.approved, run_in="process")
def publish(train: str, measure: Measured, go: Outcome, ctx: StepContext) -> str:
    """Publish the file with the digest that people approved, and no other."""
    file = digits().verify(folder_of(ctx), train)
    live = Live(file=f"{ctx.run_id}/{file.name}", digest=train, accuracy=measure.accuracy)
    digits().replace(live_file(ctx), live.model_dump_json().encode())
    return train


@training.step
async def report(measure: Measured, publish: str | None) -> str:
    return f"The model with the accuracy {measure.accuracy} is {'live' if publish else 'not used'}."
