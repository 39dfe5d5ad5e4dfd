import json
from base64 import b64decode

import pulumi
import pulumi_kubernetes
import pytest

from components import registry_login
from components.aks.autoscale_options import AutoscaleOptions
from components.aks.ending import KEEP_ALIVE, Ending
from components.aks.gateway_options import GatewayOptions
from components.aks.probe_options import LivenessOptions, ReadinessOptions
from components.aks_service import TYPE, AksService
from components.cluster_wiring import ClusterWiring
from components.service_options import SmokeTestOptions
from components.service_wiring import TlsMaterial
from pytest_pulumi.wire import UNKNOWN, Secret, is_secret, plain

DEPLOYMENT = "kubernetes:apps/v1:Deployment"
SECRET = "kubernetes:core/v1:Secret"
SERVICE = "kubernetes:core/v1:Service"
HPA = "kubernetes:autoscaling/v2:HorizontalPodAutoscaler"
SCALED = "kubernetes:keda.sh/v1alpha1:ScaledObject"
GATEWAY = "kubernetes:gateway.networking.k8s.io/v1:Gateway"
ROUTE = "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute"
POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
PROVIDER = "pulumi:providers:kubernetes"
SMOKE = "slipway:index:SmokeTest"
KEYS = "slipway:index:ServiceKeys"
IMAGE = "reg.azurecr.io/images/diabetes-image@sha256:" + "a" * 64
SHARED = GatewayOptions(name="shared", namespace="gateways")


@pytest.fixture
def serve(azure_mocks, aks_arguments):
    def make(changes=lambda: {}, *, preview=False, opts=lambda: None):
        def program():
            # Made inside the run: an Output belongs to the loop it is made in.
            service = AksService("diabetes", aks_arguments(**changes()), opts())
            return {
                "scoring_uri": service.scoring_uri,
                "swagger_uri": service.swagger_uri,
                "address": service.address,
                "namespace": service.namespace,
                "primary": service.primary_key,
                "secondary": service.secondary_key,
            }

        return azure_mocks(program, preview=preview)

    return make


def pod(run):
    return run.one(DEPLOYMENT).inputs["spec"]["template"]


def container(run):
    (only,) = pod(run)["spec"]["containers"]
    return only


def variables(run):
    return {each["name"]: each["value"] for each in container(run)["env"]}


def secret(run, name):
    (found,) = (each for each in run.all(SECRET) if each.name == name)
    data = plain(found.inputs["data"])
    assert is_secret(found.inputs["data"]) or all(map(is_secret, data.values()))
    return {key: b64decode(plain(value)).decode() for key, value in data.items()}


def test_runs_exactly_the_image_it_was_given(serve):
    run = serve()
    assert container(run)["image"] == IMAGE
    assert run.one(DEPLOYMENT).inputs["metadata"]["annotations"] == {
        "slipway.io/image": "diabetes-image:7"
    }


def test_has_one_provider_that_knows_its_cluster(serve):
    run = serve()
    provider = run.one(PROVIDER)
    assert is_secret(provider.inputs["kubeconfig"])
    run.assert_only_in_secrets("planted-kubeconfig")
    del provider.inputs["kubeconfig"]
    assert provider.inputs == {
        "context": "aks",
        "clusterIdentifier": "/the/cluster",
        "enableSecretMutable": "true",
        "enableServerSideApply": "true",
        "deleteUnreachable": "false",
    }
    for each in run.resources:
        if each.type.startswith("kubernetes:"):
            assert each.options.provider.startswith(provider.urn), each.name


def test_a_program_may_share_the_provider_among_services(serve):
    def opts():
        return pulumi.ResourceOptions(
            providers=[pulumi_kubernetes.Provider("the-cluster", kubeconfig="planted-kubeconfig")]
        )

    assert serve(opts=opts).one(PROVIDER).name == "the-cluster"


def test_goes_with_its_cluster(serve):
    def opts():
        return pulumi.ResourceOptions(deleted_with=pulumi.ComponentResource("a:b:c", "cluster"))

    run = serve(opts=opts)
    (cluster,) = (each for each in run.resources if each.name == "cluster")
    for each in run.resources:
        if each.type.startswith("kubernetes:"):
            assert each.options.deleted_with == cluster.urn, each.name


