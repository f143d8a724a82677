"""Checks a page for accessibility with axe-core (npm, pinned), injected as a script into the real browser."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labhub import node

SCRIPT = Path("node_modules/axe-core/axe.min.js")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]


@dataclass(frozen=True)
class Axe:
    """axe-core's source, ready to be injected."""

    source: str

    @classmethod
    def installed(cls) -> Axe:
        """Install axe-core with the Node of the wheel, once a machine."""
        return cls((node.install(Path(__file__).parent) / SCRIPT).read_text(encoding="utf-8"))

    def violations(self, page: Any, include: str = "html", exclude: str = "none") -> list[dict[str, Any]]:
        """What axe finds on `page` (a Playwright page), WCAG 2.1 A and AA and best practice.

        `include`, `exclude`: selectors of the part that it looks at.
        """
        page.evaluate(self.source)  # past the page's own content security policy, unlike a script element
        options = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
        where = {"include": [include], "exclude": [exclude]}
        run = "([where, options]) => axe.run(where, options)"
        found: list[dict[str, Any]] = page.evaluate(run, [where, options])["violations"]
        return found

    def assert_clean(self, page: Any) -> None:
        """Fail with rule, help and element of every violation on `page`."""
        found = [
            {"rule": each["id"], "help": each["help"], "where": [n["html"][:200] for n in each["nodes"]]}
            for each in self.violations(page)
        ]
        assert not found, f"{page.url}\n{json.dumps(found, indent=2, ensure_ascii=False)}"
