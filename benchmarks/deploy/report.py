"""From raw numbers to docs/benchmarks-deploy.md."""

from typing import Any

from benchmarks.deploy.measure import middle
from examples.demo.shell import ROOT

DOCUMENT = ROOT / "docs" / "benchmarks-deploy.md"


def write(results: dict[str, Any]) -> str:
    """Write the table, with goals beside what was measured; answers the document's text."""
    text = render(results)
    DOCUMENT.write_text(text)
    return text


def render(results: dict[str, Any]) -> str:
    """The document's text."""
    preview, bare = middle(results["preview_seconds"]), middle(results["bare_preview_seconds"])
    uploads = [sum(found.values()) for found in results["new_model_uploads"]]
    back = [sum(found.values()) for found in results["rollback_uploads"]]
    rows = [
        ("`make demo`, toolchain and wheels cached", _s(results["demo_seconds"]), "at most 45 s"),
        ("`make demo` again", _s(results["demo_again_seconds"]), "at most 10 s"),
        ("`pulumi preview`, nothing changed", f"{preview:.1f} s", ""),
        ("the same resources without components", f"{bare:.1f} s", ""),
        ("ratio of the two", f"{preview / bare:.2f}", "at most 1.25"),
        (
            "a new model: `pulumi up` to its first answer",
            _s(results["new_model_seconds"]),
            "at most 10 s",
        ),
        ("bytes uploaded for it", f"{int(middle(uploads)):,}", "model layer, config, manifests"),
        ("back to an earlier image", _s(results["rollback_seconds"]), ""),
        ("bytes uploaded for that", f"{int(middle(back)):,}", "0"),
    ]
    table = "\n".join(f"| {what} | {value} | {goal} |" for what, value, goal in rows)
    machine = results["machine"]
    return f"""# Benchmarks of deploying

`make bench-deploy`, {results["at"]}: {machine["cpus"]} CPUs, {machine["system"]}; medians of {results["rounds"]} runs,
process runtime. Raw data: `benchmarks/deploy/raw/deploy.json`. To compare machines: a fresh Python on this one imports
scikit-learn in {_s(results["import_seconds"])}.

| what | measured | goal |
|---|---|---|
{table}
"""


def _s(values: list[float]) -> str:
    return f"{middle(values):.1f} s ({min(values):.1f} to {max(values):.1f})"
