"""Before a plain nbgrader test runs beside the learner's work: what it relies on is as it was, or is put back and told.

The test runs in the learner's own process, so this is a guard and not a wall: it stops the known ways of making a test
hold that should not, and tells of them. What is behind a wall is a check that the examiner runs.
"""

from __future__ import annotations

import importlib
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from IPython.core.interactiveshell import InteractiveShell

from labgrader.learner.askers import ENGINE
from labgrader.learner.liars import Classes
from labgrader.learner.vital import is_vital, remember

MOST_TOLD = 20
LISTS = ("input_transformers_post", "ast_transformers")
MANAGER_LISTS = ("cleanup_transforms", "line_transforms", "token_transformers")
SHELL_PARTS = ("display_pub", "displayhook", "compile", "input_transformer_manager", "events", "user_module")
WELCOME = ("IPython", "ipykernel", "ipywidgets", "labkit", "matplotlib", "matplotlib_inline", "tqdm")
"""Packages whose own functions may listen to the shell's events."""


TESTING = {"numpy": "numpy.testing", "pandas": "pandas.testing", "torch": "torch.testing", "sys": "unittest"}
"""What tests use, by the module that must be there for it to be of use."""

HELPERS = ("name.", "builtins.", "numpy.testing.", "pandas._testing.", "pandas.testing.", "torch.testing.", "unittest.")
"""What a test compares with. Libraries change themselves elsewhere at their first use, which may be in a test."""