def test_the_selector_has_nothing_that_an_update_may_change(serve):
    def changed():
        return {"tags": {"a": "b"}, "image_id": "diabetes-image:8", "cpu_cores": 2}

    wanted = {"slipway.io/service": "diabetes", "slipway.io/version": "main"}
    for run in (serve(), serve(changed)):
        spec = run.one(DEPLOYMENT).inputs["spec"]
        assert spec["selector"]["matchLabels"] == wanted
        assert wanted.items() <= spec["template"]["metadata"]["labels"].items()
        assert run.one(SERVICE).inputs["spec"]["selector"] == wanted


def test_new_pods_start_beside_the_old_ones(serve):
    spec = serve().one(DEPLOYMENT).inputs["spec"]
    assert spec["strategy"]["rollingUpdate"] == {"maxSurge": "100%", "maxUnavailable": 0}
    assert spec["minReadySeconds"] == 5


def test_without_room_some_old_ones_make_way(serve):
    spec = serve(lambda: {"max_unavailable": 1}).one(DEPLOYMENT).inputs["spec"]
    assert spec["strategy"]["rollingUpdate"] == {"maxSurge": 0, "maxUnavailable": 1}


def test_kubernetes_gives_up_before_the_engine_does(serve):
    deployment = serve(lambda: {"startup_seconds": 120, "rollout_seconds": 900}).one(DEPLOYMENT)
    assert deployment.inputs["spec"]["progressDeadlineSeconds"] == 1020
    timeouts = deployment.options.custom_timeouts
    assert (timeouts["create"], timeouts["update"]) == ("1320s", "1320s")


@pytest.mark.parametrize(
    ("changes", "least", "most"),
    [
        ({}, 1, 10),
        ({"autoscale": AutoscaleOptions(min_replicas=2, max_replicas=5)}, 2, 5),
        ({"num_replicas": 4}, 4, 4),
    ],
)
def test_the_autoscaler_alone_sets_the_number_of_replicas(serve, changes, least, most):
    run = serve(lambda: changes)
    assert run.one(DEPLOYMENT).inputs["spec"]["replicas"] == least
    assert list(run.one(DEPLOYMENT).options.ignore_changes) == ["spec.replicas"]
    spec = run.one(HPA).inputs["spec"]
    assert (spec["minReplicas"], spec["maxReplicas"]) == (least, most)
    assert spec["scaleTargetRef"]["name"] == run.one(DEPLOYMENT).inputs["metadata"]["name"]


def test_scales_on_the_use_of_the_cpu_by_default(serve):
    def chosen():
        return {"autoscale": AutoscaleOptions(target_utilization=50, scale_down_seconds=200)}

    spec = serve(chosen).one(HPA).inputs["spec"]
    assert spec["metrics"] == [
        {
            "type": "Resource",
            "resource": {
                "name": "cpu",
                "target": {"type": "Utilization", "averageUtilization": 50},
            },
        }
    ]
    assert spec["behavior"]["scaleDown"]["stabilizationWindowSeconds"] == 200
    assert spec["behavior"]["scaleUp"]["stabilizationWindowSeconds"] == 0


def test_scales_on_requests_in_progress_by_keda(serve):
    run = serve(
        lambda: {
            "autoscale": AutoscaleOptions(metric="concurrency", refresh_seconds=5),
            "max_concurrent_requests": 4,
            "gateway": SHARED,
        }
    )
    assert run.all(HPA) == []
    spec = run.one(SCALED).inputs["spec"]
    (trigger,) = spec["triggers"]
    assert spec["pollingInterval"] == 5
    assert trigger["metadata"] == {
        "url": "http://diabetes.default.svc:5001/metrics",
        "format": "prometheus",
        "valueLocation": "scoring_requests_in_progress",
        "targetValue": "2.8",
        "aggregateFromKubeServiceEndpoints": "true",
        "aggregationType": "sum",
        "authMode": "bearer",
    }
    key = run.one("kubernetes:keda.sh/v1alpha1:TriggerAuthentication").inputs["spec"]
    assert key["secretTargetRef"] == [
        {"parameter": "token", "name": "diabetes-keys", "key": "primary"}
    ]
    peers = [rule["from"] for rule in run.one(POLICY).inputs["spec"]["ingress"]]
    assert [
        {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}}}
    ] in peers


