"""What Kubernetes lets things be called."""

from slipway.rules.pattern import Pattern

NAMESPACE = Pattern(
    r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?",
    "1-63 lower-case letters, digits or hyphens, with no hyphen at either end",
)
"""Kubernetes' rule for a namespace, which is a DNS label."""

OBJECT_NAME = Pattern(
    r"(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*",
    "1-253 lower-case letters, digits, hyphens or dots, with a letter or digit at both ends of each part",
)
"""Kubernetes' rule for the names of most objects: a DNS name."""

GATEWAY_NAME = Pattern(
    r"[a-z]([-a-z0-9]{0,44}[a-z0-9])?",
    "1-46 lower-case letters, digits or hyphens, beginning with a letter and not ending with a hyphen",
)
"""A name to which AKS can append `-approuting-istio`: a Service's has 63 characters at most."""

SERVICE_ON_CLUSTER = Pattern(
    r"(?!.*--)[a-z]([-a-z0-9]{0,38}[a-z0-9])?",
    "1-40 lower-case letters, digits or single hyphens, beginning with a letter and not ending with a hyphen",
)
"""A name of a Service of Kubernetes, with room for what its other objects' names and AKS append."""

TAINT = Pattern(
    r"[A-Za-z0-9]([\w./-]*[A-Za-z0-9])?=[\w.-]*:(NoSchedule|PreferNoSchedule|NoExecute)",
    "key=value:Effect with one of NoSchedule, PreferNoSchedule and NoExecute",
)
"""A taint of a machine as Azure writes it."""

POOL_NAME = Pattern(
    r"[a-z][a-z0-9]{0,11}", "1-12 lower-case letters or digits, beginning with a letter"
)
"""Azure Kubernetes Service's rule for a pool of Linux machines."""
