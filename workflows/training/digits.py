"""A model that reads handwritten digits: trained, measured, and kept in files that are named by their digest.

It needs the extra `training`. scikit-learn has the 1,797 pictures, so training needs no network.
"""

import hashlib
import os
import tempfile
from io import BytesIO
from pathlib import Path
from typing import Any

import joblib
from sklearn.datasets import load_digits
from sklearn.linear_model import SGDClassifier
from sklearn.model_selection import train_test_split

SEED = 7


def new_model() -> Any:
    return SGDClassifier(loss="log_loss", random_state=SEED)


def train_epoch(model: Any) -> None:
    """Show the model all pictures for training once."""
    pictures, _, digits, _ = _data()
    model.partial_fit(pictures, digits, classes=range(10))


def accuracy(model: Any) -> float:
    """Return the share of pictures that it reads well, of those that it was not trained with."""
    _, pictures, _, digits = _data()
    return round(float(model.score(pictures, digits)), 4)


def save(model: Any, folder: Path) -> str:
    """Write the file of a model, and return its digest (SHA-256)."""
    content = BytesIO()
    joblib.dump(model, content)
    digest = hashlib.sha256(content.getvalue()).hexdigest()
    replace(_file(folder, digest), content.getvalue())
    return digest


def load(folder: Path, digest: str) -> Any:
    """Read a model. Loading a file can execute code, so a file with another digest is refused."""
    return joblib.load(BytesIO(_content(folder, digest)))


def forget(folder: Path, digest: str, unless: str) -> None:
    """Remove the model of an earlier checkpoint, once a later one is kept."""
    if digest and digest != unless:
        _file(folder, digest).unlink(missing_ok=True)


def verify(folder: Path, digest: str) -> Path:
    """Return the file of a model, after its content was compared with the digest."""
    _content(folder, digest)
    return _file(folder, digest)


def _file(folder: Path, digest: str) -> Path:
    return folder / f"{digest}.joblib"


def _content(folder: Path, digest: str) -> bytes:
    file = _file(folder, digest)
    content = file.read_bytes()
    if hashlib.sha256(content).hexdigest() != digest:
        raise ValueError(f"{file} is not the file that was saved. Start a new run.")
    return content


def replace(file: Path, content: bytes) -> None:
    """Replace a file at once, so that a crash leaves the old content or the new one."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as new:
        new.write(content)
        new.flush()
        os.fsync(new.fileno())
    os.replace(new.name, file)


def _data() -> Any:
    pictures, digits = load_digits(return_X_y=True)
    return train_test_split(pictures / 16, digits, test_size=0.25, random_state=SEED, stratify=digits)
