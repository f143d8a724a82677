"""Every address that the pages point to, built in one place."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode


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

    def open_jupyter(self) -> str:
        """The person's own JupyterLab."""
        return f"{self.hub}user-redirect/lab"

    def open(self, course: str, lab: str, lang: str) -> str:
        """Opens the lab in JupyterLab; the hub starts the person's server first if need be."""
        return f"{self.hub}user-redirect/caire/open?{urlencode({'course': course, 'lab': lab, 'lang': lang})}"

    def fresh(self, course: str, lab: str, lang: str) -> str:
        """Asks before putting a new copy in the place of the present one, which is kept."""
        return f"{self.hub}user-redirect/caire/fresh?{urlencode({'course': course, 'lab': lab, 'lang': lang})}"
