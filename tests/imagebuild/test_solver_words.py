"""uv's explanations, as they come, become a sentence of who asks for what."""

import pytest

from slipway.imagebuild.solver_words import sentence

RUNTIME = ["numpy>=1.24", "granian<2.9,>=2.8.7"]
HEAD = "  \u00d7 No solution found when resolving dependencies:\n"


def told(reasons, *theirs, head=HEAD):
    return sentence(head + reasons, "myenv.yml", theirs, RUNTIME)


@pytest.mark.parametrize(
    ("theirs", "reasons", "facts"),
    [
        (
            ["numpy<1.20"],
            "  ╰─▶ Because you require numpy<1.20 and numpy>=1.24, we can conclude that your\n"
            "      requirements are unsatisfiable.\n",
            "myenv.yml requires numpy<1.20; the scoring runtime requires numpy>=1.24",
        ),
        (
            ["granian==0.1"],
            "  cause: Because you require granian==0.1 and granian>=2.8.7,<2.9, we can conclude that your "
            "requirements are unsatisfiable.",
            "myenv.yml requires granian==0.1; the scoring runtime requires granian>=2.8.7,<2.9",
        ),
        (
            ["tensorflow==2.12.0"],
            "  cause: Because tensorflow==2.12.0 depends on numpy>=1.22,<1.24 and you require numpy>=1.24, we can "
            "conclude that your requirements and tensorflow==2.12.0 are incompatible.\n"
            "         And because you require tensorflow==2.12.0, we can conclude that your requirements are "
            "unsatisfiable.\n\nhint: something about pre-releases\n",
            "tensorflow==2.12.0 depends on numpy>=1.22,<1.24; the scoring runtime requires numpy>=1.24; "
            "myenv.yml requires tensorflow==2.12.0",
        ),
        (
            ["old @ file://${SLIPWAY_WHEELS}/old-1.0-py3-none-any.whl"],
            "  cause: Because only old==1.0 is available and old==1.0 depends on numpy<1.24, we can conclude that "
            "all versions of old depend on numpy<1.24.\n"
            "         And because you require numpy>=1.24 and old, we can conclude that your requirements are "
            "unsatisfiable.\n",
            "old==1.0 depends on numpy<1.24; myenv.yml requires old; the scoring runtime requires numpy>=1.24",
        ),
        (
            ["black>=99"],
            "  cause: Because only black<=26.10.1 is available and you require black>=99, we can conclude that your "
            "requirements are unsatisfiable.",
            "only black<=26.10.1 is available; myenv.yml requires black>=99",
        ),
    ],
)
def test_who_asks_for_what_is_told_and_nothing_else(theirs, reasons, facts):
    assert told(reasons, *theirs) == (
        f"no set of packages fits: {facts}: allow versions that go together"
    )


def test_a_package_that_is_not_found_may_be_in_an_index_that_was_not_asked():
    text = told(
        "  cause: Because nosuch was not found in the package registry and you require nosuch, we can conclude "
        "that your requirements are unsatisfiable.\n\nhint: An index URL (http://a.example/) could not be queried "
        "due to a lack of valid authentication credentials (401 Unauthorized).\n",
        "nosuch",
    )
    assert text == (
        "no set of packages fits: nosuch was not found in the package registry; myenv.yml requires nosuch; An index "
        "URL (http://a.example/) could not be queried due to a lack of valid authentication credentials (401 "
        "Unauthorized): check the name, and the package indexes that pip is told of here (docs/packages.md)"
    )


def test_a_long_chain_is_cut():
    chain = "".join(
        f"And because a{n} depends on a{n + 1}, we can conclude that b.\n" for n in range(30)
    )
    text = told(f"Because you require a0, we can conclude that c.\n{chain}", "a0")
    assert "myenv.yml requires a0; a0 depends on a1; " in text
    assert "a20" not in text


def test_an_explanation_of_another_form_is_told_as_it_is():
    assert "something new" in told("something new")


def test_what_is_no_conflict_is_not_called_one():
    text = told("error sending request for url\n", head="error: Request failed\n")
    assert text.startswith("the packages cannot be looked up: error: Request failed")