class Guard:
    """Made before the first byte of learner code, in the process that will run it or in the one it is forked from."""

    def __init__(self, shell: InteractiveShell) -> None:
        self._shell = shell
        for root, module in TESTING.items():
            if root in sys.modules:
                importlib.import_module(module)
        self._vital = remember()
        self._modules = {
            name: module
            for name, module in sys.modules.items()
            if (is_vital(name) or "." not in name) and name.partition(".")[0] != ENGINE
        }
        self._paths = [*sys.meta_path], [*sys.path_hooks]
        self._hooks = {name: getattr(sys, name) for name in ("excepthook", "unraisablehook")}
        self._parts = {name: getattr(shell, name) for name in SHELL_PARTS}
        self._lists = {name: [*getattr(shell, name)] for name in LISTS}
        manager = shell.input_transformer_manager
        self._manager_lists = {name: [*getattr(manager, name)] for name in MANAGER_LISTS}
        self._space = shell.user_ns
        self._custom = shell.custom_exceptions
        self._interactivity = shell.ast_node_interactivity
        self._events = {name: [*callbacks] for name, callbacks in shell.events.callbacks.items()}
        self._classes = Classes(shell.user_ns)
        self._given: dict[str, Any] = {}
        """The names that the present test has of its lab's imports."""
        self._own = {id(part): frozenset(vars(part)) for part in (shell, manager, *self._parts.values())}

    def restore(self) -> list[str]:
        """Put back all that differs in the interpreter and in its shell, and tell what it was."""
        told = [*self._differences()]  # not `list`: no builtin is called before it is what it was
        return list(dict.fromkeys(told))[:MOST_TOLD]

    def clear(self, imports: Iterable[str], shadows: Iterable[str]) -> list[str]:
        """Give a test the lab's own names, and tell what was changed for it.

        They are those of its `imports` (statements), which no object of the learner's may replace, and builtins that
        the learner's names hide only by accident (`shadows`).
        """
        return list(dict.fromkeys((*self._tracing(), *self._imported(imports), *self._unhidden(shadows))))[:MOST_TOLD]

    def disturbed(self, shadows: Iterable[str]) -> list[str]:
        """After a test: what `clear` and `restore` gave it and it has not kept; only a thread or a trick changes that.

        A name that hides a builtin counts if it can be called: any other would only have made the test fail.
        """
        names = self._shell.user_ns
        changed = [name for name, value in self._given.items() if names.get(name) is not value]
        hidden = [name for name in shadows if callable(names.get(name))]
        return list(dict.fromkeys((*self._vital.differences(), *(f"name.{name}" for name in changed + hidden))))

    def watch(self) -> None:
        """From now on, in the process that runs the notebook, before its first cell."""
        self._classes.watch()

    def liars(self) -> list[str]:
        """Names of the notebook's classes that lie (see `liars`)."""
        return self._classes.liars()

    def _differences(self) -> Iterator[str]:
        yield from self._vital.differences()
        yield from self._tracing()
        yield from self._import_machinery()
        yield from self._shell_parts()
        yield from self._events_of_shell()

    def _tracing(self) -> Iterator[str]:
        switches: tuple[tuple[str, Any, Callable[[None], object]], ...] = (
            ("sys.settrace", sys.gettrace(), sys.settrace),
            ("sys.setprofile", sys.getprofile(), sys.setprofile),
            ("threading.settrace", threading.gettrace(), threading.settrace),
            ("threading.setprofile", threading.getprofile(), threading.setprofile),
        )
        for name, present, switch in switches:
            if present is not None:
                switch(None)
                yield name

    def _import_machinery(self) -> Iterator[str]:
        for name, module in self._modules.items():
            if sys.modules.get(name) is not module:
                sys.modules[name] = module
                yield f"sys.modules.{name}"
        lists: tuple[tuple[str, list[Any], list[Any]], ...] = (
            ("sys.meta_path", sys.meta_path, self._paths[0]),
            ("sys.path_hooks", sys.path_hooks, self._paths[1]),
        )
        for name, found, due in lists:
            if not _same(found, due):
                found[:] = due
                yield name
        for name, hook in self._hooks.items():
            if getattr(sys, name) is not hook:
                setattr(sys, name, hook)
                yield f"sys.{name}"

    def _shell_parts(self) -> Iterator[str]:
        shell = self._shell
        for name, part in self._parts.items():
            if getattr(shell, name) is not part:
                setattr(shell, name, part)
                yield f"shell.{name}"
        if shell.user_ns is not self._space:
            shell.user_ns = self._space
            yield "shell.user_ns"
        for owner, lists in ((shell, self._lists), (self._parts["input_transformer_manager"], self._manager_lists)):
            for name, due in lists.items():
                if not _same(getattr(owner, name), due):
                    setattr(owner, name, [*due])
                    yield f"shell.{name}"
        if shell.custom_exceptions is not self._custom and shell.custom_exceptions != self._custom:
            shell.custom_exceptions = self._custom
            yield "shell.custom_exceptions"
        if shell.ast_node_interactivity != self._interactivity:
            shell.ast_node_interactivity = self._interactivity  # honest notebooks set it to see every value
        for part in (shell, *self._parts.values()):
            for name in [*vars(part)]:
                if name not in self._own[id(part)] and callable(getattr(type(part), name, None)):
                    del vars(part)[name]  # a method of one's own in the place of the class's
                    yield f"shell.{name}"

    def _events_of_shell(self) -> Iterator[str]:
        for name, callbacks in self._shell.events.callbacks.items():
            strangers = [c for c in callbacks if c not in self._events.get(name, ()) and not self._welcome(c)]
            for stranger in strangers:
                callbacks.remove(stranger)
                yield f"shell.events.{name}"

    def _welcome(self, callback: Any) -> bool:
        function = getattr(callback, "__func__", callback)
        home = getattr(function, "__globals__", None)
        name = str(getattr(function, "__module__", ""))
        return name.partition(".")[0] in WELCOME and getattr(sys.modules.get(name), "__dict__", None) is home

    def _imported(self, imports: Iterable[str]) -> Iterator[str]:
        names = self._shell.user_ns
        self._given.clear()
        for statement in imports:
            due: dict[str, Any] = {}
            try:
                exec(statement, due)  # noqa: S102 - the lab's own import
            except ImportError:
                continue
            for name, value in due.items():
                if name == "__builtins__" or name not in names:
                    continue
                self._given[name] = value
                if names[name] is not value:
                    names[name] = value
                    yield f"name.{name}"

    def _unhidden(self, shadows: Iterable[str]) -> Iterator[str]:
        for name in shadows:
            if name in self._shell.user_ns:
                del self._shell.user_ns[name]
                yield f"name.{name}"


def _same(found: Any, due: list[Any]) -> bool:
    if type(found) is not list or len(found) != len(due):
        return False
    return all(one is other for one, other in zip(found, due, strict=True))
