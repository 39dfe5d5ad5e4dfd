"""`make fuzz`: every target for some minutes, one after another; what breaks a promise is kept as a file."""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

from scoring_fuzz import places
from scoring_fuzz.ports import PORTS, fuzz
from scoring_fuzz.targets import TARGETS

_ATHERIS = "atheris==3.0.0"
_DICTIONARY = Path(__file__).with_name("json.dict")
_LONGEST_INPUT = 8192
#: One input may take this long, and the process this much memory, before it counts as a defect.
_SECONDS, _MEGABYTES = 10, 1024


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m scoring_fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=1.0, help="for each target")
    parser.add_argument("--only", choices=[*TARGETS, *PORTS], help="one target")
    args = parser.parse_args()
    seconds = max(1, round(args.minutes * 60))
    failed = [
        name
        for name in ([args.only] if args.only else [*TARGETS, *PORTS])
        if not _held(name, seconds)
    ]
    print(
        f"broken: {', '.join(failed)}; inputs in {places.CRASHES}"
        if failed
        else "every promise held"
    )
    return 1 if failed else 0


def _held(name: str, seconds: int) -> bool:
    print(f"{name}: {seconds} s", flush=True)
    for folder in (places.grown(name), places.CRASHES / name):
        folder.mkdir(parents=True, exist_ok=True)
    if name in PORTS:
        return fuzz(PORTS[name], seconds, places.CRASHES / name)
    beside_ours = ["--quiet", "--no-project", "--python", sys.executable, "--with", _ATHERIS]
    guided = ["python", "-m", "scoring_fuzz.guided", name]
    options = [
        f"-max_total_time={seconds}",
        f"-timeout={_SECONDS}",
        f"-rss_limit_mb={_MEGABYTES}",
        f"-max_len={_LONGEST_INPUT}",
        "-len_control=0",
        f"-dict={_DICTIONARY}",
        f"-artifact_prefix={places.CRASHES / name}/",
        "-print_final_stats=1",
        "-verbosity=0",
    ]
    inputs = [places.grown(name), places.CORPUS / name, places.CRASHES / name]
    done = subprocess.run(
        [_uv(), "run", *beside_ours, *guided, *options, *map(str, inputs)], check=False
    )
    return done.returncode == 0


def _uv() -> str:
    beside = Path(sys.executable).with_name("uv")
    found = str(beside) if beside.exists() else shutil.which("uv")
    if found is None:
        raise SystemExit("uv is not there; run make setup")
    return found


if __name__ == "__main__":
    sys.exit(main())
