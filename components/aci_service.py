"""One model behind one Azure Container Instances group.

The quick target: a single replica with a name of its own and no autoscaling; an update interrupts
it while the container restarts. What must scale or never pause belongs on Kubernetes.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_azure_native as azure

from components.aci.names import AciNames
from components.aci.options import AciOptions
from components.aci.pull_wait import waiting_for_pull
from components.arguments import joined, without_secrets
from components.fingerprint import fingerprint
from components.scoring_container import ports, scoring_container
from components.secret_volumes import Variables, volumes
from components.service_args import ServiceArgs
from components.service_keys import pair_of_keys, telemetry
from components.service_wiring import GroupWiring, LogTarget
from components.start_check import start_check
from components.unknowns import or_none, unknown
from slipway.resources.smoke_test import SmokeTest, SmokeTestArgs
from slipway.rules.scoring_container import NAME, PORT, PRIMARY_KEY, SECONDARY_KEY

if TYPE_CHECKING:
    from pulumi_azure_native import containerinstance as aci
    from pulumi_azure_native.containerinstance import outputs as aci_outputs

TYPE = "slipway:index:AciService"

_NOT_ASKED = (
    "{} is not sent its smoke request from here: instead, its container must run and go on running. Where the machine "
    "that runs `pulumi up` reaches its address, set smokeTest.askFromHere: true"
)


@dataclass(frozen=True, kw_only=True)
class AciServiceArgs(AciOptions, ServiceArgs, GroupWiring):
    """What an `AciService` is built from: what users decide (`AciOptions`), and what a program wires
    (`GroupWiring`)."""


class AciService(pulumi.ComponentResource):
    """A scoring container that has answered its smoke request."""

    service_name: pulumi.Output[str]
    """Name of the container group."""
    fqdn: pulumi.Output[str]
    """Where it is reached: its DNS name, or its address inside a subnet."""
    scoring_uri: pulumi.Output[str]
    """Where to POST a scoring request."""
    swagger_uri: pulumi.Output[str]
    """Its OpenAPI description."""
    primary_key: pulumi.Output[str | None]
    """Bearer key, a secret; None without authentication."""
    secondary_key: pulumi.Output[str | None]
    """The second one, valid as well."""

    def __init__(
        self, name: str, args: AciServiceArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(TYPE, name, None, opts)
        args = without_secrets(args)
        names = AciNames.of(name, args.service_name)
        self.primary_key, self.secondary_key = pair_of_keys(names.keys, args, parent=self)
        group = self._group(names, args, self._start_check(names, args))

        self.service_name = group.name
        self.fqdn = group.ip_address.apply(_host)
        base = pulumi.Output.concat(
            "https://" if args.tls else "http://",
            self.fqdn if args.cname is None else args.cname,
            f":{PORT}",
        )
        self.scoring_uri = pulumi.Output.concat(base, "/score")
        self.swagger_uri = pulumi.Output.concat(base, "/swagger.json")
        self._smoke_test(names, args)

        self.register_outputs(
            {
                "service_name": self.service_name,
                "fqdn": self.fqdn,
                "scoring_uri": self.scoring_uri,
                "swagger_uri": self.swagger_uri,
                "primary_key": self.primary_key,
                "secondary_key": self.secondary_key,
            }
        )

    def _start_check(self, names: AciNames, args: AciServiceArgs) -> Sequence[pulumi.Resource]:
        """Callers' keys are no part of it: what is checked is the script."""
        if not (args.start_check and args.built_here):
            return []
        check = start_check(
            names.start_check,
            image=args.image,
            registry=args.registry,
            plain=args.environment,
            secret=joined(args.secret_environment, telemetry(args)),
            service=args.service_name,
            image_id=args.image_id,
            parent=self,
        )
        return [check]

    def _group(
        self, names: AciNames, args: AciServiceArgs, after: Sequence[pulumi.Resource]
    ) -> "aci.ContainerGroup":
        secret = self._secret_variables(args)
        return azure.containerinstance.ContainerGroup(
            names.group,
            container_group_name=names.container_group,
            resource_group_name=args.resource_group,
            location=args.location,
            os_type=azure.containerinstance.OperatingSystemTypes.LINUX,
            restart_policy=azure.containerinstance.ContainerGroupRestartPolicy.ALWAYS,
            identity={
                "type": azure.containerinstance.ResourceIdentityType.USER_ASSIGNED,
                "user_assigned_identities": [args.pull_identity],
            },
            image_registry_credentials=[{"server": args.registry, "identity": args.pull_identity}],
            ip_address=_address(args),
            subnet_ids=None if args.subnet_id is None else [{"id": args.subnet_id}],
            containers=[_container(args, secret)],
            volumes=volumes(args.tls, secret),
            diagnostics=_diagnostics(args.logs) if args.logs else None,
            tags=_tags(args),
            opts=pulumi.ResourceOptions(
                parent=self,
                depends_on=after,
                # ACI answers a change of any of these with "you must delete it first and then
                # create a new one"; the provider would still try (pulumi-azure-native#918).
                # A trigger, not replace_on_changes: the paths of that miss a container added.
                replacement_trigger=_unchangeable(args),
                # The group's name and its DNS label stay reserved until the old group is gone, and the
                # new group, which has the old one's ARM id, would be deleted last.
                delete_before_replace=True,
                # Pulling a large image to a cold host takes minutes; half an hour is a failure.
                custom_timeouts=pulumi.CustomTimeouts(create="30m", update="30m", delete="15m"),
                hooks=waiting_for_pull(
                    names.group, image=args.image, identity=args.pull_identity, parent=self
                ),
            ),
        )

    def _secret_variables(self, args: AciServiceArgs) -> Variables:
        secret: dict[str, pulumi.Input[str]] = {}
        if args.auth:
            secret[PRIMARY_KEY] = self.primary_key.apply(lambda key: key or "")
            secret[SECONDARY_KEY] = self.secondary_key.apply(lambda key: key or "")
        return joined(args.secret_environment, {**secret, **telemetry(args)})

    def _smoke_test(self, names: AciNames, args: AciServiceArgs) -> SmokeTest:
        watched_only = not _is_asked(args)
        if watched_only and not pulumi.runtime.is_dry_run():
            pulumi.log.info(_NOT_ASKED.format(args.service_name), self)
        return SmokeTest(
            names.smoke_test,
            SmokeTestArgs(
                scoring_uri=self.scoring_uri,
                body=args.smoke_test.body(),
                expected=args.smoke_test.expected_body(),
                tolerance=args.smoke_test.tolerance,
                key=self.primary_key.apply(lambda key: key or "") if args.auth else None,
                connect_to=None if args.cname is None else self.fqdn,
                authority=args.tls.certificate if args.tls else None,
                deadline_seconds=args.smoke_test.deadline_seconds,
                resource_group=args.resource_group,
                container_group=self.service_name,
                container=NAME,
                watched_only=watched_only,
                image=args.image_id,
                image_setting=args.image_setting,
                stack=pulumi.get_stack(),
                trigger=fingerprint(args),
            ),
            pulumi.ResourceOptions(parent=self),
        )


