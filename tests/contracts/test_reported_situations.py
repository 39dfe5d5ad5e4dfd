"""Each situation that people reported, made small as a case, has tests that go through it."""

import ast

import pytest

from docs.generate.arrows import ROOT

#: Case -> tests that answer what a user should get there.
CASES = {
    # A package of a private index is locked and installed, by one documented setting.
    "deploy-01-private-index": (
        "tests/contracts/test_private_index.py::test_a_package_of_a_private_index_is_in_the_image_and_credentials_are_nowhere",
        "tests/contracts/test_private_index.py::test_a_build_that_is_not_let_in_says_so_without_the_credentials",
        "tests/imagebuild/test_indexes.py::test_a_package_of_a_private_index_is_locked_as_pip_is_told",
        "tests/imagebuild/test_pip_lines.py::test_what_an_image_cannot_have_is_refused_with_what_to_write_instead",
    ),
    # A `conda env export` file builds, or the few names that matter are refused, one a line.
    "deploy-02-conda-export": (
        "tests/imagebuild/test_conda.py::test_what_an_export_lists_besides_python_packages_is_left_out_with_one_note",
        "tests/imagebuild/test_conda.py::test_every_problem_is_told_at_once",
        "tests/components/test_model_image.py::test_all_of_a_conda_files_problems_are_lines_of_one_argument",
    ),
    # Ignore files honoured, `.env` left out, links to folders followed or refused by name, odd file names survive.
    "deploy-05-source-directory": (
        "tests/imagebuild/test_source_folder.py::test_ignore_files_are_heeded",
        "tests/imagebuild/test_source_folder.py::test_credentials_never_go_in_unasked",
        "tests/imagebuild/test_source_folder.py::test_links_inside_are_followed",
        "tests/imagebuild/test_source_folder.py::test_links_that_cannot_go_in_are_named_all_at_once",
        "tests/imagebuild/test_source_folder.py::test_pipes_are_passed_over",
        "tests/imagebuild/test_source_folder.py::test_a_name_that_is_no_text_is_a_sentence",
        "tests/components/test_model_image.py::test_a_preview_tells_how_much_of_a_folder_goes_along",
        "tests/contracts/test_odd_names.py::test_odd_names_are_in_the_image_as_they_are",
    ),
    # Modules beside the entry script are in the image, or the preview says which setting is missing.
    "deploy-06-subfolder-imports": (
        "tests/components/test_model_image.py::test_a_script_that_imports_what_lies_beside_it_needs_the_folder",
        "tests/imagebuild/test_entry_script.py::test_a_relative_import_is_refused_with_what_to_write_instead",
        "tests/imagebuild/test_entry_script.py::test_a_script_called_like_a_module_of_python_is_refused",
        "tests/contracts/test_odd_names.py::test_odd_names_are_in_the_image_as_they_are",
    ),
    # `1.10` stays `1.10`; a folder is a model; booleans as text.
    "deploy-07-model-folder-names": (
        "tests/stacks/test_written.py::test_texts_are_as_they_were_written",
        "tests/stacks/test_written.py::test_texts_that_yaml_took_for_truth_are_texts",
        "tests/engine/test_model_folder.py::test_a_saved_model_is_deployed_and_one_file_of_it_changes",
        "tests/cli/test_models.py::test_a_folder_is_told_what_of_it_is_the_model",
        "tests/cli/test_models.py::test_a_mistake_is_one_sentence_on_stderr",
        "tests/components/test_registered_model.py::test_refuses_a_file_or_folder_that_is_missing_or_empty",
        "tests/contracts/test_odd_names.py::test_odd_names_are_in_the_image_as_they_are",
        "tests/rules/test_names.py::test_what_is_refused",
    ),
    # Logs, list and score help after a failed first deployment. Its scripts that are slow, loud or leave by themselves
    # are found by the start check, or by the container's probes where there is none.
    "deploy-12-init-crash-and-logs": (
        "tests/engine/test_cures.py::test_a_first_update_that_failed_can_be_looked_into_and_mended",
        "tests/engine/test_ways.py::test_a_script_that_cannot_start_fails_the_update_while_the_old_one_answers",
        "tests/engine/test_ways.py::test_a_container_that_dies_fails_the_update_and_tells_the_way_back",
        "tests/cli/test_failed_services.py::test_the_log_of_a_service_that_never_became_ready",
        "tests/cli/test_services.py::test_an_exit_code_is_explained",
        # (b), (c): init() leaves, or is killed.
        "scoring/tests/server/test_startup.py::test_check_passes_only_what_reaches_its_end",
        # (d), (e): init() takes longer than startupSeconds, or not.
        "tests/components/test_aci_service.py::test_probes_ask_the_health_route",
        "rehearsal/tests/runtimes/test_probing.py::test_a_slow_start_is_not_asked_before_its_time_and_then_ends_when_it_failed_often_enough",
        "rehearsal/tests/runtimes/test_probing.py::test_one_that_is_up_in_time_goes_on",
        "tests/cli/test_services.py::test_a_container_whose_health_check_failed_is_not_told_to_need_memory",
        "tests/provider/test_smoke_test.py::test_when_waiting_is_of_no_use",
        # (f): 6 MB in one line, and bytes that are no text, as in the first two tests of tests/engine/test_ways.py.
        "scoring/tests/server/test_printed.py::test_a_loud_start_is_a_start_and_all_of_it_is_in_the_log",
        "rehearsal/tests/runtimes/test_log_file.py::test_of_a_line_that_is_longer_than_a_log_its_end_is_kept",
        "tests/cli/test_logs.py::test_a_loud_log_is_in_a_pipe_as_it_was_printed",
        "tests/cli/test_logs.py::test_a_terminal_does_not_obey_what_a_container_prints",
        "tests/provider/test_smoke_test.py::test_of_a_loud_log_the_long_lines_are_cut",
        # (g), (g2): an error for an answer, and the way back.
        "tests/provider/test_smoke_request.py::test_refuses_any_other_answer_with_its_body",
        "tests/provider/test_smoke_test.py::test_a_failures_last_line_is_the_way_back",
    ),
    # A running image cannot be deleted; unknown versions raise.
    "deploy-13-several-models": (
        "tests/cli/test_uses.py::test_what_a_container_group_runs_stays",
        "tests/cli/test_uses.py::test_a_model_that_a_stack_registers_stays",
        "tests/components/test_model_image.py::test_other_models_stand_in_the_image_and_in_its_record",
        "tests/stacks/test_published.py::test_all_that_is_missing_is_refused_at_once",
        "scoring/tests/server/test_model_paths.py::TestPaths",
    ),
    # A secret below an object setting is a secret to its end, or refused.
    "deploy-14-secret-in-config": (
        "tests/stacks/refusals/test_secret_refusals.py::test_a_secret_anywhere_else_is_never_shown",
        "tests/stacks/refusals/test_secret_refusals.py::test_secrets_elsewhere_are_named_by_the_keys_that_hold_them",
        "tests/stacks/test_composition.py::test_a_planted_secret_is_nowhere_plain",
    ),
    # `slipway recover`, then `pulumi up` converges. The case orders a single 504, which azure-native outlasts since it
    # asks again (docs/decisions/0149); the test orders as many as it has attempts, and a single 503 that it outlasts.
    "deploy-15-created-yet-failed": (
        "tests/engine/test_answered_errors.py::test_what_exists_although_its_creation_failed_is_adopted",
    ),
    # `sys.stdout` is a real file.
    "serving-13-stdout": (
        "scoring/tests/server/test_printed.py::test_standard_output_is_a_file_like_any_other",
        "scoring/tests/server/test_printed.py::test_nothing_that_was_printed_is_lost_at_the_end",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_its_tests_exist(case):
    for test in CASES[case]:
        path, _, name = test.partition("::")
        body = ast.parse((ROOT / path).read_text()).body
        assert name in {one.name for one in body if hasattr(one, "name")}, test
