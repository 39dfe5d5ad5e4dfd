"""The Gateway that leads to a service."""

from dataclasses import dataclass
from typing import Annotated

from components.arguments import got
from components.service_options import Spelling
from slipway.rules.kubernetes_names import GATEWAY_NAME, NAMESPACE, OBJECT_NAME
from slipway.rules.names import HOST_NAME


@dataclass(frozen=True, kw_only=True)
class GatewayOptions:
    """The Gateway that leads to a service: one of its own (`class_name`), or one that exists (`name`)."""

    class_name: Annotated[str, OBJECT_NAME] | None = None
    """Make a Gateway of this class: `approuting-istio` on AKS with application routing."""
    name: Annotated[str, GATEWAY_NAME] | None = None
    """Use the Gateway of this name, which other services may use as well: the path /api/v1/service/<name>/score is
    this one's."""
    namespace: Annotated[str, NAMESPACE] | None = None
    """Its namespace, beside `name`; the service's own by default."""
    host: Annotated[str, HOST_NAME] | None = None
    """The name that clients ask for; you set its DNS. Any name by default."""
    https: bool = False
    """The Gateway of that `name` serves https."""
    certificate_issuer: Annotated[str, OBJECT_NAME] | None = None
    """ClusterIssuer of cert-manager that gives the Gateway of `class_name` its certificate for `host`."""

    def conflicts(self, spelling: Spelling) -> dict[str, str]:
        """Field -> what is wrong with it beside others."""
        found: dict[str, str] = {}
        own, name = spelling("class_name"), spelling("name")
        if self.class_name is not None and self.name is not None:
            found["name"] = (
                f"must not be given beside {own}: a Gateway is made, or one that exists is used{got(self.name)}"
            )
        if self.namespace is not None and self.name is None:
            found["namespace"] = f"has no effect without {name}{got(self.namespace)}"
        if self.https and self.name is None:
            found["https"] = (
                f"has no effect without {name}: give the service tls, or {spelling('certificate_issuer')}"
            )
        if self.host is not None and not self.is_used:
            found["host"] = f"has no effect without {own} or {name}{got(self.host)}"
        if self.certificate_issuer is not None and (self.class_name is None or self.host is None):
            found["certificate_issuer"] = (
                f"needs {own} and {spelling('host')}: the certificate is the made Gateway's, for that name"
                f"{got(self.certificate_issuer)}"
            )
        return found

    @property
    def is_used(self) -> bool:
        """Whether there is one at all."""
        return self.class_name is not None or self.name is not None
