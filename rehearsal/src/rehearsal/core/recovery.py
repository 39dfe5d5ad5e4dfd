"""What a start makes of the resources that a kill left half done.

A deletion is finished. A creation that was never reported is undone: the `pulumi up` that asked for it saw
its connection break and has recorded nothing, so the next one creates again. An update, and a creation that a
client polls for, is carried through. Everything else is brought back to life as it was.
"""

import logging
import threading
from collections.abc import Callable
from functools import partial

from rehearsal.core.arm import Arm
from rehearsal.core.errors import ArmError
from rehearsal.core.resource import CREATING, DELETING, UPDATING, Resource

_log = logging.getLogger(__name__)


def recover(arm: Arm) -> None:
    """Settles every resource; what takes time goes on in the background."""
    for resource in reversed(arm.world.store.list()):
        if resource.state == DELETING:
            _log.info("finishing the deletion of %s", resource.id)
            arm.remove(resource.id)
        elif resource.state == CREATING and not arm.operations.running(resource.id.text):
            _log.info("undoing the interrupted creation of %s", resource.id)
            arm.remove(resource.id)
    for kind in arm.types:
        kind.recover(arm.world.store.list(kind.type), arm.world)
    for resource in arm.world.store.list():
        if resource.state in (CREATING, UPDATING):
            _resume(arm, resource)


def _resume(arm: Arm, resource: Resource) -> None:
    _log.info("carrying on with %s", resource.id)
    names = arm.operations.running(resource.id.text)
    work = partial(arm.resume, resource)
    target = partial(arm.operations.run, names[0], work) if names else partial(_quietly, work)
    threading.Thread(target=target, name=f"resume-{resource.id.name}", daemon=True).start()


def _quietly(work: Callable[[], object]) -> None:
    try:
        work()
    except ArmError as problem:
        _log.warning("an interrupted update ended badly: %s", problem)
