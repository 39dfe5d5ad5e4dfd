"""One model on a cluster of Kubernetes.

The target for production: as many replicas as the load needs, and updates that no request notices. For one container
without a cluster there is `AciService`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pulumi

from components.aks import exposure, secrets
from components.aks.autoscaler import cpu_autoscaler, keda_autoscaler, scales_by_keda
from components.aks.container import Parts
from components.aks.deployment import PodInputs, deployment
from components.aks.disruption_budget import disruption_budget
from components.aks.names import AksNames
from components.aks.namespace import own_namespace
from components.aks.network_policy import network_policy
from components.aks.options import AksOptions
from components.aks.service_account import service_account
from components.arguments import got, joined, without_secrets
from components.cluster_provider import cluster_provider
from components.cluster_wiring import ClusterWiring
from components.fingerprint import fingerprint
from components.service_args import ServiceArgs
from components.service_keys import pair_of_keys, telemetry
from components.service_options import Spelling, as_in_python
from components.start_check import start_check
from slipway.resources.smoke_test import SmokeTest, SmokeTestArgs
from slipway.rules.kubernetes_names import SERVICE_ON_CLUSTER

if TYPE_CHECKING:
    from pulumi_kubernetes.apps.v1 import Deployment

TYPE = "slipway:index:AksService"

# The kubelet looks after the files of a Secret about once a minute, and the server after its keys' files each second; a
# proxy has a new route within seconds, and answers 404 until then.
_NEW_KEY_SECONDS, _NEW_ROUTE_SECONDS = 180, 60


@dataclass(frozen=True, kw_only=True)
class AksServiceArgs(AksOptions, ServiceArgs):
    """What an `AksService` is built from: what users decide (`AksOptions`), and what a program wires
    (`ServiceWiring`)."""

    cluster: ClusterWiring
    """The cluster that it runs on."""
    identity_client_id: pulumi.Input[str] | None = None
    """Client id of the user-assigned identity that its pods are to Azure, by a federated credential for its service
    account."""

    def conflicts(self, spelling: Spelling = as_in_python) -> dict[str, str]:
        """As its options'; and what the wiring has beside them."""
        found = {
            "service_name": SERVICE_ON_CLUSTER.refusal(self.service_name),
            "tls": _tls(self),
            "cname": _cname(self),
        }
        return super().conflicts(spelling) | {key: why for key, why in found.items() if why}


