"""What a stack's settings become: its workspace, models, images and services, and what it exports."""

from collections.abc import Mapping
from typing import Any

from slipway import outputs
from stacks import workspace
from stacks.configuration import Secrets
from stacks.images import Images
from stacks.models import Models
from stacks.services import Services
from stacks.settings.stack import Settings


def deploy(settings: Settings, secrets: Secrets) -> Mapping[str, Any]:
    """Declare the stack and return what it exports."""
    place = workspace.declare(settings)
    models = Models(settings, place.login_server)
    images = Images(settings, place, models)
    services = Services(settings, place, images, secrets)
    return outputs.export(
        workspace=place.export,
        models=models.export(),
        images=images.export(),
        services=services.export(),
    )
