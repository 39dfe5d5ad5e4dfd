"""The Deployment of a service: its pods, and how one generation of them follows another."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_kubernetes as kubernetes

from components.aks.container import (
    KEYS_VOLUME,
    SCRATCH_VOLUME,
    TLS_VOLUME,
    VARIABLES_VOLUME,
    Parts,
    container,
)
from components.aks.ending import Ending
from components.aks.labels import IMAGE, labels, metadata, selector, told
from components.aks.names import AksNames
from components.aks.options import AksOptions
from components.aks.pool import pool_affinity, pool_tolerations
from slipway.rules.scoring_container import USER

if TYPE_CHECKING:
    from pulumi_kubernetes.apps.v1 import Deployment, DeploymentStrategyArgsDict
    from pulumi_kubernetes.core.v1 import (
        PodSpecArgsDict,
        VolumeArgsDict,
    )

# A container that dies right after it became ready has not answered for long enough to take the others' place.
MIN_READY_SECONDS = 5
# The await must be the longer one: then the error is Kubernetes' own, with its reason.
_AWAIT_MARGIN_SECONDS = 300


@dataclass(frozen=True, kw_only=True)
class PodInputs:
    """What the pods run, and the names of what they mount."""

    image: pulumi.Input[str]
    image_id: pulumi.Input[str]
    parts: Parts
    variables_secret: pulumi.Input[str] | None
    service_account: pulumi.Input[str]
    workload_identity: bool


def deployment(
    names: AksNames,
    namespace: pulumi.Input[str],
    options: AksOptions,
    inputs: PodInputs,
    opts: pulumi.ResourceOptions,
) -> "Deployment":
    """Declared with the least number of replicas, which is the autoscaler's from then on."""
    deadline = options.rollout_seconds + options.startup_seconds
    seconds = f"{deadline + _AWAIT_MARGIN_SECONDS}s"
    return kubernetes.apps.v1.Deployment(
        names.name,
        metadata=metadata(names.service, names.service, namespace, told(options, inputs.image_id)),
        spec={
            "replicas": options.least_replicas,
            "selector": {"match_labels": selector(names.service)},
            "min_ready_seconds": MIN_READY_SECONDS,
            "progress_deadline_seconds": deadline,
            "revision_history_limit": 3,
            "strategy": _strategy(options),
            "template": {
                "metadata": {
                    "labels": _pod_labels(names.service, inputs),
                    "annotations": {IMAGE: inputs.image_id},
                },
                "spec": _pod(names, options, inputs),
            },
        },
        opts=pulumi.ResourceOptions.merge(
            opts,
            pulumi.ResourceOptions(
                # The autoscaler's field: declared, so that leaving it out never means one replica, and never applied
                # again, so that no update takes away what the load has brought (pulumi-kubernetes#2491).
                ignore_changes=["spec.replicas"],
                custom_timeouts=pulumi.CustomTimeouts(
                    create=seconds,
                    update=seconds,
                    delete=f"{Ending.of(options.scoring_timeout_ms).whole + 120}s",
                ),
            ),
        ),
    )


def _strategy(options: AksOptions) -> "DeploymentStrategyArgsDict":
    if options.max_unavailable:
        # For a cluster without room: a new pod beside the old ones would wait for ever.
        surge: int | str = 0
    else:
        # All at once: one after the other each would wait for MIN_READY_SECONDS.
        surge = "100%"
    return {
        "type": "RollingUpdate",
        "rolling_update": {"max_surge": surge, "max_unavailable": options.max_unavailable},
    }


def _pod_labels(service: str, inputs: PodInputs) -> dict[str, str]:
    found = labels(service)
    if inputs.workload_identity:
        found["azure.workload.identity/use"] = "true"
    return found


def _pod(names: AksNames, options: AksOptions, inputs: PodInputs) -> "PodSpecArgsDict":
    ending = Ending.of(options.scoring_timeout_ms)
    pod: PodSpecArgsDict = {
        "service_account_name": inputs.service_account,
        # The script has no business with the cluster.
        "automount_service_account_token": False,
        "enable_service_links": False,
        "security_context": {
            "run_as_non_root": True,
            "run_as_user": USER,
            "run_as_group": USER,
            "fs_group": USER,
            "seccomp_profile": {"type": "RuntimeDefault"},
        },
        "containers": [container(options, inputs.image, inputs.parts, ending)],
        "volumes": _volumes(names, inputs),
        "termination_grace_period_seconds": ending.whole,
        # Wished for and not demanded: with fewer machines than replicas a service comes up all the same.
        "topology_spread_constraints": [
            {
                "max_skew": 1,
                "topology_key": key,
                "when_unsatisfiable": "ScheduleAnyway",
                "label_selector": {"match_labels": selector(names.service)},
                # Old pods, which are about to go, must not keep new ones from a machine.
                "match_label_keys": ["pod-template-hash"],
            }
            for key in ("topology.kubernetes.io/zone", "kubernetes.io/hostname")
        ],
    }
    if options.pool is None:
        return pod
    return {
        **pod,
        "affinity": {"node_affinity": pool_affinity(options.pool)},
        "tolerations": pool_tolerations(options.pool_taints),
    }


def _volumes(names: AksNames, inputs: PodInputs) -> "list[VolumeArgsDict]":
    secrets: dict[str, pulumi.Input[str]] = {}
    if inputs.parts.keys:
        secrets[KEYS_VOLUME] = names.keys
    if inputs.variables_secret is not None:
        secrets[VARIABLES_VOLUME] = inputs.variables_secret
    if inputs.parts.tls:
        secrets[TLS_VOLUME] = names.certificate
    found: list[VolumeArgsDict] = [{"name": SCRATCH_VOLUME, "empty_dir": {}}]
    # For the server's user alone; the group of the files is the pod's.
    found += [
        {"name": name, "secret": {"secret_name": secret, "default_mode": 0o440}}
        for name, secret in secrets.items()
    ]
    return found