def _is_asked(args: AciServiceArgs) -> bool:
    """A private address is reached from its network alone, which few machines that deploy are in."""
    asked = args.smoke_test.ask_from_here
    return args.subnet_id is None if asked is None else asked


def _container(args: AciServiceArgs, secret: Variables) -> "aci.ContainerArgsDict":
    return scoring_container(
        image=args.image,
        cpu=args.cpu_cores,
        memory_gb=args.memory_gb,
        plain=args.environment,
        secret=secret,
        tls=args.tls is not None,
        grpc=args.grpc,
        startup_seconds=args.startup_seconds,
    )


def _address(args: AciServiceArgs) -> "aci.IpAddressArgsDict":
    kinds = azure.containerinstance.ContainerGroupIpAddressType
    open_ports = ports(tls=args.tls is not None, grpc=args.grpc)
    address: aci.IpAddressArgsDict = {
        "type": kinds.PUBLIC if args.subnet_id is None else kinds.PRIVATE,
        "ports": [{"port": port, "protocol": "TCP"} for port in open_ports],
    }
    if args.dns_name_label is not None:
        address["dns_name_label"] = args.dns_name_label
    return address


def _host(address: "aci_outputs.IpAddressResponse | None") -> pulumi.Input[str]:
    found = (address.fqdn or address.ip) if address else None
    # A preview of a new group knows what was asked for, and not yet what it will be called.
    return found or (unknown() if pulumi.runtime.is_dry_run() else "")


def _diagnostics(logs: LogTarget) -> "aci.ContainerGroupDiagnosticsArgsDict":
    return {
        "log_analytics": {
            "workspace_id": logs.workspace_id,
            "workspace_key": pulumi.Output.secret(logs.workspace_key),
            "log_type": azure.containerinstance.LogAnalyticsLogType.CONTAINER_INSIGHTS,
        }
    }


def _tags(args: AciServiceArgs) -> pulumi.Input[Mapping[str, pulumi.Input[str]]]:
    described = {"description": args.description} if args.description else {}
    return joined(args.tags, {**described, "image": args.image_id})


def _unchangeable(args: AciServiceArgs) -> pulumi.Output[str]:
    """What ACI cannot change in place. Nothing unknown: in a trigger it would be refused at the update. What a preview
    does not know yet will be another region or subnet, or is that of a new service."""
    return pulumi.Output.all(
        location=_foreseen(args.location),
        subnet=None if args.subnet_id is None else _foreseen(args.subnet_id),
        cpu=args.cpu_cores,
        memory=args.memory_gb,
    ).apply(lambda values: json.dumps(values, sort_keys=True))


def _foreseen(value: pulumi.Input[str]) -> pulumi.Input[str | None]:
    return or_none(value) if isinstance(value, pulumi.Output) else value
