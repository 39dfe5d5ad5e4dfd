"""Whatever is sent: tensors, arguments, or a refusal with a sentence; scoring_fuzz/targets.py says what is checked."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring_fuzz import mutators, places
from scoring_fuzz.targets import TARGETS

KEPT = [(target, file) for target in TARGETS for file in places.kept(target)]


@pytest.mark.parametrize(
    ("target", "file"), KEPT, ids=[f"{target}-{file.name}" for target, file in KEPT]
)
def test_what_broke_a_promise_once_does_not_again(target, file):
    TARGETS[target](file.read_bytes())


@pytest.mark.parametrize("target", TARGETS)
def test_requests_with_a_few_mistakes(target):
    kept = [file.read_bytes() for file in places.kept(target)]

    @settings(max_examples=200, deadline=None, derandomize=True, database=None)
    @given(st.sampled_from(kept), st.lists(st.integers(0, 2**32), min_size=1, max_size=3))
    def promised(request, mistakes):
        for mistake in mistakes:
            try:
                request = mutators.STRUCTURED[target](request, Random(mistake))
            except ValueError:
                request = mutators.repeated(request, Random(mistake))
        TARGETS[target](request)

    promised()


@pytest.mark.parametrize("target", TARGETS)
def test_any_bytes(target):
    @settings(max_examples=200, deadline=None, derandomize=True, database=None)
    @given(st.binary(max_size=200))
    def promised(request):
        TARGETS[target](request)

    promised()
