"""What to tell somebody who is signed in nowhere while the rehearsal runs: a shell needs its variables."""

import os


def hint(command: str) -> str | None:
    """A sentence with the command line, where `command` leads to the rehearsal's commands.

    None where it does not run, and in a shell that has its variables.
    """
    from rehearsal.daemon.environment import variables
    from rehearsal.daemon.places import Places
    from rehearsal.daemon.status import running

    places = Places.of_this_user()
    status = running(places.status)
    if status is None:
        return None
    host = variables(places, status)["ARM_METADATA_HOSTNAME"]
    if os.environ.get("ARM_METADATA_HOSTNAME") == host:
        return None
    return f'For the rehearsal, which runs on this machine: eval "$({command} env)"'
