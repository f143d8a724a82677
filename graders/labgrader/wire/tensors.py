"""torch's tensors and parameters as raw buffers: detached, on the CPU, with their gradient where they are leaves."""

from __future__ import annotations

import math
from typing import Any

from labgrader.wire.arrays import require_truth
from labgrader.wire.encoding import Code, Decoder, Encoder, Node, Read, UnsuitableError, Write, exactly
from labgrader.wire.errors import Malformed
from labgrader.wire.packing import MAX_BYTES

_DTYPES = {
    name: size
    for size, names in {
        1: "bool uint8 int8",
        2: "int16 float16 bfloat16",
        4: "int32 float32",
        8: "int64 float64 complex64",
        16: "complex128",
    }.items()
    for name in names.split()
}
"""The dtypes that travel, with the bytes of one number."""


def writers() -> dict[type[Any], Write]:
    """What writes torch's types, in a process that has imported torch."""
    import torch

    return {torch.Tensor: _write, torch.nn.Parameter: _write}


def _write(encoder: Encoder, value: Any, depth: int) -> list[Node]:
    import torch

    name = str(value.dtype).removeprefix("torch.")
    if name not in _DTYPES or value.layout is not torch.strided or value.device.type == "meta":
        raise UnsuitableError
    if value.numel() * _DTYPES[name] > MAX_BYTES:
        raise UnsuitableError
    flat = value.detach().cpu().resolve_conj().resolve_neg().contiguous().reshape(-1)
    data = flat.view(torch.uint8).numpy().data if flat.numel() else b""
    gradient = value.grad if value.is_leaf else None
    return [
        Code.TENSOR,
        name,
        list(value.shape),
        data,
        type(value) is torch.nn.Parameter,
        value.requires_grad,
        encoder.node(gradient, depth) if type(gradient) is torch.Tensor else None,
    ]


def _tensor(decoder: Decoder, parts: list[Node], depth: int) -> Any:
    import torch

    name, sizes, data, parameter, requires_grad, gradient = parts
    shape = [exactly(size, int) for size in exactly(sizes, list)]
    if name not in _DTYPES or min(shape, default=0) < 0:
        raise Malformed("a tensor that is none")
    if math.prod(shape) * _DTYPES[name] != len(exactly(data, bytes)):
        raise Malformed("a buffer of another length")
    if name == "bool":
        require_truth(data)
    dtype = getattr(torch, name)
    found = torch.frombuffer(bytearray(data), dtype=dtype) if data else torch.zeros(0, dtype=dtype)
    found = found.reshape(shape)
    if exactly(parameter, bool):
        found = torch.nn.Parameter(found, requires_grad=exactly(requires_grad, bool))
    elif exactly(requires_grad, bool):
        found.requires_grad_()
    if gradient is not None:
        found.grad = exactly(decoder.value(gradient, depth), torch.Tensor)
    return found


READERS: dict[Code, Read] = {Code.TENSOR: _tensor}
