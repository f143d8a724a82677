"""Shows what a check proved: one line a lab and language, then every fault as a sentence."""

from __future__ import annotations

import json
from collections.abc import Sequence

from labgrader.authoring.check import Measured, Report

_HEADINGS = ("lab", "lang", "solution", "blank", "wrong caught", "right ok", "seeds", "CPU s", "MiB", "energy (est.)")
_NETWORKS = {
    "namespace": "No network: the runs had none (network namespace).",
    "refused": "No network: connections were refused inside Python only; run as root, on Linux, for a full proof.",
}


def as_table(reports: Sequence[Report]) -> str:
    """The table, the kind of isolation, and the faults."""
    rows = [_HEADINGS, *(_row(row) for report in reports for row in report.rows)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    lines += ["", *sorted({_NETWORKS[report.network] for report in reports})]
    faults = [fault for report in reports for fault in report.faults]
    if faults:
        lines += ["", f"{len(faults)} fault{'s' if len(faults) > 1 else ''}:", *(f"- {fault}" for fault in faults)]
    return "\n".join(lines)


def as_json(reports: Sequence[Report]) -> str:
    """The same, for programs."""
    return json.dumps(
        [
            {
                "lab": report.lab,
                "network": report.network,
                "languages": [row.model_dump() for row in report.rows],
                "faults": [{"where": fault.where, "what": fault.what} for fault in report.faults],
            }
            for report in reports
        ],
        ensure_ascii=False,
        indent=2,
    )


def _row(row: Measured) -> tuple[str, ...]:
    return (
        row.lab,
        row.lang,
        f"{row.solution:g}/{row.possible:g}",
        f"{row.blank:g}",
        f"{row.wrong_caught}/{row.wrong}",
        f"{row.right_accepted}/{row.right}",
        str(row.seeds),
        f"{row.cpu_seconds:.1f}",
        f"{row.peak_mib:.0f}",
        f"{row.energy_wh * 1000:.0f} mWh",
    )
