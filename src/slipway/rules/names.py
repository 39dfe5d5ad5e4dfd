"""What models, images, services and their parts may be called."""

from slipway.rules.pattern import Pattern

MODEL_NAME = Pattern(
    r"[a-zA-Z0-9][a-zA-Z0-9\-._]{0,254}",
    "1-255 letters, digits, hyphens, dots or underscores, beginning with a letter or digit",
)
"""Azure ML's rule."""

IMAGE_NAME = Pattern(
    # The look-ahead also ends at a colon, so that a reference's form can be made of it.
    r"(?=[^:]{3,32}(?::|$))[a-z0-9]+(?:(?:\.|-+)[a-z0-9]+)*",
    "3-32 lower-case letters, digits, hyphens or single dots, with a letter or digit at both ends and "
    "on both sides of each dot",
)
"""Azure ML's rule (3-32 lower-case letters, digits, hyphens and dots, no separator at an end), as far
as a repository may be called so: in the OCI distribution specification a component of a name has
single dots, and none beside a hyphen."""

SERVICE_NAME = Pattern(
    r"(?!.*--)[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?",
    "1-63 lower-case letters, digits or single hyphens, with no hyphen at either end",
)
"""Container Instances' rule for a container group."""

DNS_LABEL = Pattern(
    r"[a-z][a-z0-9-]{3,61}[a-z0-9]",
    "5-63 lower-case letters, digits or hyphens, beginning with a letter and not ending with a hyphen",
)
"""Container Instances' rule for the first label of a public name."""

WORKSPACE_NAME = Pattern(
    r"(?=.{1,30}$)[a-z0-9]+(?:-+[a-z0-9]+)*",
    "1-30 lower-case letters, digits or hyphens, with no hyphen at either end",
)
"""Ours: the stack's name and what each resource adds must still fit in Azure's limits."""

RESOURCE_GROUP_NAME = Pattern(
    r"[-\w.()]{0,89}[-\w()]",
    "1-90 letters, digits, hyphens, underscores, parentheses or dots, not ending with a dot",
)
"""Azure's rule."""

CLUSTER_NAME = Pattern(
    r"[a-zA-Z0-9]([-_a-zA-Z0-9]{0,61}[a-zA-Z0-9])?",
    "1-63 letters, digits, hyphens or underscores, with a letter or digit at both ends",
)
"""Azure Kubernetes Service's rule."""

HUB_NAME = Pattern(
    r"[a-zA-Z0-9]([-a-zA-Z0-9]{1,48}[a-zA-Z0-9])",
    "3-50 letters, digits or hyphens, with a letter or digit at both ends",
)
"""IoT Hub's rule."""

PROVISIONING_NAME = Pattern(
    r"[a-zA-Z0-9]([-a-zA-Z0-9]{1,62}[a-zA-Z0-9])",
    "3-64 letters, digits or hyphens, with a letter or digit at both ends",
)
"""The Device Provisioning Service's rule."""

VARIABLE_NAME = Pattern(
    r"[A-Za-z]([A-Za-z0-9_]{0,61}[A-Za-z0-9])?",
    "1-63 letters, digits or underscores, beginning with a letter and not ending with an underscore",
)
"""What every shell and every target takes as the name of an environment variable; Azure's is the narrowest."""

SECRET_NAME = Pattern(
    r"[A-Za-z][A-Za-z0-9_-]{0,63}",
    "1-64 letters, digits, hyphens or underscores, beginning with a letter",
)
"""Ours: what `pulumi config set --path slipway:secrets.<name>` takes without quotes."""

STACK_NAME = Pattern(
    r"[^/\s]+/[^/\s]+/[^/\s]+",
    "organization/project/stack, such as organization/slipway/platform",
)
"""A stack's full name; in a self-managed backend the organization is called `organization`."""

BASE_IMAGE = Pattern(
    r"[a-z0-9][A-Za-z0-9._/:-]{0,400}(?:@sha256:[0-9a-f]{64})?",
    "an image reference such as python:3.11-slim-bookworm, best with its digest (@sha256: and 64 hex digits)",
)
"""As far as a Dockerfile is concerned; whether there is such an image shows when it is pulled."""

PYTHON_VERSION = Pattern(
    r"3\.[1-9][0-9]?(\.[0-9]{1,3})?", "a version of Python such as 3.11 or 3.11.9, in quotes"
)
"""In YAML 3.10 without quotes is the number 3.1."""

HOST_NAME = Pattern(
    r"(?=.{1,253}$)(?!-)[A-Za-z0-9-]{1,63}(?<!-)(\.(?!-)[A-Za-z0-9-]{1,63}(?<!-))+",
    "a DNS name such as score.example.com",
)
"""Letters, digits and hyphens between dots, as DNS and certificates have it."""

WORDS = Pattern(r".*\S.*", "a text that is not empty")
"""Whatever says something."""

SUBNET_NAME = Pattern(
    r"[A-Za-z0-9]([\w.-]{0,78}\w)?",
    "1-80 letters, digits, underscores, dots or hyphens, beginning with a letter or digit",
)
"""Azure's rule."""
