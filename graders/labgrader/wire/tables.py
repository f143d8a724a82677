"""pandas' tables, series and indexes column by column, and its own moments and gaps; no file format is involved."""

from __future__ import annotations

import re
from typing import Any

from labgrader.wire.encoding import Code, Decoder, Encoder, Node, Read, UnsuitableError, Write, exactly
from labgrader.wire.errors import Malformed
from labgrader.wire.kinds import read_zone, write_zone

_NUMPY = "biufcMmO"
_ITEM_DTYPES = re.compile(r"str|string|boolean|U?Int(8|16|32|64)|Float(32|64)")
"""Extension dtypes, by name, whose items are plain and make the same column again."""


def writers() -> dict[type[Any], Write]:
    """What writes pandas' types, in a process that has imported pandas."""
    import pandas as pd

    plain = (pd.Index, pd.DatetimeIndex, pd.TimedeltaIndex, pd.CategoricalIndex)
    found: dict[type[Any], Write] = dict.fromkeys(plain, _write_index)
    found |= {
        pd.DataFrame: _write_frame,
        pd.Series: _write_series,
        pd.RangeIndex: _write_range,
        pd.MultiIndex: _write_multi,
        pd.Timestamp: _write_timestamp,
        pd.Timedelta: lambda encoder, value, depth: [Code.DURATION, encoder.node(value.asm8, depth)],
        type(pd.NA): lambda encoder, value, depth: [Code.MISSING],
        type(pd.NaT): lambda encoder, value, depth: [Code.NO_TIME],
    }
    return found


def _write_column(encoder: Encoder, values: Any, depth: int) -> list[Node]:
    """`values` is a Series or an Index."""
    import numpy as np
    import pandas as pd

    dtype = values.dtype
    if isinstance(dtype, np.dtype):
        if dtype.kind not in _NUMPY:
            raise UnsuitableError
        return [Code.COLUMN, None, _copied(encoder, np.asarray(values), depth)]
    if type(dtype) is pd.CategoricalDtype:
        array = values.array
        kinds = _copied(encoder, array.categories, depth)
        return [Code.CATEGORIES, kinds, _copied(encoder, np.asarray(array.codes), depth), bool(dtype.ordered)]
    if type(dtype) is pd.DatetimeTZDtype:
        moments = np.asarray(values.array.tz_convert("UTC").tz_localize(None))
        return [Code.ZONED, _copied(encoder, moments, depth), write_zone(dtype.tz)]
    name = str(dtype)
    if not _ITEM_DTYPES.fullmatch(name) or pd.api.types.pandas_dtype(name) != dtype:
        raise UnsuitableError
    return [Code.COLUMN, name, encoder.nodes(values.array, depth)]


def _copied(encoder: Encoder, value: Any, depth: int) -> Node:
    """The node of what must be copied, or all of the table is referred to."""
    node = encoder.node(value, depth)
    if node[0] == Code.REFERENCE:
        raise UnsuitableError
    return node


def _column(decoder: Decoder, parts: list[Node], depth: int) -> Any:
    import numpy as np
    import pandas as pd

    name, node = parts
    if name is None:
        array = exactly(decoder.value(node, depth), np.ndarray)
        if array.ndim != 1 or array.dtype.kind not in _NUMPY:
            raise Malformed("a column of several dimensions")
        return array
    if not _ITEM_DTYPES.fullmatch(exactly(name, str)):
        raise Malformed("a dtype that is none")
    return pd.array(decoder.values(node, depth), dtype=name)


def _categories(decoder: Decoder, parts: list[Node], depth: int) -> Any:
    import numpy as np
    import pandas as pd

    kinds, codes, ordered = parts
    names, numbers = decoder.value(kinds, depth), exactly(decoder.value(codes, depth), np.ndarray)
    if not isinstance(names, pd.Index) or numbers.ndim != 1:
        raise Malformed("categories that are no index")
    return pd.Categorical.from_codes(numbers, categories=names, ordered=exactly(ordered, bool))


def _zoned(decoder: Decoder, parts: list[Node], depth: int) -> Any:
    import numpy as np
    import pandas as pd

    node, zone = parts
    moments = exactly(decoder.value(node, depth), np.ndarray)
    if moments.dtype.kind != "M" or moments.ndim != 1:
        raise Malformed("moments that are none")
    return pd.DatetimeIndex(moments).tz_localize("UTC").tz_convert(read_zone(zone)).array


def _write_index(encoder: Encoder, value: Any, depth: int) -> list[Node]:
    return [Code.INDEX, _write_column(encoder, value, depth), encoder.node(value.name, depth)]


def _index(decoder: Decoder, parts: list[Node], depth: int) -> Any:
    import pandas as pd

    node, name = parts
    array = _array_of(decoder, node, depth)
    return pd.Index(array, dtype=array.dtype, name=decoder.value(name, depth))


