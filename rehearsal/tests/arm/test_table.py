"""What the table of resource types holds of each."""

import pytest

from rehearsal.arm.table import TYPES

NATIVE = [kind for kind in TYPES if kind.native is not None]


@pytest.mark.parametrize("kind", NATIVE, ids=lambda kind: kind.type)
def test_the_path_of_azure_natives_form_is_that_of_the_type(kind):
    path = kind.native.path
    if "/providers/" not in path:
        assert kind.type == "Microsoft.Resources/resourceGroups"
        return
    namespace, *rest = path.rsplit("/providers/", 1)[1].split("/")
    assert "/".join([namespace, *rest[::2]]) == kind.type
    assert rest[-1] == f"{{{kind.native.name}}}"


def test_types_and_forms_are_registered_once():
    for names in ([kind.type for kind in TYPES], [kind.native.type for kind in NATIVE]):
        assert len(set(names)) == len(names)