class AksService(pulumi.ComponentResource):
    """A scoring service whose replicas are ready, and which has answered its smoke request."""

    service_name: pulumi.Output[str]
    """Name of its objects in the cluster."""
    namespace: pulumi.Output[str]
    """Their namespace."""
    address: pulumi.Output[str]
    """Where its load balancer or its Gateway is reached."""
    scoring_uri: pulumi.Output[str]
    """Where to POST a scoring request."""
    swagger_uri: pulumi.Output[str]
    """Its OpenAPI description."""
    primary_key: pulumi.Output[str | None]
    """Bearer key, a secret; None without authentication."""
    secondary_key: pulumi.Output[str | None]
    """The second one, valid as well."""

    def __init__(
        self, name: str, args: AksServiceArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(TYPE, name, None, opts)
        args = without_secrets(args)
        names = AksNames.of(name, args.service_name)
        self.primary_key, self.secondary_key = pair_of_keys(names.part("keys"), args, parent=self)
        inside = self._inside(names, args, opts)
        check = self._start_check(names, args)
        pods = self._deployment(names, args, check, inside)
        self._beside(names, args, pods, inside)
        exposed = exposure.exposed(names, args, args, pods, inside)

        self.service_name = pods.metadata.apply(_name)
        self.namespace = pulumi.Output.from_input(args.namespace)
        self.address = exposed.address
        self.scoring_uri = pulumi.Output.concat(exposed.base, "/score")
        self.swagger_uri = pulumi.Output.concat(exposed.base, "/swagger.json")
        self._smoke_test(names, args, [pods, *exposed.resources])

        self.register_outputs(
            {
                "service_name": self.service_name,
                "namespace": self.namespace,
                "address": self.address,
                "scoring_uri": self.scoring_uri,
                "swagger_uri": self.swagger_uri,
                "primary_key": self.primary_key,
                "secondary_key": self.secondary_key,
            }
        )

    def _inside(
        self, names: AksNames, args: AksServiceArgs, opts: pulumi.ResourceOptions | None
    ) -> pulumi.ResourceOptions:
        """The options of everything in the cluster: its provider, and where it goes with."""
        gone_with = opts.deleted_with if opts else None
        given = self.get_provider("kubernetes:apps/v1:Deployment")
        provider = given or cluster_provider(
            names.part("cluster"), args.cluster, pulumi.ResourceOptions(parent=self)
        )
        inside = pulumi.ResourceOptions(parent=self, provider=provider, deleted_with=gone_with)
        if not args.create_namespace:
            return inside
        made = own_namespace(names, args.namespace, inside)
        return pulumi.ResourceOptions(
            parent=self,
            provider=provider,
            depends_on=[made],
            # With a namespace goes everything that is in it.
            deleted_with=gone_with or made,
        )

    def _start_check(self, names: AksNames, args: AksServiceArgs) -> Sequence[pulumi.Resource]:
        """Callers' keys are no part of it: what is checked is the script."""
        if not (args.start_check and args.built_here):
            return []
        check = start_check(
            names.part("check"),
            image=args.image,
            registry=args.registry,
            plain=args.environment,
            secret=joined(args.secret_environment, telemetry(args)),
            service=args.service_name,
            image_id=args.image_id,
            parent=self,
        )
        return [check]

    def _deployment(
        self,
        names: AksNames,
        args: AksServiceArgs,
        after: Sequence[pulumi.Resource],
        inside: pulumi.ResourceOptions,
    ) -> "Deployment":
        mounted: list[pulumi.Resource] = []
        if args.auth:
            primary, secondary = (
                key.apply(lambda key: key or "") for key in (self.primary_key, self.secondary_key)
            )
            mounted.append(secrets.keys_secret(names, args.namespace, primary, secondary, inside))
        if args.tls is not None:
            mounted.append(secrets.certificate_secret(names, args.namespace, args.tls, inside))
        variables = secrets.variables_secret(
            names, args.namespace, joined(args.secret_environment, telemetry(args)), inside
        )
        if variables is not None:
            mounted.append(variables)
        account = service_account(names, args.namespace, args.identity_client_id, inside)
        return deployment(
            names,
            args.namespace,
            args,
            PodInputs(
                image=args.image,
                image_id=args.image_id,
                parts=_parts(names, args, variables=variables is not None),
                variables_secret=None if variables is None else variables.metadata.apply(_name),
                service_account=account.metadata.apply(_name),
                workload_identity=args.identity_client_id is not None,
            ),
            pulumi.ResourceOptions.merge(
                inside, pulumi.ResourceOptions(depends_on=[*after, *mounted])
            ),
        )

    def _beside(
        self,
        names: AksNames,
        args: AksServiceArgs,
        pods: pulumi.Resource,
        inside: pulumi.ResourceOptions,
    ) -> None:
        """What keeps the pods as many, as available and as private as they should be."""
        chosen = args.gateway
        network_policy(
            names,
            args.namespace,
            args,
            gateway=(chosen.name or names.service) if chosen.is_used else None,
            grpc=_parts(names, args, variables=False).grpc(args),
            opts=inside,
        )
        disruption_budget(names, args.namespace, inside)
        # Once its pods are there: an autoscaler without any complains, and counts a start as load.
        after = pulumi.ResourceOptions.merge(inside, pulumi.ResourceOptions(depends_on=[pods]))
        if scales_by_keda(args):
            tls = args.tls is not None and not chosen.is_used
            keda_autoscaler(names, args.namespace, args, tls=tls, opts=after)
        else:
            cpu_autoscaler(names, args.namespace, args, after)

    def _smoke_test(
        self, names: AksNames, args: AksServiceArgs, after: Sequence[pulumi.Resource]
    ) -> None:
        if not _is_asked(args):
            # Its replicas have been ready for a while: that was awaited.
            return
        host = args.gateway.host if args.cname is None else args.cname
        SmokeTest(
            names.part("smoke"),
            SmokeTestArgs(
                scoring_uri=self.scoring_uri,
                body=args.smoke_test.body(),
                expected=args.smoke_test.expected_body(),
                tolerance=args.smoke_test.tolerance,
                key=self.primary_key.apply(lambda key: key or "") if args.auth else None,
                settling_seconds=_settling_seconds(args),
                connect_to=None if host is None else self.address,
                authority=args.tls.certificate if args.tls else None,
                deadline_seconds=args.smoke_test.deadline_seconds,
                image=args.image_id,
                image_setting=args.image_setting,
                stack=pulumi.get_stack(),
                trigger=fingerprint(args),
            ),
            pulumi.ResourceOptions(parent=self, depends_on=after),
        )


def _parts(names: AksNames, args: AksServiceArgs, *, variables: bool) -> Parts:
    behind = args.gateway.is_used
    return Parts(
        keys=args.auth,
        variables=variables,
        tls=args.tls is not None and not behind,
        prefix=names.path if behind else "",
    )


def _is_asked(args: AksServiceArgs) -> bool:
    """A private address is reached from its network alone, which few machines that deploy are in."""
    asked = args.smoke_test.ask_from_here
    return not args.internal if asked is None else asked


def _settling_seconds(args: AksServiceArgs) -> int:
    if args.auth:
        return _NEW_KEY_SECONDS
    return _NEW_ROUTE_SECONDS if args.gateway.is_used else 0


def _tls(args: AksServiceArgs) -> str | None:
    if args.tls is None:
        return None
    if args.gateway.name is not None:
        return "has no effect beside gateway.name: the Gateway that exists has its own certificates"
    if args.gateway.certificate_issuer is not None:
        return "must not be given beside gateway.certificate_issuer, which gives the Gateway its certificate"
    return None


def _cname(args: AksServiceArgs) -> str | None:
    if args.cname is None or args.tls is None or args.gateway.host is None:
        return None
    return f"must not be given beside gateway.host, which is the name in the certificate{got(args.cname)}"


def _name(metadata: Any) -> Any:
    return metadata["name"] if isinstance(metadata, dict) else metadata.name
