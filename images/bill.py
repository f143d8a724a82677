"""The bill of materials of an image, as CycloneDX: what its environment holds, Debian's packages, npm's packages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

IN_IMAGE = "/opt/caire/venv/share/caire/sbom.cdx.json"
"""Where `images/base/install-project` leaves what cyclonedx-bom found in the environment."""
NPM_LOCK = "hub/labhub/proxy/package-lock.json"
DPKG_FORMAT = "${Package}\t${Version}\t${Architecture}\n"
EMPTY: dict[str, Any] = {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1}


def bill(
    python: Mapping[str, Any] | None, dpkg: str, npm: Mapping[str, Any] | None, *, name: str, version: str
) -> dict[str, Any]:
    """The bill of the image `name`: that of its environment, if it has one, with the packages of Debian and npm.

    `dpkg` is what dpkg-query prints with `DPKG_FORMAT`, `npm` the content of a package-lock.json.
    """
    whole = dict(python or EMPTY)
    subject = {"type": "container", "name": name, "version": version, "bom-ref": name}
    whole["metadata"] = dict(whole.get("metadata", {})) | {"component": subject}
    packages = [_package("deb", "debian/", *line.split("\t")) for line in dpkg.splitlines()]
    for path, entry in (npm or {}).get("packages", {}).items():
        if path:  # the empty one is the lock's own package
            packages.append(_package("npm", "", path.rpartition("node_modules/")[2], entry["version"]))
    whole["components"] = [*whole.get("components", []), *packages]
    return whole


def _package(kind: str, namespace: str, name: str, version: str, architecture: str = "") -> dict[str, Any]:
    quoted = name.replace("@", "%40")
    address = f"pkg:{kind}/{namespace}{quoted}@{version.replace('+', '%2B')}"
    address += f"?arch={architecture}" if architecture else ""
    return {"type": "library", "name": name, "version": version, "purl": address, "bom-ref": address}
