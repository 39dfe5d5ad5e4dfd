"""Each line of the README's troubleshooting table has a test that goes through its cure."""

import ast
import re

import pytest

from docs.generate.arrows import ROOT

TABLE = (ROOT / "README.md").read_text().split("## Troubleshooting")[1].split("\n## ")[0]
LINES = re.findall(r"^\| (.+?) \| .+ \|$", TABLE, re.MULTILINE)[1:]
#: What a line begins with -> tests that go through what it says.
CURES = {
    "`the stack is currently locked`": (
        "tests/engine/test_faults.py::test_an_update_survives_what_fails_around_it",
        "tests/engine/test_kills.py::test_every_kill_is_recovered_from",
    ),
    "`cannot create already existing resource`": (
        "tests/engine/test_answered_errors.py::test_what_exists_although_its_creation_failed_is_adopted",
        "tests/engine/test_kills.py::test_every_kill_is_recovered_from",
    ),
    "a first `pulumi up` failed": (
        "tests/engine/test_cures.py::test_a_first_update_that_failed_can_be_looked_into_and_mended",
    ),
    "the container ends with exit code 137": (
        "tests/engine/test_cures.py::test_a_first_update_that_failed_can_be_looked_into_and_mended",
        "tests/cli/test_services.py::test_an_exit_code_is_explained",
    ),
    "a request is answered with 500": (
        "tests/engine/test_cures.py::test_a_first_update_that_failed_can_be_looked_into_and_mended",
    ),
    "``run `az login` `` or ``run `pulumi login` ``": (
        "tests/cli/test_sign_in.py::test_a_rehearsal_that_runs_is_named_in_a_shell_without_its_variables",
    ),
    "`... cannot start with the variables of the service ...`, at `…-check`": (
        "tests/engine/test_ways.py::test_a_script_that_cannot_start_fails_the_update_while_the_old_one_answers",
    ),
    "the update fails at `…-smoke`": (
        "tests/engine/test_ways.py::test_a_container_that_dies_fails_the_update_and_tells_the_way_back",
    ),
    "`The updates on container group ... are invalid`": (
        "tests/engine/test_cures.py::test_a_first_update_that_failed_can_be_looked_into_and_mended",
    ),
    "`slipway:workspace.existing.stack must be a stack of this back end`": (
        "tests/engine/test_shared_workspace.py::test_a_stack_that_does_not_exist_is_named",
        "tests/engine/test_shared_workspace.py::test_stacks_share_a_workspace_and_its_images",
    ),
    "`InaccessibleImage`": (
        "tests/engine/test_azure_times.py::test_the_first_update_waits_until_azure_lets_the_new_identity_pull",
        "tests/provider/test_pull_wait.py::test_a_role_that_is_older_than_the_delay_is_no_reason_to_wait",
        "tests/provider/test_pull_wait.py::test_an_image_that_is_not_there_is_not_waited_for",
    ),
    "`cannot be deleted because it is protected`": (
        "tests/engine/test_shared_workspace.py::test_what_cannot_be_used_is_refused_in_the_preview",
    ),
    "the rehearsal does not start": (
        "tests/engine/test_faults.py::test_a_damaged_state_is_told_and_kept",
        "tests/engine/test_faults.py::test_a_port_that_is_taken_is_told",
    ),
    "TLS errors during the image build": (
        # The authority reaches a build; that a proxy's connections are then accepted is Docker's own doing.
        "tests/imagebuild/test_build_secrets.py::test_pip_is_told_of_indexes_and_authority",
        "tests/components/test_model_image.py::test_a_private_authority_reaches_the_build_as_a_secret",
    ),
}


def _line(start):
    return [line for line in LINES if line.startswith(start)]


@pytest.mark.parametrize("line", LINES)
def test_every_line_has_its_test(line):
    assert [start for start in CURES if line.startswith(start)], f"no test goes through: {line}"


@pytest.mark.parametrize("start", CURES)
def test_every_cure_is_in_the_table_and_its_tests_exist(start):
    assert len(_line(start)) == 1
    for test in CURES[start]:
        path, _, name = test.partition("::")
        names = {
            one.name for one in ast.parse((ROOT / path).read_text()).body if hasattr(one, "name")
        }
        assert name in names, test