def _array_of(decoder: Decoder, node: Node, depth: int) -> Any:
    if exactly(node, list)[:1] not in ([Code.COLUMN], [Code.CATEGORIES], [Code.ZONED]):
        raise Malformed("a column that is none")
    return decoder.value(node, depth)


def _write_range(encoder: Encoder, value: Any, depth: int) -> list[Node]:
    return [Code.RANGE_INDEX, value.start, value.stop, value.step, encoder.node(value.name, depth)]


def _range(decoder: Decoder, parts: list[Node], depth: int) -> Any:
    import pandas as pd

    *bounds, name = parts
    start, stop, step = (exactly(bound, int) for bound in bounds)
    return pd.RangeIndex(start, stop, step, name=decoder.value(name, depth))


def _write_multi(encoder: Encoder, value: Any, depth: int) -> list[Node]:
    levels = [_copied(encoder, level, depth) for level in value.levels]
    codes = [_copied(encoder, codes, depth) for codes in value.codes]
    return [Code.MULTI_INDEX, levels, codes, encoder.nodes(value.names, depth)]


def _multi(decoder: Decoder, parts: list[Node], depth: int) -> Any:
    import pandas as pd

    levels, codes, names = (decoder.values(part, depth) for part in parts)
    return pd.MultiIndex(levels=levels, codes=codes, names=names)


def _read_index(decoder: Decoder, node: Node, depth: int, length: int | None = None) -> Any:
    import pandas as pd

    found = decoder.value(node, depth)
    if not isinstance(found, pd.Index) or (length is not None and len(found) != length):
        raise Malformed("an index that is none")
    return found


def _write_series(encoder: Encoder, value: Any, depth: int) -> list[Node]:
    index, name = _copied(encoder, value.index, depth), encoder.node(value.name, depth)
    return [Code.SERIES, _write_column(encoder, value, depth), index, name]


def _series(decoder: Decoder, parts: list[Node], depth: int) -> Any:
    import pandas as pd

    node, index, name = parts
    array = _array_of(decoder, node, depth)
    found = _read_index(decoder, index, depth, len(array))
    return pd.Series(array, index=found, dtype=array.dtype, name=decoder.value(name, depth))


def _write_frame(encoder: Encoder, value: Any, depth: int) -> list[Node]:
    columns = [_write_column(encoder, value.iloc[:, position], depth) for position in range(value.shape[1])]
    return [Code.FRAME, _copied(encoder, value.index, depth), _copied(encoder, value.columns, depth), columns]


def _frame(decoder: Decoder, parts: list[Node], depth: int) -> Any:
    import pandas as pd

    index_node, names_node, nodes = parts
    index = _read_index(decoder, index_node, depth)
    columns = [_array_of(decoder, node, depth) for node in exactly(nodes, list)]
    names = _read_index(decoder, names_node, depth, len(columns))
    if any(len(array) != len(index) for array in columns):
        raise Malformed("columns of several lengths")
    series = {n: pd.Series(array, index=index, dtype=array.dtype) for n, array in enumerate(columns)}
    found = pd.DataFrame(series, index=index)
    found.columns = names
    return found


def _write_timestamp(encoder: Encoder, value: Any, depth: int) -> list[Node]:
    return [Code.TIMESTAMP, encoder.node(value.asm8, depth), write_zone(value.tz)]


def _timestamp(decoder: Decoder, parts: list[Node], depth: int) -> Any:
    import numpy as np
    import pandas as pd

    node, zone = parts
    found = pd.Timestamp(exactly(decoder.value(node, depth), np.datetime64))
    return found if zone is None else found.tz_localize("UTC").tz_convert(read_zone(zone))


def _duration(decoder: Decoder, parts: list[Node], depth: int) -> Any:
    import numpy as np
    import pandas as pd

    (node,) = parts
    return pd.Timedelta(exactly(decoder.value(node, depth), np.timedelta64))


def _missing(decoder: Decoder, parts: list[Node], depth: int) -> Any:
    import pandas as pd

    return pd.NA


def _no_time(decoder: Decoder, parts: list[Node], depth: int) -> Any:
    import pandas as pd

    return pd.NaT


READERS: dict[Code, Read] = {
    Code.SERIES: _series,
    Code.FRAME: _frame,
    Code.INDEX: _index,
    Code.RANGE_INDEX: _range,
    Code.MULTI_INDEX: _multi,
    Code.COLUMN: _column,
    Code.CATEGORIES: _categories,
    Code.ZONED: _zoned,
    Code.MISSING: _missing,
    Code.NO_TIME: _no_time,
    Code.TIMESTAMP: _timestamp,
    Code.DURATION: _duration,
}
