"""numpy's arrays, scalars and random generators as raw buffers; checked so that no buffer makes an impossible array."""

from __future__ import annotations

import math
import re
from typing import Any

from labgrader.wire.encoding import Code, Decoder, Encoder, Node, Read, UnsuitableError, Write, exactly
from labgrader.wire.errors import Malformed
from labgrader.wire.packing import MAX_BYTES

_KINDS = "biufcMmUS"
_DTYPE = re.compile(rf"[<>|][{_KINDS}]\d{{1,6}}(\[\d{{0,6}}[a-zA-Z]{{1,2}}\])?")
_LAST_CODE_POINT = 0x10FFFF
_BIT_GENERATORS = ("PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64")


def writers() -> dict[type[Any], Write]:
    """What writes numpy's types, in a process that has imported numpy."""
    import numpy as np

    scalars = {kind for kind in set(np.sctypeDict.values()) if np.dtype(kind).kind in _KINDS}
    found: dict[type[Any], Write] = dict.fromkeys(scalars, _write_scalar)
    found[np.str_] = lambda encoder, value, depth: [Code.NUMPY_TEXT, str(value)]
    found[np.bytes_] = lambda encoder, value, depth: [Code.NUMPY_BYTES, bytes(value)]
    found[np.ndarray] = _write_array
    found[np.random.Generator] = _write_generator
    return found


def _write_array(encoder: Encoder, value: Any, depth: int) -> list[Node]:
    import numpy as np

    shape = list(value.shape)
    if value.dtype == np.dtype(object):
        return [Code.OBJECTS, shape, encoder.nodes(value.ravel().tolist(), depth)]
    if value.nbytes > MAX_BYTES:
        raise UnsuitableError
    name = _dtype_name(value.dtype)
    return [Code.ARRAY, name, shape, np.ascontiguousarray(value).reshape(-1).view(np.uint8).data]


def _dtype_name(dtype: Any) -> str:
    import numpy as np

    name: str = dtype.str
    if dtype.kind not in _KINDS or not dtype.itemsize or dtype.metadata is not None or np.dtype(name) != dtype:
        raise UnsuitableError
    return name


def _write_scalar(encoder: Encoder, value: Any, depth: int) -> list[Node]:
    return [Code.SCALAR, _dtype_name(value.dtype), value.tobytes()]


def _shape(node: Node) -> tuple[int, ...]:
    shape = tuple(exactly(size, int) for size in exactly(node, list))
    if any(size < 0 for size in shape):
        raise Malformed("a negative size")
    return shape


def _array(decoder: Decoder, parts: list[Node], depth: int) -> Any:
    name, shape, data = parts
    return read_array(name, _shape(shape), data)


def read_array(name: Node, shape: tuple[int, ...], data: Node) -> Any:
    """A new array of that dtype and shape over a copy of `data`. Raises `Malformed`, and numpy's errors."""
    import numpy as np

    if not _DTYPE.fullmatch(exactly(name, str)):
        raise Malformed("a dtype that is none")
    dtype = np.dtype(name)
    if not dtype.itemsize or math.prod(shape) * dtype.itemsize != len(exactly(data, bytes)):
        raise Malformed("a buffer of another length")
    if not data:
        return np.zeros(shape, dtype)
    if dtype.kind == "b":
        require_truth(data)
    elif dtype.kind == "U":
        points = np.frombuffer(data, np.dtype("u4").newbyteorder(dtype.byteorder))
        if points.max() > _LAST_CODE_POINT:
            raise Malformed("a character that does not exist")
    return np.frombuffer(data, dtype).reshape(shape).copy()


def require_truth(data: bytes) -> None:
    """Raise `Malformed` unless every byte is 0 or 1: any other makes a truth value that is neither."""
    if data.translate(None, b"\x00\x01"):
        raise Malformed("a truth value that is neither")


def _objects(decoder: Decoder, parts: list[Node], depth: int) -> Any:
    import numpy as np

    size, nodes = parts
    shape, items = _shape(size), decoder.values(nodes, depth)
    if math.prod(shape) != len(items):
        raise Malformed("an array of another length")
    found = np.empty(len(items), object)
    for position, item in enumerate(items):
        found[position] = item
    return found.reshape(shape)


def _scalar(decoder: Decoder, parts: list[Node], depth: int) -> Any:
    name, data = parts
    if exactly(name, str)[1:2] in ("U", "S"):
        raise Malformed("a text that is a number")
    return read_array(name, (1,), data)[0]


def _text(decoder: Decoder, parts: list[Node], depth: int) -> Any:
    import numpy as np

    (text,) = parts
    return np.str_(exactly(text, str))


def _bytes(decoder: Decoder, parts: list[Node], depth: int) -> Any:
    import numpy as np

    (data,) = parts
    return np.bytes_(exactly(data, bytes))


def _write_generator(encoder: Encoder, value: Any, depth: int) -> list[Node]:
    state = value.bit_generator.state
    if type(state) is not dict or state.get("bit_generator") not in _BIT_GENERATORS:
        raise UnsuitableError
    return [Code.GENERATOR, encoder.node(state, depth)]


def _generator(decoder: Decoder, parts: list[Node], depth: int) -> Any:
    import numpy as np

    (node,) = parts
    state = exactly(decoder.value(node, depth), dict)
    if state.get("bit_generator") not in _BIT_GENERATORS:
        raise Malformed("a random generator that does not exist")
    bits = getattr(np.random, state["bit_generator"])(0)
    bits.state = state
    return np.random.Generator(bits)


READERS: dict[Code, Read] = {
    Code.ARRAY: _array,
    Code.OBJECTS: _objects,
    Code.SCALAR: _scalar,
    Code.NUMPY_TEXT: _text,
    Code.NUMPY_BYTES: _bytes,
    Code.GENERATOR: _generator,
}
