"""A bill of materials names each package once, with the address that scanners look it up by."""

from __future__ import annotations

from images.bill import bill

DPKG = "libc6\t2.36-9+deb12u10\tamd64\ntzdata\t2025b-0+deb12u1\tall\n"
NPM = {"packages": {"": {"version": "1"}, "node_modules/a/node_modules/@colors/colors": {"version": "1.6.0"}}}
PYTHON = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.6",
    "metadata": {"tools": {"components": []}},
    "components": [{"type": "library", "name": "numpy", "version": "2.4.0", "purl": "pkg:pypi/numpy@2.4.0"}],
}


def test_the_packages_of_python_debian_and_npm_stand_side_by_side() -> None:
    whole = bill(PYTHON, DPKG, NPM, name="caire-lab", version="1")
    assert [component["purl"] for component in whole["components"]] == [
        "pkg:pypi/numpy@2.4.0",
        "pkg:deb/debian/libc6@2.36-9%2Bdeb12u10?arch=amd64",
        "pkg:deb/debian/tzdata@2025b-0%2Bdeb12u1?arch=all",
        "pkg:npm/%40colors/colors@1.6.0",
    ]


def test_the_bill_says_whose_it_is_and_keeps_who_wrote_it() -> None:
    whole = bill(PYTHON, DPKG, None, name="caire-lab", version="0.1.0")
    assert whole["metadata"]["component"]["name"] == "caire-lab"
    assert whole["metadata"]["component"]["version"] == "0.1.0"
    assert whole["metadata"]["tools"] == {"components": []}


def test_an_image_without_python_packages_has_a_bill_too() -> None:
    whole = bill(None, DPKG, NPM, name="caire-proxy", version="1")
    assert whole["bomFormat"] == "CycloneDX"
    assert len(whole["components"]) == 3
