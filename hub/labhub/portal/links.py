"""Every address that the pages point to, built in one place."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from labgrader.manifest import CPU


@dataclass(frozen=True)
class Links:
    """`prefix` is the portal's path, `hub` the hub's; both end with a slash."""

    prefix: str
    hub: str

    def page(self, *parts: str, **query: str | int) -> str:
        """A page of the portal."""
        path = self.prefix + "/".join(quote(part, safe="") for part in parts)
        return f"{path}?{urlencode(query)}" if query else path

    def lab(self, course: str, lab: str, attempt: str | None = None) -> str:
        """A learner's results for one lab."""
        return self.page("courses", course, "labs", lab, **({"attempt": attempt} if attempt else {}))

    def trainer(self, course: str, *parts: str, **query: str | int) -> str:
        """A trainer's page of `course`."""
        return self.page("trainer", course, *parts, **query)

    def _server(self, path: str, profile: str) -> str:
        """`path` of the own server, which the hub starts first if need be, on the machine that a lab asks for."""
        target = f"{self.hub}user-redirect/{path}"
        return f"{self.hub}spawn?{urlencode({'opt-recommended': profile, 'next': target})}"

    def machine(self, profile: str | None = None) -> str:
        """Starts the person's server on the machine `profile`, and comes back; the choice of a machine if `None`."""
        back = {"next": self.page()}
        return f"{self.hub}spawn?{urlencode({'opt-recommended': profile, **back} if profile else back)}"

    def open_jupyter(self) -> str:
        """The person's own JupyterLab."""
        return f"{self.hub}user-redirect/lab"

    def open(self, course: str, lab: str, lang: str, profile: str = CPU) -> str:
        """Opens the lab in JupyterLab; `profile` is the machine that it recommends."""
        return self._server(f"caire/open?{urlencode({'course': course, 'lab': lab, 'lang': lang})}", profile)

    def fresh(self, course: str, lab: str, lang: str, profile: str = CPU) -> str:
        """Asks before putting a new copy in the place of the present one, which is kept."""
        return self._server(f"caire/fresh?{urlencode({'course': course, 'lab': lab, 'lang': lang})}", profile)
