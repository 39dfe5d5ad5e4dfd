"""Versions of Kubernetes, and until when Azure supports them."""

from datetime import date

import pytest

from slipway.rules.kubernetes_versions import (
    DEFAULT,
    KUBERNETES_VERSION,
    VERSIONS,
    minor,
    number,
    warning,
)

TODAY = date(2026, 11, 29)


@pytest.mark.parametrize("version", ["1.34", "1.36", "1.36.5", "1.37.1", DEFAULT])
def test_known_versions(version):
    assert KUBERNETES_VERSION.refusal(version) is None


@pytest.mark.parametrize("version", ["1", "1.36.", "v1.36", "1.99", "1.30", "2.0", "latest", ""])
def test_others_are_refused_with_the_table(version):
    said = KUBERNETES_VERSION.refusal(version)
    assert said.startswith("must be one of 1.33 (supported until 2026-07-31), ")
    assert "1.37 (supported until 2027-10-31)" in said
    assert said.endswith(f"got {version!r}")


def test_a_supported_version_needs_no_word():
    assert warning(DEFAULT, TODAY) is None
    assert warning("1.37.1", TODAY) is None


@pytest.mark.parametrize(
    ("version", "when"), [("1.34.12", "ends on 2026-11-30"), ("1.33", "ended on 2026-07-31")]
)
def test_the_end_of_support_is_told_before_and_after(version, when):
    said = warning(version, TODAY)
    assert when in said
    assert "upgrade to 1.35 (until 2027-03-31), 1.36 (until 2027-06-30), 1.37" in said


def test_what_is_newer_than_the_table_is_told():
    assert "not known here" in warning("1.99", TODAY)


def test_the_table_is_in_order():
    assert sorted(VERSIONS, key=number) == list(VERSIONS)
    assert all(each.ends < each.long_term_ends for each in VERSIONS.values())
    assert minor("1.36.5") == "1.36"
