"""What becomes of a resource whose provisioning takes time."""

from dataclasses import replace

from rehearsal.core.errors import ArmError, OperationFailedError
from rehearsal.core.resource import FAILED, SUCCEEDED, Resource
from rehearsal.core.resource_type import ResourceType
from rehearsal.core.world import World


def provisioned(
    kind: ResourceType, resource: Resource, previous: Resource | None, world: World
) -> Resource:
    """The resource in its last state; one that was refused is again as it was before.

    Raises OperationFailedError (the resource stays, failed) or ArmError (as if it had never been asked for).
    """
    store = world.store
    try:
        return store.put(replace(kind.provision(resource, world), state=SUCCEEDED))
    except OperationFailedError:
        store.put(replace(resource, state=FAILED))
        raise
    except ArmError:
        if previous is not None:
            store.put(previous)
        else:
            kind.remove(resource, world)
            store.delete(resource.id.text)
        raise
    except Exception as problem:
        # A runtime's defect: the resource must not stay in transition for ever.
        store.put(replace(resource, state=FAILED))
        raise OperationFailedError(
            500, "InternalServerError", f"{resource.id}: {problem!r}"
        ) from problem
