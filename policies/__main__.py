"""The pack: which rule stops a preview, and which only warns."""

from pulumi_policy import (
    EnforcementLevel,
    PolicyConfigSchema,
    PolicyPack,
    ResourceValidationPolicy,
)

from policies import rules

PolicyPack(
    name="slipway",
    enforcement_level=EnforcementLevel.MANDATORY,
    policies=[
        ResourceValidationPolicy(
            name="images-by-digest",
            description="Containers run images by digest.",
            validate=rules.images_by_digest,
        ),
        ResourceValidationPolicy(
            name="no-plain-secrets",
            description="Variables that look like secrets are secure values.",
            validate=rules.no_plain_secrets,
        ),
        ResourceValidationPolicy(
            name="no-registry-admin-user",
            description="Registries have no admin user.",
            validate=rules.no_admin_user,
        ),
        ResourceValidationPolicy(
            name="no-public-address",
            description="Services have a public address only where the configuration says so.",
            # A first deployment is public as a rule; who forbids it raises the level.
            enforcement_level=EnforcementLevel.ADVISORY,
            config_schema=PolicyConfigSchema(
                properties={"allowed": {"type": "array", "items": {"type": "string"}}}
            ),
            validate=rules.no_public_address,
        ),
    ],
)