def test_a_fixed_number_needs_no_keda(serve):
    run = serve(lambda: {"num_replicas": 2})
    assert run.all(SCALED) == []


def test_the_budget_always_lets_one_go(serve):
    spec = serve().one("kubernetes:policy/v1:PodDisruptionBudget").inputs["spec"]
    # Kubernetes rounds up: of one replica it is one.
    assert spec["maxUnavailable"] == "25%"
    assert spec["unhealthyPodEvictionPolicy"] == "AlwaysAllow"


def test_resources(serve):
    run = serve(
        lambda: {
            "cpu_cores": 2,
            "memory_gb": 1.5,
            "cpu_cores_limit": 2.5,
            "memory_gb_limit": 2,
            "gpu_cores": 1,
        }
    )
    assert container(run)["resources"] == {
        "requests": {"cpu": "2", "memory": "1536Mi"},
        "limits": {"cpu": "2500m", "memory": "2Gi", "nvidia.com/gpu": "1"},
    }


def test_without_limits_a_replica_takes_what_is_idle(serve):
    assert container(serve())["resources"] == {"requests": {"cpu": "100m", "memory": "512Mi"}}


def test_the_server_is_told_its_limits(serve):
    run = serve(
        lambda: {
            "max_concurrent_requests": 3,
            "max_queue_wait_ms": 200,
            "scoring_timeout_ms": 300_000,
        }
    )
    told = variables(run)
    assert told["SLIPWAY_MAX_CONCURRENT_REQUESTS"] == "3"
    assert told["SLIPWAY_MAX_QUEUE_WAIT_MS"] == "200"
    assert told["SLIPWAY_SCORING_TIMEOUT_MS"] == "300000"


def test_the_servers_keep_alive_outlasts_a_proxys_hour(serve):
    assert float(variables(serve())["SLIPWAY_KEEP_ALIVE_SECONDS"]) > 3600
    assert KEEP_ALIVE > 3600


@pytest.mark.parametrize("timeout_ms", [1, 5000, 60_000, 300_000])
def test_nobody_kills_before_the_last_answer(timeout_ms):
    ending = Ending.of(timeout_ms)
    assert ending.drain <= ending.grace / 2  # what the server itself demands
    assert ending.grace >= ending.drain + timeout_ms / 1000
    assert ending.whole > ending.before + ending.grace


def test_a_pod_ends_by_those_clocks(serve):
    run = serve(lambda: {"scoring_timeout_ms": 300_000})
    ending = Ending.of(300_000)
    assert container(run)["lifecycle"] == {"preStop": {"sleep": {"seconds": ending.before}}}
    assert pod(run)["spec"]["terminationGracePeriodSeconds"] == ending.whole
    assert variables(run)["SLIPWAY_GRACE_SECONDS"] == str(ending.grace)


def test_probes_ask_the_runtimes_own_routes(serve):
    run = serve(
        lambda: {
            "startup_seconds": 120,
            "liveness": LivenessOptions(period_seconds=20, timeout_seconds=4, failure_threshold=5),
            "readiness": ReadinessOptions(
                period_seconds=3, timeout_seconds=1, success_threshold=2, failure_threshold=4
            ),
        }
    )
    ready = {"path": "/v2/health/ready", "port": "health", "scheme": "HTTP"}
    found = container(run)
    assert found["startupProbe"] == {
        "httpGet": ready,
        "periodSeconds": 1,
        "timeoutSeconds": 1,
        "failureThreshold": 120,
    }
    assert found["livenessProbe"] == {
        "httpGet": {**ready, "path": "/"},
        "periodSeconds": 20,
        "timeoutSeconds": 4,
        "failureThreshold": 5,
    }
    assert found["readinessProbe"] == {
        "httpGet": ready,
        "periodSeconds": 3,
        "timeoutSeconds": 1,
        "successThreshold": 2,
        "failureThreshold": 4,
    }


