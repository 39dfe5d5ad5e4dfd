"""What sets the number of replicas: Kubernetes' own autoscaler, or KEDA, which makes one.

A fixed number has one as well, whose ends meet: so the number always has the same owner, and going from one to the
other takes no replica away (docs/decisions/0176).
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pulumi
import pulumi_kubernetes as kubernetes

from components.aks.labels import metadata
from components.aks.names import AksNames
from components.aks.options import AksOptions
from components.aks.secrets import PRIMARY
from slipway.resources.wire import camel
from slipway.rules.scoring_container import IN_PROGRESS, METRICS_PATH, PORT

if TYPE_CHECKING:
    from pulumi_kubernetes.autoscaling.v2 import (
        HorizontalPodAutoscaler,
        HorizontalPodAutoscalerBehaviorArgsDict,
    )

KEDA = "keda.sh/v1alpha1"
# Its own is 15 s: the cluster's clock is what it is, and within one look replicas may double.
_UP_SECONDS = 15
# Half of what is too much a minute: load that comes back finds most of them there.
_DOWN_SECONDS, _DOWN_PERCENT = 60, 50


def scales_by_keda(options: AksOptions) -> bool:
    """Whether the cluster must have KEDA for it."""
    return options.num_replicas is None and options.autoscale.metric == "concurrency"


def cpu_autoscaler(
    names: AksNames,
    namespace: pulumi.Input[str],
    options: AksOptions,
    opts: pulumi.ResourceOptions,
) -> "HorizontalPodAutoscaler":
    """By the use of the CPU that replicas asked for; needs nothing."""
    return kubernetes.autoscaling.v2.HorizontalPodAutoscaler(
        names.part("autoscaler"),
        metadata=metadata(names.service, names.service, namespace),
        spec={
            "scale_target_ref": {
                "api_version": "apps/v1",
                "kind": "Deployment",
                "name": names.service,
            },
            "min_replicas": options.least_replicas,
            "max_replicas": options.most_replicas,
            "metrics": [
                {
                    "type": "Resource",
                    "resource": {
                        "name": "cpu",
                        "target": {
                            "type": "Utilization",
                            "average_utilization": options.autoscale.target_utilization,
                        },
                    },
                }
            ],
            "behavior": _behaviour(options),
        },
        opts=opts,
    )


def _behaviour(options: AksOptions) -> "HorizontalPodAutoscalerBehaviorArgsDict":
    return {
        "scale_up": {
            "stabilization_window_seconds": 0,
            "select_policy": "Max",
            "policies": [
                {"type": "Percent", "value": 100, "period_seconds": _UP_SECONDS},
                {"type": "Pods", "value": 4, "period_seconds": _UP_SECONDS},
            ],
        },
        "scale_down": {
            "stabilization_window_seconds": options.autoscale.scale_down_seconds,
            "select_policy": "Max",
            "policies": [
                {"type": "Percent", "value": _DOWN_PERCENT, "period_seconds": _DOWN_SECONDS}
            ],
        },
    }


def keda_autoscaler(
    names: AksNames,
    namespace: str,
    options: AksOptions,
    *,
    tls: bool,
    opts: pulumi.ResourceOptions,
) -> pulumi.Resource:
    """By the requests that all replicas have in progress, as the server counts them itself."""
    authentication = _keda_key(names, namespace, opts) if options.auth else None
    return kubernetes.apiextensions.CustomResource(
        names.part("scaled-object"),
        api_version=KEDA,
        kind="ScaledObject",
        metadata=metadata(names.service, names.service, namespace),
        spec={
            "scaleTargetRef": {
                "apiVersion": "apps/v1",
                "kind": "Deployment",
                "name": names.service,
            },
            "minReplicaCount": options.least_replicas,
            "maxReplicaCount": options.most_replicas,
            "pollingInterval": options.autoscale.refresh_seconds,
            "advanced": {"horizontalPodAutoscalerConfig": {"behavior": _keda_behaviour(options)}},
            "triggers": [_trigger(names, namespace, options, tls=tls)],
        },
        opts=opts
        if authentication is None
        else pulumi.ResourceOptions.merge(
            opts, pulumi.ResourceOptions(depends_on=[authentication])
        ),
    )


def _trigger(names: AksNames, namespace: str, options: AksOptions, *, tls: bool) -> dict[str, Any]:
    wanted = options.max_concurrent_requests * options.autoscale.target_utilization / 100
    trigger: dict[str, Any] = {
        "type": "metrics-api",
        "metricType": "AverageValue",
        "metadata": {
            # The port is the pods': KEDA asks each of them, behind the Service of this name.
            "url": f"{'https' if tls else 'http'}://{names.service}.{namespace}.svc:{PORT}{METRICS_PATH}",
            "format": "prometheus",
            "valueLocation": IN_PROGRESS,
            "targetValue": f"{wanted:g}",
            "aggregateFromKubeServiceEndpoints": "true",
            "aggregationType": "sum",
        },
    }
    if tls:
        # Pods are asked by their addresses, which no certificate has.
        trigger["metadata"]["unsafeSsl"] = "true"
    if options.auth:
        trigger["metadata"]["authMode"] = "bearer"
        trigger["authenticationRef"] = {"name": names.service}
    return trigger


def _keda_key(names: AksNames, namespace: str, opts: pulumi.ResourceOptions) -> pulumi.Resource:
    return kubernetes.apiextensions.CustomResource(
        names.part("scaling-key"),
        api_version=KEDA,
        kind="TriggerAuthentication",
        metadata=metadata(names.service, names.service, namespace),
        spec={
            "secretTargetRef": [{"parameter": "token", "name": names.keys, "key": PRIMARY}],
        },
        opts=opts,
    )


def _keda_behaviour(options: AksOptions) -> Any:
    """The same as Kubernetes spells it: nobody translates what is in a resource of another's kind."""
    return _in_camel_case(_behaviour(options))


def _in_camel_case(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {camel(name): _in_camel_case(inner) for name, inner in value.items()}
    return [_in_camel_case(one) for one in value] if isinstance(value, list) else value
