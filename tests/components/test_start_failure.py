"""The failure of a start check is described in terms of the service and its image, whichever builder ran it."""

from components.start_failure import explanation

TRACEBACK = """Traceback (most recent call last):
  File "/var/azureml-app/score.py", line 9, in init
RuntimeError: no licence
scoring: init() of /var/azureml-app/score.py failed: RuntimeError: no licence"""
TODO = (
    "No running container was touched. Mend the entry script, whose import or init() has most likely failed, and run "
    "`pulumi up --stack dev`; where init() needs what only the service reaches, set the service's `startCheck: false`."
)
PUBLISHED = (
    "\ndiabetes-image:2 is in the registry all the same: another stack that names diabetes-image:latest takes it "
    "unchecked until there is a newer version, or it is removed; once this stack's update has succeeded, `slipway "
    "images delete diabetes-image:2 --stack dev` removes it."
)


def told(*errors, image="diabetes-image:2"):
    return explanation(errors, check="diabetes-check", service="diabetes", image=image, stack="dev")


def test_a_container_that_ended_is_told_with_its_last_line():
    """The rehearsal's words: they have the output."""
    assert told(f"Dockerfile line 3: RUN failed with exit code 3:\n{TRACEBACK}\n") == (
        "diabetes-image:2 cannot start with the variables of the service diabetes: it ended with exit code 3, and "
        "printed last:\n"
        "  scoring: init() of /var/azureml-app/score.py failed: RuntimeError: no licence\n"
        f"All that it printed is shown for diabetes-check. {TODO}{PUBLISHED}"
    )


def test_buildkit_shows_the_output_beside_its_error():
    error = 'failed to solve: process "/bin/sh -c python -m scoring check" did not complete successfully: exit code: 3'
    assert told(f"#5 0.4 some output\n{error}") == told(error)
    assert told(error, "an older one") == (
        "diabetes-image:2 cannot start with the variables of the service diabetes: it ended with exit code 3. All that "
        f"it printed is shown for diabetes-check. {TODO}{PUBLISHED}"
    )


def test_what_was_printed_is_not_taken_for_the_end():
    """A script may print such words too."""
    printed = "#5 0.4 training ended, did not complete successfully: exit code: 137"
    error = "failed to solve: process did not complete successfully: exit code: 3"
    assert told(f"{printed}\n{error}") == told(error)
    head = "Dockerfile line 3: RUN failed with exit code 3:"
    assert "ended with exit code 3, and printed last:\n  failed with exit code 137:" in told(
        f"{head}\nfailed with exit code 137:"
    )


def test_a_terminal_does_not_obey_what_was_printed_and_it_does_not_flood_the_message():
    said = told(f"Dockerfile line 3: RUN failed with exit code 3:\n\x1b[2J{'x' * 6_000_000}")
    assert "printed last:\n  \\x1b[2Jxxx" in said
    assert "more characters)" in said
    assert len(said) < 4000
    assert len(told(f"no disk: {'x' * 6_000_000}")) < 4000


def test_a_container_that_was_killed_is_not_blamed_on_the_script():
    said = told("failed to solve: process did not complete successfully: exit code: 137")
    assert (
        "It was killed, most likely for memory: give the machine that builds more, or load less"
        in said
    )
    assert "Mend the entry script" not in said


def test_a_module_that_is_missing_is_not_blamed_on_the_script():
    failed = "scoring: init() of /var/azureml-app/score.py failed: ModuleNotFoundError: No module named 'sklearn'"
    said = told(f"Dockerfile line 3: RUN failed with exit code 3:\n{failed}\n")
    assert "Add the package that has the module sklearn to the image's conda file, and run" in said
    assert "Mend the entry script" not in said


def test_what_kept_it_from_starting_is_no_fault_of_the_script():
    assert told("Cannot connect to the Docker daemon") == (
        "diabetes-image:2 could not be started once before the service diabetes runs it: Cannot connect to the Docker "
        "daemon\nNo running container was touched. Mend that and run `pulumi up --stack dev`; without a check, set "
        f"the service's `startCheck: false`.{PUBLISHED}"
    )
    assert "it is not known why" in told()


def test_of_an_image_whose_version_is_not_known_no_version_is_told():
    assert "registry" not in told("exit code: 3", image=None)
