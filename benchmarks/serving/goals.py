"""What was promised, and whether it was reached in a run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

_AZURE = "azureml-inference-server-http"
_TRITON = "Triton (dynamic batching)"
_SCRIPT, _PICKLE, _ONNX, _V2 = (
    "Slipway, score.py",
    "Slipway, pickle",
    "Slipway, ONNX",
    "Slipway, ONNX, v2 protocol",
)
_CONSTANT = "Granian, constant answer"
_AT = 32

#: raw, server, connections, key -> median.
Value = Callable[[dict[str, Any], str, int, str], float]


@dataclass(frozen=True)
class Goal:
    text: str
    wanted: str
    measured: str
    verdict: str


def goals(raw: dict[str, Any], value: Value) -> list[Goal]:
    def rate(server: str) -> float:
        return value(raw, server, _AT, "requests_per_second")

    def p99(server: str) -> float:
        return value(raw, server, _AT, "p99_us")

    def start(server: str) -> float:
        return float(raw["servers"][server]["start_cpu_seconds"])

    def memory(server: str) -> float:
        return float(raw["servers"][server]["loaded_resident_bytes"])

    rivals = f"against {_AZURE}"
    return [
        _at_least(
            f"score.py unchanged: throughput {rivals}", 5, lambda: rate(_SCRIPT) / rate(_AZURE)
        ),
        _at_most(f"score.py unchanged: p99 {rivals}", 0.25, lambda: p99(_SCRIPT) / p99(_AZURE)),
        _at_least(
            f"ONNX without code: throughput {rivals}", 18, lambda: rate(_ONNX) / rate(_AZURE)
        ),
        _at_least(
            "ONNX without code, v2 protocol: throughput against Triton",
            1.3,
            lambda: rate(_V2) / rate(_TRITON),
        ),
        _at_least(
            "ONNX without code: share of the constant answer's throughput",
            0.7,
            lambda: rate(_ONNX) / rate(_CONSTANT),
        ),
        _at_least(
            f"pickle without code: throughput {rivals}", 9, lambda: rate(_PICKLE) / rate(_AZURE)
        ),
        _at_most("start to first answer, CPU seconds: score.py", 1.5, lambda: start(_SCRIPT)),
        _at_most("start to first answer, CPU seconds: pickle", 1.5, lambda: start(_PICKLE)),
        _at_most("start to first answer, CPU seconds: ONNX", 1.5, lambda: start(_ONNX)),
        _at_most(
            f"resident memory {rivals}: score.py", 0.6, lambda: memory(_SCRIPT) / memory(_AZURE)
        ),
        _at_most(f"resident memory {rivals}: ONNX", 0.6, lambda: memory(_ONNX) / memory(_AZURE)),
        _at_least(
            "batch: rows per second against posting them one by one",
            20,
            lambda: raw["batch"]["ratio"],
        ),
    ]


def _at_least(text: str, wanted: float, measure: Callable[[], float]) -> Goal:
    return _goal(text, f"≥ {wanted:g}", measure, lambda found: found >= wanted)


def _at_most(text: str, wanted: float, measure: Callable[[], float]) -> Goal:
    return _goal(text, f"≤ {wanted:g}", measure, lambda found: found <= wanted)


def _goal(
    text: str, wanted: str, measure: Callable[[], float], reached: Callable[[float], bool]
) -> Goal:
    try:
        found = measure()
    except (KeyError, ZeroDivisionError):
        return Goal(text, wanted, "", "not measured")
    return Goal(text, wanted, f"{found:.2f}", "reached" if reached(found) else "**not reached**")
