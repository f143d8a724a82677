"""What cells show, as notebook outputs in their order, bounded in bytes per cell, bytes in all, and images.

Pure data: nothing here runs, prints or reads a cell. What does not fit is left out and a line says so; an error is
always kept, because it decides.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Output = dict[str, Any]
"""An output as nbformat 4 has it; `data` holds text or plain data by media type."""

CUT = "\n[… sortie coupée : trop longue – output cut: too long …]\n"
NO_MORE_IMAGES = "[… image non gardée : trop d'images – image left out: too many …]\n"
MESSAGE_CHARACTERS = 8_000
TRACEBACK_CHARACTERS = 64_000


@dataclass(frozen=True)
class Bounds:
    """How much is kept: bytes of one cell's outputs, bytes of all cells together, images of all cells together."""

    cell_bytes: int = 4 << 20
    total_bytes: int = 32 << 20
    images: int = 100


BOUNDS = Bounds()


class Outputs:
    """The outputs of one cell after the other. `begin` starts a cell, `take` ends it."""

    def __init__(self, bounds: Bounds = BOUNDS) -> None:
        self._bounds = bounds
        self.forget()

    def forget(self) -> None:
        """Start again, with nothing spent."""
        self._spent = 0
        self._images = 0
        self.begin()

    def begin(self) -> None:
        """Start with nothing shown."""
        self._items: list[Output] = []
        self._sizes: list[int] = []
        self._ids: dict[str, int] = {}
        self._clear_next = False
        self._noted: set[str] = set()

    def take(self) -> tuple[Output, ...]:
        """End the cell: what it showed, which from now on counts against all cells together."""
        shown = tuple(self._items)
        self._spent += sum(self._sizes)
        self._images += sum(map(_is_image, shown))
        self.begin()
        return shown

    def stream(self, name: str, text: str) -> None:
        """Add printed text of `stdout` or `stderr`; it joins the output before it where that is of the same stream."""
        if not text:
            return
        self._cleared()
        room = self._room()
        if len(encoded := text.encode("utf-8", "replace")) > room:
            text = encoded[:room].decode("utf-8", "ignore")
            if text:
                self._print(name, text)
            self._note(CUT)
        else:
            self._print(name, text)

    def display(self, data: Mapping[str, Any], metadata: Mapping[str, Any], id_: str | None, *, update: bool) -> None:
        """Add something displayed; with `update`, put it in the place of what this cell displayed under `id_`."""
        item = {"output_type": "display_data", "data": plain_bundle(data), "metadata": plain(metadata)}
        if not update:
            place = self._append(item)
            if place is not None and id_ is not None:
                self._ids[id_] = place
        elif (place := self._ids.get(id_ or "")) is not None:
            size = _size(item)
            if size - self._sizes[place] <= self._room():
                item["output_type"] = self._items[place]["output_type"]
                self._items[place], self._sizes[place] = item, size

    def result(self, data: Mapping[str, Any], metadata: Mapping[str, Any], count: int) -> None:
        """Add the value of the cell."""
        item = {"output_type": "execute_result", "data": plain_bundle(data), "metadata": plain(metadata)}
        self._append(item | {"execution_count": count})

    def error(self, name: str, message: str, traceback: list[str]) -> None:
        """Add an error, whatever was shown before."""
        self._cleared()
        kept, left = [], TRACEBACK_CHARACTERS
        for line in traceback:
            kept.append(line[:left])
            left -= len(kept[-1])
        item = {"output_type": "error", "ename": name, "evalue": message[:MESSAGE_CHARACTERS], "traceback": kept}
        self._items.append(item)
        self._sizes.append(_size(item))

    def clear(self, *, wait: bool) -> None:
        """Forget what the cell has shown so far, at once or when it shows something next."""
        self._clear_next = True
        if not wait:
            self._cleared()

    def _append(self, item: Output) -> int | None:
        self._cleared()
        if _is_image(item) and self._images + sum(map(_is_image, self._items)) >= self._bounds.images:
            self._note(NO_MORE_IMAGES)
            return None
        if (size := _size(item)) > self._room():
            self._note(CUT)
            return None
        self._items.append(item)
        self._sizes.append(size)
        return len(self._items) - 1

    def _print(self, name: str, text: str) -> None:
        if self._items and self._items[-1].get("name") == name:
            self._items[-1]["text"] += text
            self._sizes[-1] += len(text.encode("utf-8", "replace"))
        else:
            item = {"output_type": "stream", "name": name, "text": text}
            self._items.append(item)
            self._sizes.append(_size(item))

    def _note(self, what: str) -> None:
        if what not in self._noted:
            self._noted.add(what)
            self._print("stdout", what)

    def _cleared(self) -> None:
        if self._clear_next:
            self.begin()

    def _room(self) -> int:
        cell = sum(self._sizes)
        return max(0, min(self._bounds.cell_bytes - cell, self._bounds.total_bytes - self._spent - cell))


def plain_bundle(data: Mapping[str, Any]) -> dict[str, Any]:
    """Representations by media type, as a notebook file holds them: bytes in base64, the rest plain."""
    return {
        str(mime): base64.b64encode(value).decode() if isinstance(value, bytes) else plain(value)
        for mime, value in data.items()
    }


def plain(value: Any) -> Any:
    """`value` as JSON has it; what JSON has no form for becomes its text."""
    return value if type(value) is str else json.loads(json.dumps(value, default=str, skipkeys=True))


def _size(item: Output) -> int:
    return len(json.dumps(item, ensure_ascii=False).encode("utf-8", "replace"))


def _is_image(item: Output) -> bool:
    return any(mime.startswith("image/") for mime in item.get("data", ()))
