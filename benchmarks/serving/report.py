"""From raw data to docs/benchmarks.md."""

from __future__ import annotations

import json
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.serving import plot
from benchmarks.serving.folders import DOCUMENT, RAW
from benchmarks.serving.goals import Goal, goals

Raw = dict[str, Any]

_BEGIN, _END = "<!-- serving: begin -->", "<!-- serving: end -->"
_MEGABYTE = 1e6


def read(name: str) -> Raw:
    path = Path(name)
    found: Raw = json.loads((path if path.exists() else RAW / name).read_text())
    return found


def value(raw: Raw, server: str, connections: int, key: str) -> float:
    """Median over the rounds."""
    return float(median(run[key] for run in raw["servers"][server]["runs"][str(connections)]))


def errors(raw: Raw, server: str) -> int:
    kinds = ("connect_errors", "read_errors", "write_errors", "status_errors", "timeouts")
    runs = [run for many in raw["servers"][server]["runs"].values() for run in many]
    return sum(int(run[kind]) for run in runs for kind in kinds)


def table(raw: Raw) -> str:
    counts = raw["connections"]
    middle = 32 if 32 in counts else counts[-1]
    head = [
        "server",
        *(f"req/s, c={count}" for count in counts),
        f"p50 ms, c={middle}",
        f"p99 ms, c={middle}",
        "CPU s per 1000",
        "start s",
        "start CPU s",
        "RSS MB idle",
        "RSS MB loaded",
        "PSS MB loaded",
        "errors",
    ]
    lines = [_row(head), _row(["---", *["---:"] * (len(head) - 1)])]
    return "\n".join([*lines, *(_row(_cells(raw, name, middle)) for name in raw["servers"])])


def _cells(raw: Raw, name: str, middle: int) -> list[str]:
    found = raw["servers"][name]
    rates = [value(raw, name, count, "requests_per_second") for count in raw["connections"]]
    return [
        name,
        *(f"{rate:,.0f}" for rate in rates),
        f"{value(raw, name, middle, 'p50_us') / 1e3:.2f}",
        f"{value(raw, name, middle, 'p99_us') / 1e3:.2f}",
        f"{value(raw, name, middle, 'cpu_seconds_per_1000'):.3f}",
        f"{found['start_seconds']:.2f}",
        f"{found['start_cpu_seconds']:.2f}",
        f"{found['idle_resident_bytes'] / _MEGABYTE:.0f}",
        f"{found.get('loaded_resident_bytes', 0) / _MEGABYTE:.0f}",
        f"{found.get('loaded_proportional_bytes', 0) / _MEGABYTE:.0f}",
        str(errors(raw, name)),
    ]


def write(raw: Raw) -> None:
    """Replaces the part of the document between the markers; the rest of it is kept."""
    plot.draw(raw)
    text = DOCUMENT.read_text() if DOCUMENT.exists() else f"# Benchmarks\n\n{_BEGIN}\n{_END}\n"
    if _BEGIN not in text:
        text += f"\n{_BEGIN}\n{_END}\n"
    before, _, rest = text.partition(_BEGIN)
    after = rest.partition(_END)[2]
    DOCUMENT.parent.mkdir(exist_ok=True)
    DOCUMENT.write_text(f"{before}{_BEGIN}\n{section(raw)}\n{_END}{after}")


def section(raw: Raw) -> str:
    machine = raw["machine"]
    parts = [
        "## Serving",
        f"`make bench-serving`, {raw['at']}: {machine['cpus']} CPUs ({machine['cpu']}), {machine['system']}, "
        f"Python {machine['python']}. wrk and the servers share the machine; every server has one worker and the "
        "same ridge model (scikit-learn's diabetes data) and gets the same row. Closed loop, one server under load "
        f"at a time, medians of {raw['rounds']} interleaved rounds of {raw['seconds']:g} s, and of 5 starts alone. "
        "RSS and PSS are summed over the server's processes (PSS counts shared pages once); CPU is the server's "
        "without wrk. Raw data: `benchmarks/serving/raw/`.",
        "![Requests per second by number of connections](benchmarks.svg)",
        table(raw),
        _batch(raw),
        "### Goals\n\n" + _goal_table(goals(raw, value)),
        _missing(raw),
        "### Versions\n\n" + _versions(raw),
    ]
    return "\n\n".join(part for part in parts if part)


def _batch(raw: Raw) -> str:
    found = raw.get("batch")
    if not found:
        return ""
    return (
        f"Batch: `python -m scoring batch` scored {found['rows']:,} rows at "
        f"{found['batch_rows_per_second']:,.0f} rows/s (its start included); posting them one by one over one "
        f"connection made {found['posted_rows_per_second']:,.0f} rows/s."
    )


def _goal_table(found: list[Goal]) -> str:
    lines = [_row(["goal", "wanted", "measured", ""]), _row(["---", "---:", "---:", "---"])]
    lines += [_row([goal.text, goal.wanted, goal.measured, goal.verdict]) for goal in found]
    return "\n".join(lines)


def _missing(raw: Raw) -> str:
    if not raw["missing"]:
        return ""
    return "### Not measured\n\n" + "\n".join(
        f"- {name}: {why}" for name, why in raw["missing"].items()
    )


def _versions(raw: Raw) -> str:
    lines = []
    for name, found in raw["servers"].items():
        lines.append(
            f"- {name}: "
            + ", ".join(f"{package} {version}" for package, version in found["versions"].items())
        )
    return "\n".join(lines)


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"
