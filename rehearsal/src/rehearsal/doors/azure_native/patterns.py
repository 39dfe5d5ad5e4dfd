"""Lengths and regular expressions that azure-native checks before it asks Azure."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from rehearsal.core.native_form import NativeForm
from rehearsal.doors.pulumi_provider.arguments import Problem
from rehearsal.doors.pulumi_provider.values import is_unknown


def problems(form: NativeForm, inputs: Mapping[str, Any]) -> Iterator[Problem]:
    """What of the arguments is too short, too long, or of another form."""
    for name, value in inputs.items():
        if not isinstance(value, str) or is_unknown(value):
            continue
        shortest, longest = form.lengths.get(name, (0, len(value)))
        if len(value) < shortest:
            yield (
                name,
                f"'{name}' is too short ({len(value)}): at least {shortest} characters required",
            )
        if len(value) > longest:
            yield name, f"'{name}' is too long ({len(value)}): at most {longest} characters allowed"
        pattern = form.patterns.get(name)
        if pattern is not None and not re.search(pattern, value):
            yield name, f"'{name}' does not match expression '{pattern}'"
