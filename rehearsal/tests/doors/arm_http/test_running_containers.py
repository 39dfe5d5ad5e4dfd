"""What Microsoft's client sees of containers that really run."""

import re

SCRIPT = "import os, sys, time\nprint('run', flush=True)\nprint('again', flush=True)\n"
STAYS = f"{SCRIPT}time.sleep(600)\n"
ENDS = f"{SCRIPT}sys.exit(3)\n"


def container(client):
    (found,) = client.container_groups.get("rg", "website").containers
    return found.instance_view


def test_events_tell_the_story_of_a_container(run, push):
    client = run(push(STAYS))
    events = container(client).events
    assert [one.name for one in events] == ["Pulling", "Pulled", "Created", "Started"]
    assert {(one.count, one.type) for one in events} == {(1, "Normal")}
    assert events[0].message.startswith('pulling image "localhost:')
    assert all(one.first_timestamp and one.last_timestamp for one in events)
    client.container_groups.begin_restart("rg", "website").result()
    view = container(client)
    assert [one.name for one in view.events][4:] == ["Killing", "Created", "Started"]
    assert (view.restart_count, view.current_state.state) == (1, "Running")


def test_the_run_before_is_remembered(run, push):
    client = run(push(STAYS))
    assert container(client).previous_state is None
    client.container_groups.begin_restart("rg", "website").result()
    view = container(client)
    assert (view.previous_state.state, view.previous_state.detail_status) == ("Terminated", "Error")
    assert view.previous_state.exit_code > 128
    assert view.previous_state.start_time <= view.previous_state.finish_time
    assert view.current_state.exit_code is None


def test_one_that_ends_by_itself_is_terminated(run, push, until):
    client = run(push(f"{SCRIPT}sys.exit(0)\n"), "Never")
    view = until(lambda: (v := container(client)).current_state.state == "Terminated" and v)
    assert (view.current_state.exit_code, view.current_state.detail_status) == (0, "Completed")
    assert client.containers.list_logs("rg", "website", "app").content == "run\nagain\n"


def test_lines_of_the_log_with_their_times(run, push, until):
    client = run(push(STAYS))
    found = until(
        lambda: (
            (
                text := client.containers.list_logs("rg", "website", "app", timestamps=True).content
            ).count("\n")
            == 2
            and text
        )
    )
    pattern = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z "
    assert [re.sub(pattern, "", line, count=1) for line in found.splitlines()] == ["run", "again"]
    assert all(re.match(pattern, line) for line in found.splitlines())
    assert client.containers.list_logs("rg", "website", "app").content == "run\nagain\n"
    later = client.containers.list_logs("rg", "website", "app", timestamps=True).content
    assert later == found
