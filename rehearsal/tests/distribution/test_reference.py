"""What an image may be called: one grammar, for all that ask."""

import pytest

from rehearsal.distribution import reference

DIGEST = "sha256:" + "a" * 64


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("localhost:5000/web:1", ("localhost:5000", "web", "1", None)),
        ("localhost/web", ("localhost", "web", None, None)),
        (f"reg.azurecr.io/images/web@{DIGEST}", ("reg.azurecr.io", "images/web", None, DIGEST)),
        (f"reg.azurecr.io/a/b-c__d:1.0@{DIGEST}", ("reg.azurecr.io", "a/b-c__d", "1.0", DIGEST)),
        ("[::1]:5000/web", ("[::1]:5000", "web", None, None)),
    ],
)
def test_references_with_a_registry(text, expected):
    found = reference.parse(text)
    assert (found.host, found.repository, found.tag, found.digest) == expected


@pytest.mark.parametrize(
    "repository",
    ["a..b", "a//b", "/a", "a/", "-a", "a-", "A", "a___b", "a" * 256, "", "a b", "a/\n"],
)
def test_names_of_repositories_are_refused_wherever_they_are_written(repository):
    assert not reference.is_repository(repository)
    assert not reference.is_tag_reference(f"{repository}:1")
    with pytest.raises(ValueError, match="not an image reference with a registry"):
        reference.parse(f"localhost:5000/{repository}:1")


@pytest.mark.parametrize(
    "text", ["web", "web:1", "library/web", "host.example/web:1", "localhost/web"]
)
def test_what_a_build_may_be_tagged(text):
    assert reference.is_tag_reference(text)


@pytest.mark.parametrize(
    "text", ["web", "library/web:1", "localhost:5000/web:-1", f"localhost:5000/web@{DIGEST}0"]
)
def test_references_without_a_registry_or_of_another_form(text):
    with pytest.raises(ValueError, match="not an image reference with a registry"):
        reference.parse(text)
