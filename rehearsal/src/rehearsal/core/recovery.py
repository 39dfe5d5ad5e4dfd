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
from rehearsal.core.errors import ArmError, RehearsalError
from rehearsal.core.resource import CREATING, DELETING, UPDATING, Resource
from rehearsal.core.resource_type import ResourceType

_log = logging.getLogger(__name__)


def recover(arm: Arm) -> None:
    """Settles every resource; what takes time goes on in the background."""
    for resource in reversed(arm.world.store.list()):
        if resource.state == DELETING:
            _settled("finishing the deletion of", resource, partial(arm.remove, resource.id))
        elif resource.state == CREATING and not arm.operations.running(resource.id.text):
            _settled(
                "undoing the interrupted creation of", resource, partial(arm.remove, resource.id)
            )
    for kind in arm.types:
        _revived(kind, arm)
    for resource in arm.world.store.list():
        if resource.state in (CREATING, UPDATING):
            _resume(arm, resource)


def _revived(kind: ResourceType, arm: Arm) -> None:
    """Bring the type's resources back. Raises what a person can mend: a port that is taken, a damaged file."""
    try:
        kind.recover(arm.world.store.list(kind.type), arm.world)
    except (OSError, RehearsalError):
        raise
    except Exception:
        _log.exception("the resources of type %s are not all back", kind.type)


def _settled(what: str, resource: Resource, work: Callable[[], object]) -> None:
    """Do it; what cannot be done is reported, and is not what keeps all the rest from being there again."""
    _log.info("%s %s", what, resource.id)
    try:
        work()
    except ArmError as refusal:
        _log.warning("%s %s was refused, it stays: %s", what, resource.id, refusal)
    except Exception:
        _log.exception("%s %s failed, it stays", what, resource.id)


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
