"""`python -m rehearsal`: the commands of `slipway-rehearsal`."""

from rehearsal.cli import app

if __name__ == "__main__":
    app(prog_name="python -m rehearsal")