def test_is_allowed_by_the_restricted_pod_security_standard(serve):
    run = serve()
    spec = pod(run)["spec"]
    assert spec["securityContext"]["runAsNonRoot"]
    assert spec["securityContext"]["runAsUser"] == 1000
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container(run)["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "readOnlyRootFilesystem": True,
    }
    assert {next(iter(set(each) - {"name"})) for each in spec["volumes"]} <= {"emptyDir", "secret"}
    assert spec["automountServiceAccountToken"] is False


def test_replicas_are_spread_where_that_is_possible(serve):
    spread = pod(serve())["spec"]["topologySpreadConstraints"]
    assert {each["topologyKey"] for each in spread} == {
        "topology.kubernetes.io/zone",
        "kubernetes.io/hostname",
    }
    assert {each["whenUnsatisfiable"] for each in spread} == {"ScheduleAnyway"}


def test_a_pool_is_selected_and_its_taints_are_tolerated(serve):
    spec = pod(serve(lambda: {"pool": "gpu", "pool_taints": ["dedicated=scoring:NoExecute"]}))[
        "spec"
    ]
    wanted = spec["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    # By the label of a cluster of ours, whose pools change their names, or by Azure's.
    assert [term["matchExpressions"] for term in wanted["nodeSelectorTerms"]] == [
        [{"key": label, "operator": "In", "values": ["gpu"]}]
        for label in ("slipway.io/pool", "kubernetes.azure.com/agentpool")
    ]
    assert spec["tolerations"] == [
        {
            "key": "kubernetes.azure.com/scalesetpriority",
            "operator": "Equal",
            "value": "spot",
            "effect": "NoSchedule",
        },
        {"key": "sku", "operator": "Equal", "value": "gpu", "effect": "NoSchedule"},
        {"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"},
        {"key": "dedicated", "operator": "Equal", "value": "scoring", "effect": "NoExecute"},
    ]


def test_without_a_pool_nothing_is_selected_or_tolerated(serve):
    assert {"affinity", "nodeSelector", "tolerations"} & pod(serve())["spec"].keys() == set()


def test_made_keys_are_files_of_a_secret_with_a_fixed_name(serve):
    run = serve(lambda: {"primary_key_generation": 3})
    assert run.one(KEYS).inputs["primaryGeneration"] == 3
    assert secret(run, "diabetes-keys-secret") == {"primary": "made-1", "secondary": "made-2"}
    told = variables(run)
    assert told["SLIPWAY_PRIMARY_KEY_FILE"] == "/var/slipway/keys/primary"
    assert told["SLIPWAY_SECONDARY_KEY_FILE"] == "/var/slipway/keys/secondary"
    run.assert_only_in_secrets("made-1")
    assert is_secret(run.result["primary"])


def test_new_keys_restart_no_pod(serve):
    def own(primary):
        return lambda: {"primary_key": primary, "secondary_key": "own-2"}

    before, after = serve(own("own-1")), serve(own("own-3"))
    assert before.all(KEYS) == []
    assert before.one(DEPLOYMENT).inputs == after.one(DEPLOYMENT).inputs
    assert secret(before, "diabetes-keys-secret") != secret(after, "diabetes-keys-secret")


def test_a_new_key_or_route_may_take_until_it_has_arrived(serve):
    open_to_all = {"auth": False}
    for changes, seconds in (({}, 180), (open_to_all, 0), ({**open_to_all, "gateway": SHARED}, 60)):
        assert (
            serve(lambda changes=changes: changes).one(SMOKE).inputs["settlingSeconds"] == seconds
        )


def test_without_auth_there_are_no_keys(serve):
    run = serve(lambda: {"auth": False})
    assert run.all(SECRET) == run.all(KEYS) == []
    assert run.result["primary"] is None
    assert not [name for name in variables(run) if "KEY" in name and "ALIVE" not in name]


def test_secret_variables_are_files_of_a_secret_that_never_changes(serve):
    run = serve(
        lambda: {
            "secret_environment": {"TOKEN": "planted"},
            "insights_connection_string": "connection-1",
        }
    )
    assert secret(run, "diabetes-variables") == {
        "TOKEN": "planted",
        "APPLICATIONINSIGHTS_CONNECTION_STRING": "connection-1",
    }
    (made,) = (each for each in run.all(SECRET) if each.name == "diabetes-variables")
    # Without a name the engine gives each content its own, and pods follow.
    assert made.inputs["immutable"] is True
    assert "name" not in made.inputs["metadata"]
    mounted = {
        each["name"]: each["secret"] for each in pod(run)["spec"]["volumes"] if "secret" in each
    }
    assert mounted["variables"]["secretName"] == "diabetes-variables-1a2b3c4d"
    assert container(run)["command"][-2:] == ["--secrets", "/var/slipway/secrets"]
    run.assert_only_in_secrets("planted")


def test_environment_is_sorted_and_wins_over_settings(serve):
    run = serve(lambda: {"environment": {"Z": "1", "SLIPWAY_MAX_QUEUE_WAIT_MS": "900"}})
    names = [each["name"] for each in container(run)["env"]]
    assert names == sorted(names)
    assert variables(run)["SLIPWAY_MAX_QUEUE_WAIT_MS"] == "900"


def test_environment_may_arrive_late(serve):
    run = serve(lambda: {"environment": pulumi.Output.from_input({"B": "2"})})
    assert variables(run)["B"] == "2"
    assert "SLIPWAY_PRIMARY_KEY_FILE" in variables(run)


def test_tells_what_it_is(serve):
    run = serve(lambda: {"tags": {"a b": "c"}, "description": "Progression"})
    assert run.one(DEPLOYMENT).inputs["metadata"]["annotations"] == {
        "slipway.io/image": "diabetes-image:7",
        "slipway.io/description": "Progression",
        "slipway.io/tags": json.dumps({"a b": "c"}),
    }
    # What only describes it restarts nothing.
    assert pod(run)["metadata"]["annotations"] == {"slipway.io/image": "diabetes-image:7"}


def test_a_load_balancer_is_the_usual_way(serve):
    run = serve()
    found = run.one(SERVICE).inputs
    assert found["spec"]["type"] == "LoadBalancer"
    assert [(each["port"], each["targetPort"]) for each in found["spec"]["ports"]] == [
        (80, "http"),
        (8001, "grpc"),
    ]
    assert found["metadata"]["annotations"] == {
        "service.beta.kubernetes.io/port_80_health-probe_protocol": "Http",
        "service.beta.kubernetes.io/port_80_health-probe_request-path": "/",
    }
    assert run.result["scoring_uri"] == "http://20.0.0.4/score"
    assert run.result["swagger_uri"] == "http://20.0.0.4/swagger.json"
    assert run.result["address"] == "20.0.0.4"
    assert run.all(GATEWAY) == run.all(ROUTE) == []


def test_an_internal_address_is_asked_nothing_from_here(serve):
    run = serve(lambda: {"internal": True})
    annotations = run.one(SERVICE).inputs["metadata"]["annotations"]
    assert annotations["service.beta.kubernetes.io/azure-load-balancer-internal"] == "true"
    assert run.all(SMOKE) == []
    asked = serve(lambda: {"internal": True, "smoke_test": SmokeTestOptions(ask_from_here=True)})
    assert asked.one(SMOKE).inputs["scoringUri"] == "http://20.0.0.4/score"


def test_with_a_certificate_the_server_itself_serves_https(serve):
    tls = TlsMaterial(certificate="CERT", key="planted-key")
    run = serve(lambda: {"tls": tls, "cname": "score.example.com"})
    assert [each["port"] for each in run.one(SERVICE).inputs["spec"]["ports"]] == [443]
    assert secret(run, "diabetes-certificate") == {"tls.crt": "CERT", "tls.key": "planted-key"}
    assert "--tls-cert" in container(run)["command"]
    assert container(run)["livenessProbe"]["httpGet"]["scheme"] == "HTTPS"
    assert run.result["scoring_uri"] == "https://score.example.com/score"
    smoke = run.one(SMOKE).inputs
    assert (smoke["connectTo"], smoke["authority"]) == ("20.0.0.4", "CERT")
    run.assert_only_in_secrets("planted-key")


def test_a_gateway_of_its_own(serve):
    run = serve(
        lambda: {"gateway": GatewayOptions(class_name="approuting-istio"), "internal": True}
    )
    gateway = run.one(GATEWAY).inputs
    assert gateway["spec"]["gatewayClassName"] == "approuting-istio"
    assert gateway["metadata"]["annotations"] == {"pulumi.com/waitFor": "condition=Programmed"}
    (listener,) = gateway["spec"]["listeners"]
    assert (listener["protocol"], listener["port"]) == ("HTTP", 80)
    assert gateway["spec"]["infrastructure"]["annotations"] == {
        "service.beta.kubernetes.io/azure-load-balancer-internal": "true"
    }
    paths = [rule["matches"][0]["path"]["value"] for rule in run.one(ROUTE).inputs["spec"]["rules"]]
    assert paths == ["/api/v1/service/diabetes", "/inference.GRPCInferenceService", "/"]
    assert run.result["scoring_uri"] == "http://20.0.0.5/api/v1/service/diabetes/score"
    assert variables(run)["SERVICE_PATH_PREFIX"] == "/api/v1/service/diabetes"


def test_behind_a_gateway_the_service_is_waited_for_by_nobody(serve):
    found = serve(lambda: {"gateway": SHARED}).one(SERVICE).inputs
    assert found["spec"]["type"] == "ClusterIP"
    assert found["metadata"]["annotations"] == {"pulumi.com/skipAwait": "true"}


def test_the_gateways_certificate_is_a_secret_of_a_fixed_name(serve):
    tls = TlsMaterial(certificate="CERT", key="planted-key")
    run = serve(
        lambda: {
            "gateway": GatewayOptions(class_name="envoy"),
            "tls": tls,
            "cname": "score.example.com",
        }
    )
    (listener,) = run.one(GATEWAY).inputs["spec"]["listeners"]
    assert listener["tls"]["certificateRefs"] == [{"kind": "Secret", "name": "diabetes-tls"}]
    assert (listener["port"], listener["hostname"]) == (443, "score.example.com")
    assert "--tls-cert" not in container(run)["command"]
    assert run.one(ROUTE).inputs["spec"]["hostnames"] == ["score.example.com"]
    assert run.result["scoring_uri"] == "https://score.example.com/api/v1/service/diabetes/score"


def test_an_issuer_of_certificates(serve):
    chosen = GatewayOptions(
        class_name="envoy", host="score.example.com", certificate_issuer="letsencrypt"
    )
    run = serve(lambda: {"gateway": chosen})
    annotations = run.one(GATEWAY).inputs["metadata"]["annotations"]
    assert annotations["cert-manager.io/cluster-issuer"] == "letsencrypt"
    assert run.result["scoring_uri"].startswith("https://score.example.com/")


def test_a_gateway_that_exists_is_only_read_and_shared(serve):
    run = serve(lambda: {"gateway": SHARED, "scoring_timeout_ms": 300_000})
    assert "spec" not in run.one(GATEWAY).inputs
    spec = run.one(ROUTE).inputs["spec"]
    assert (
        spec["parentRefs"][0] | {"namespace": "gateways", "name": "shared"} == spec["parentRefs"][0]
    )
    # Nothing but its own path: others have the rest.
    (rule,) = spec["rules"]
    assert rule["matches"] == [
        {"path": {"type": "PathPrefix", "value": "/api/v1/service/diabetes"}}
    ]
    assert rule["filters"][0]["urlRewrite"]["path"]["replacePrefixMatch"] == "/"
    # The server's own answer comes first.
    assert rule["timeouts"] == {"request": "305s"}
    assert run.result["scoring_uri"] == "http://20.0.0.5/api/v1/service/diabetes/score"


def test_only_the_gateways_proxies_reach_the_pods(serve):
    (rule,) = serve(lambda: {"gateway": SHARED}).one(POLICY).inputs["spec"]["ingress"]
    labels = [each["podSelector"]["matchLabels"] for each in rule["from"]]
    assert labels == [
        {"gateway.networking.k8s.io/gateway-name": "shared"},
        {"gateway.envoyproxy.io/owning-gateway-name": "shared"},
    ]
    assert [each["port"] for each in rule["ports"]] == [5001, 8001]


def test_nobody_but_the_machine_reaches_the_health_port(serve):
    for chosen in ({}, {"gateway": SHARED}):
        run = serve(lambda chosen=chosen: chosen)
        ports = [
            each["port"]
            for rule in run.one(POLICY).inputs["spec"]["ingress"]
            for each in rule["ports"]
        ]
        assert 5002 not in ports
        assert 5002 not in [each["port"] for each in run.one(SERVICE).inputs["spec"]["ports"]]


def test_a_namespace_of_its_own_is_restricted_and_takes_all_along(serve):
    run = serve(lambda: {"namespace": "scoring", "create_namespace": True})
    namespace = run.one("kubernetes:core/v1:Namespace")
    assert (
        namespace.inputs["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    )
    for each in run.resources:
        if each.type.startswith("kubernetes:") and each is not namespace:
            assert each.inputs["metadata"]["namespace"] == "scoring"
            assert each.options.deleted_with == namespace.urn
    assert run.result["namespace"] == "scoring"


def test_pods_may_have_an_identity_in_azure(serve):
    run = serve(lambda: {"identity_client_id": "client-1"})
    account = run.one("kubernetes:core/v1:ServiceAccount").inputs
    assert account["metadata"]["annotations"] == {"azure.workload.identity/client-id": "client-1"}
    assert pod(run)["metadata"]["labels"]["azure.workload.identity/use"] == "true"


def test_the_smoke_test_comes_last_and_watches_no_container_group(serve):
    run = serve(
        lambda: {"smoke_test": SmokeTestOptions(request={"data": [1]}, deadline_seconds=60)}
    )
    smoke = run.one(SMOKE).inputs
    assert smoke["body"] == json.dumps({"data": [1]})
    assert smoke["deadlineSeconds"] == 60
    assert is_secret(smoke["key"])
    assert "containerGroup" not in smoke


def test_new_credentials_for_the_same_cluster_ask_nothing_again(serve):
    def reached_by(kubeconfig):
        wiring = ClusterWiring(kubeconfig=kubeconfig, identifier="/the/cluster")
        return serve(lambda: {"cluster": wiring}).one(SMOKE).inputs["trigger"]

    assert reached_by("first") == reached_by("second")


def test_what_is_built_here_is_started_once_before(serve, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(registry_login, "refresh_token", lambda _: "token")
    run = serve(lambda: {"built_here": True})
    check = run.one("docker-build:index:Image")
    assert check.urn in run.one(DEPLOYMENT).options.depends_on


def test_every_child_sits_under_the_component(serve):
    run = serve()
    component = run.one(TYPE)
    children = [each for each in run.resources if each is not component]
    assert {each.options.parent for each in children} == {component.urn}
    assert set(run.outputs[component.urn]) == {
        "service_name",
        "namespace",
        "address",
        "scoring_uri",
        "swagger_uri",
        "primary_key",
        "secondary_key",
    }


@pytest.mark.parametrize("gateway", [GatewayOptions(), SHARED, GatewayOptions(class_name="envoy")])
def test_a_preview_knows_no_address_yet(serve, gateway):
    run = serve(
        lambda: {
            "image": pulumi.Output.from_input(pulumi.UNKNOWN),
            "gateway": gateway,
            "cluster": ClusterWiring(
                kubeconfig=pulumi.Output.from_input(pulumi.UNKNOWN),
                identifier=pulumi.Output.from_input(pulumi.UNKNOWN),
            ),
        },
        preview=True,
    )
    assert container(run).get("image", UNKNOWN) == UNKNOWN
    assert run.one(HPA).inputs["spec"]["maxReplicas"] == 10


def test_a_secret_in_what_is_shown_is_refused(serve):
    with pytest.raises(Exception, match=r"environment\.A must not be secret"):
        serve(lambda: {"environment": {"A": pulumi.Output.secret(Secret("planted"))}})
