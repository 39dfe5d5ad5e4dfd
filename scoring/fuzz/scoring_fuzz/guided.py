"""One target under atheris, in a process of its own: `python -m scoring_fuzz.guided TARGET [libFuzzer's options]`.

Needs atheris, which is nobody's dependency: `make fuzz` brings it along for this process alone.
"""

import sys
from random import Random

import atheris

with atheris.instrument_imports(include=["scoring"]):
    from scoring_fuzz import mutators
    from scoring_fuzz.targets import TARGETS

# How often an input is changed with knowledge of its form, and how often by repeating a part of it.
_STRUCTURED, _REPEATED = 0.4, 0.05


def main() -> None:
    name = sys.argv.pop(1)
    structured = mutators.STRUCTURED[name]

    def mutate(data: bytes, most: int, seed: int) -> bytes:
        random = Random(seed)  # noqa: S311  (libFuzzer's own seed: a run can be had again)
        kind = random.random()
        try:
            if kind < _STRUCTURED:
                return structured(data, random)[:most]
            if kind < _STRUCTURED + _REPEATED:
                return mutators.repeated(data, random)[:most]
        except ValueError:
            pass
        changed: bytes = atheris.Mutate(data, most)
        return changed

    atheris.Setup(sys.argv, TARGETS[name], custom_mutator=mutate)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
