"""Opens ONNX models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import onnxruntime

from ivr.errors import ModelCorrupt

if TYPE_CHECKING:
    from pathlib import Path


def open_onnx(path: Path, threads: int) -> Any:
    """Load a model for the CPU with so many threads that do not spin while they wait."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except onnxruntime.capi.onnxruntime_pybind11_state.InvalidProtobuf as error:
        raise ModelCorrupt(f"{path} is not an ONNX model ({error}); delete it and run: ivr models pull") from None
