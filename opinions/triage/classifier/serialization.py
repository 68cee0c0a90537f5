"""A model as bytes: numbers and text under a signature. Nothing in it can run, and nothing is read before the
signature holds.

No pickle and no joblib: loading one runs whatever it says, so that anybody who may write the file may act as the
office. This is the format of NumPy without objects, and JSON; the signature (HMAC-SHA-256 under a key derived from
SECRET_KEY) keeps a file that was changed on the disk, or made elsewhere, from deciding anything.
"""

import hmac
import io
import json

import numpy as np

from common.security.crypto import derived_key

from .model import Calibration, Model

MAGIC = b"TRIAGE2\n"
DIGEST = 32


class BadModel(Exception):
    """The file is no model of this office, or was changed."""


def _signature(content: bytes) -> bytes:
    return hmac.digest(derived_key("triage models"), content, "sha256")


def to_bytes(model: Model) -> bytes:
    """Return the model with its signature."""
    facts = {
        "labels": model.labels,
        "calibration": [model.calibration.sharpness, model.calibration.threshold],
    }
    stream = io.BytesIO()
    np.savez(
        stream,
        facts=np.frombuffer(json.dumps(facts, ensure_ascii=False).encode(), dtype=np.uint8),
        grams=model.grams,
        idf=model.idf,
        weights=model.weights.astype(np.float16),
        intercept=model.intercept,
    )
    content = stream.getvalue()
    return MAGIC + _signature(content) + content


def from_bytes(data: bytes) -> Model:
    """Return the model; raises BadModel before a single byte of a wrong one is interpreted."""
    head, content = data[: len(MAGIC) + DIGEST], data[len(MAGIC) + DIGEST :]
    if not hmac.compare_digest(head, MAGIC + _signature(content)):
        raise BadModel("the signature of the model does not hold")
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        facts = json.loads(arrays["facts"].tobytes())
        return Model(
            labels=facts["labels"],
            grams=arrays["grams"],
            idf=arrays["idf"],
            weights=arrays["weights"].astype(np.float32),
            intercept=arrays["intercept"],
            calibration=Calibration(*facts["calibration"]),
        )
