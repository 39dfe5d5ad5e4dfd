"""The diabetes model on Azure Container Instances, in a Python program of your own."""

from pathlib import Path

import pulumi

from components.aci_service import AciService, AciServiceArgs
from components.model_image import ModelImage, ModelImageArgs
from components.registered_model import RegisteredModel, RegisteredModelArgs
from components.workspace import Workspace, WorkspaceArgs

EXAMPLE = Path(__file__).parent.parent / "diabetes"

config = pulumi.Config()
location = config.get("location") or "westeurope"

workspace = Workspace(
    "workspace", WorkspaceArgs(base_name=config.require("name"), location=location)
)
diabetes = RegisteredModel(
    "diabetes",
    RegisteredModelArgs(
        login_server=workspace.login_server,
        model_name="diabetes",
        path=EXAMPLE / "model.pkl",
    ),
)
image = ModelImage(
    "image",
    ModelImageArgs(
        login_server=workspace.login_server,
        image_name="diabetes-image",
        models=[diabetes.artifact],
        entry_script=EXAMPLE / "score.py",
        conda_file=EXAMPLE / "myenv.yml",
    ),
)
service = AciService(
    "service",
    AciServiceArgs(
        service_name="diabetes",
        location=location,
        resource_group=workspace.resource_group_name,
        registry=workspace.login_server,
        pull_identity=workspace.pull_identity_id,
        image=image.ref,
        image_id=image.image_id,
        built_here=True,
        cpu_cores=1,
        memory_gb=1,
    ),
)

pulumi.export("imageId", image.image_id)
pulumi.export("scoringUri", service.scoring_uri)
