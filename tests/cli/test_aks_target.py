"""The command's functions for services on a cluster, against a server that answers as Kubernetes does."""

import json
import threading
from base64 import b64encode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from slipway.cli.components import Component
from slipway.cli.targets import aks
from slipway.cloud.errors import CloudError
from slipway.outputs import AksServiceOutput
from slipway.project import uses
from slipway.project.uses import Registry

SERVICE = AksServiceOutput(
    target="aks",
    name="diabetes",
    namespace="scoring",
    context="mine",
    image="diabetes-image:7",
    image_ref="reg.azurecr.io/images/diabetes-image@sha256:1",
    auth=True,
)
DEPLOYMENT = "/apis/apps/v1/namespaces/scoring/deployments/diabetes"
PODS = "/api/v1/namespaces/scoring/pods"
CLUSTER = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/c"


def deployment(*, wanted=3, ready=3, updated=None, generation=4, conditions=()):
    return {
        "metadata": {"name": "diabetes", "generation": generation},
        "spec": {"replicas": wanted, "selector": {}, "template": {}},
        "status": {
            "observedGeneration": 4,
            "replicas": wanted,
            "readyReplicas": ready,
            "availableReplicas": ready,
            "updatedReplicas": wanted if updated is None else updated,
            "conditions": [{"status": "True", **each} for each in conditions],
        },
    }


def pod(
    name="diabetes-1",
    *,
    made="2026-11-29T05:00:00Z",
    node="node-1",
    status=None,
    limits=None,
    **more,
):
    found = [] if status is None else [status]
    return {
        "metadata": {"name": name, "namespace": "scoring", "creationTimestamp": made},
        "spec": {
            "nodeName": node,
            "containers": [
                {
                    "name": "scoring",
                    "image": "reg/a@sha256:1",
                    "resources": {"limits": limits or {}},
                }
            ],
        },
        "status": {"containerStatuses": found, **more},
    }


def container(*, ready=False, restarts=0, **state):
    return {
        "name": "scoring",
        "ready": ready,
        "restartCount": restarts,
        "image": "a",
        "imageID": "a",
        **state,
    }


READY = container(ready=True, state={"running": {"startedAt": "2026-11-29T05:00:00Z"}})


class Cluster:
    """Answers by path; remembers what was changed."""

    def __init__(self):
        self.answers = {}
        self.patched = []
        self.tokens = []
        cluster = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self._answer(urlsplit(self.path))

            def do_PATCH(self):
                length = int(self.headers["Content-Length"])
                cluster.patched.append((self.path, json.loads(self.rfile.read(length))))
                self._answer(urlsplit(self.path))

            def _answer(self, asked):
                cluster.tokens.append(self.headers["Authorization"])
                found = cluster.answers.get(asked.path)
                if callable(found):
                    found = found(parse_qs(asked.query))
                if isinstance(found, list) and len(found) == 2 and isinstance(found[0], int):
                    status, body = found
                elif found is None:
                    status, body = 404, {"code": 404, "message": "not found", "reason": "NotFound"}
                else:
                    status, body = 200, found
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                text = body if isinstance(body, str) else json.dumps(body)
                self.wfile.write(text.encode())

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def has(self, found, *pods):
        self.answers[DEPLOYMENT] = found
        self.answers[PODS] = {"items": list(pods), "metadata": {}}

    def kubeconfig(self, user):
        return {
            "current-context": "mine",
            "clusters": [
                {
                    "name": "c",
                    "cluster": {"server": f"http://127.0.0.1:{self.server.server_port}"},
                }
            ],
            "contexts": [{"name": "mine", "context": {"cluster": "c", "user": "u"}}],
            "users": [{"name": "u", "user": user}],
        }


@pytest.fixture
def cluster(tmp_path, monkeypatch):
    found = Cluster()
    file = tmp_path / "kubeconfig"
    file.write_text(yaml.safe_dump(found.kubeconfig({"token": "mine"})))
    monkeypatch.setenv("KUBECONFIG", f"{tmp_path / 'another'}:{file}")
    yield found
    found.server.shutdown()
    found.server.server_close()


def seen(cluster, found, *pods):
    cluster.has(found, *pods)
    (state,) = aks.states([SERVICE])
    return state


def test_a_service_that_runs(cluster):
    state = seen(cluster, deployment(wanted=1, ready=1), pod(status=READY))
    assert state == {
        "state": "Running",
        "detail": "1 of 1 replicas ready",
        "replicas": 1,
        "ready": 1,
        "restarts": 0,
        "nodes": ["node-1"],
        "problem": None,
    }
    assert set(cluster.tokens) == {"Bearer mine"}


def test_a_service_that_is_not_there(cluster):
    assert aks.states([SERVICE]) == [{"state": "not found"}]


@pytest.mark.parametrize(
    ("found", "state"),
    [
        (deployment(generation=5), "Updating"),
        (deployment(updated=1), "Updating"),
        (deployment(ready=0), "Waiting"),
        (
            deployment(
                updated=1,
                conditions=[{"type": "Progressing", "reason": "ProgressDeadlineExceeded"}],
            ),
            "Failed",
        ),
    ],
)
def test_a_service_on_its_way(cluster, found, state):
    assert seen(cluster, found)["state"] == state


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (
            pod(
                status=container(
                    restarts=4,
                    state={"waiting": {"reason": "CrashLoopBackOff", "message": "back-off"}},
                    lastState={"terminated": {"exitCode": 3, "reason": "Error"}},
                )
            ),
            "diabetes-1 on node-1 ended with exit code 3, restarted 4 times: init() of the entry script raised, and "
            "its log has the traceback",
        ),
        (
            pod(
                status=container(
                    restarts=1,
                    lastState={"terminated": {"exitCode": 137, "reason": "OOMKilled"}},
                ),
                limits={"memory": "512Mi"},
            ),
            "diabetes-1 on node-1 ended with exit code 137, restarted 1 time: it needed more memory than its limit of "
            "512Mi; increase the service's memoryGbLimit",
        ),
        (
            pod(
                status=container(
                    state={"waiting": {"reason": "ImagePullBackOff", "message": "401 Unauthorized"}}
                )
            ),
            "diabetes-1 on node-1 waits (ImagePullBackOff): 401 Unauthorized",
        ),
        (
            pod(
                node=None,
                conditions=[
                    {
                        "type": "PodScheduled",
                        "status": "False",
                        "message": "0/1 nodes are available: 1 Insufficient cpu.",
                    }
                ],
            ),
            "no machine takes diabetes-1: 0/1 nodes are available: 1 Insufficient cpu.",
        ),
        (pod(status=container(state={"waiting": {"reason": "ContainerCreating"}})), None),
    ],
    ids=["init", "memory", "pull", "room", "on its way"],
)
def test_what_is_wrong_with_a_replica(cluster, broken, said):
    assert seen(cluster, deployment(ready=0), broken)["problem"] == said


def test_pods_that_could_not_be_made(cluster):
    refused = {"type": "ReplicaFailure", "message": "exceeded quota: small"}
    state = seen(cluster, deployment(ready=0, conditions=[refused]))
    assert state["problem"] == "exceeded quota: small"


def test_logs_of_all_replicas_in_the_order_of_time(cluster):
    cluster.has(deployment(), pod("a", status=READY), pod("b", status=READY), pod("c"))
    asked = []

    def printed(text):
        return lambda query: asked.append(query) or text

    cluster.answers[f"{PODS}/a/log"] = printed(
        "2026-11-29T05:00:01Z one\n2026-11-29T05:00:03Z three\n"
    )
    cluster.answers[f"{PODS}/b/log"] = printed(
        "2026-11-29T05:00:02Z two\n2026-11-29T05:00:04Z four\n"
    )
    assert aks.logs(SERVICE, 3) == "two\nthree\nfour\n"
    assert {query["container"][0] for query in asked} == {"scoring"}
    assert {query["tailLines"][0] for query in asked} == {"3"}


def test_what_a_container_printed_before_it_ended(cluster):
    ended = container(lastState={"terminated": {"exitCode": 3, "message": "Traceback: planted"}})
    cluster.has(deployment(ready=0), pod(status=ended))
    assert aks.logs(SERVICE, 10) == "Traceback: planted"


def test_a_restart_waits_for_the_new_replicas(cluster, monkeypatch):
    monkeypatch.setattr(aks, "_LOOK_SECONDS", 0.01)
    answers = [deployment(generation=5), deployment(updated=1), deployment()]
    cluster.answers[DEPLOYMENT] = lambda _: answers.pop(0) if len(answers) > 1 else answers[0]
    aks.restart(SERVICE)
    ((path, change),) = cluster.patched
    assert path.startswith(DEPLOYMENT)
    (name,) = change["spec"]["template"]["metadata"]["annotations"]
    assert name == "kubectl.kubernetes.io/restartedAt"
    assert answers == [deployment()]


def test_a_restart_that_cannot_be_says_why(cluster):
    stuck = {"type": "Progressing", "reason": "ProgressDeadlineExceeded"}
    cluster.has(
        deployment(updated=1, conditions=[stuck]),
        pod(status=container(state={"waiting": {"reason": "ImagePullBackOff"}})),
    )
    with pytest.raises(CloudError) as told:
        aks.restart(SERVICE)
    assert str(told.value) == (
        "diabetes was not restarted: diabetes-1 on node-1 waits (ImagePullBackOff). The old ones go on answering."
    )


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (403, "You need the role Azure Kubernetes Service RBAC Writer"),
        (401, "the cluster mine does not know who asks: sign in again"),
        (500, "the cluster mine refused: no"),
    ],
)
def test_a_refusal_is_a_sentence(cluster, status, said):
    cluster.answers[DEPLOYMENT] = [status, {"code": status, "message": "no"}]
    with pytest.raises(CloudError) as told:
        aks.states([SERVICE])
    assert said in str(told.value)


def test_a_cluster_that_does_not_answer_is_a_sentence(cluster):
    cluster.server.shutdown()
    cluster.server.server_close()
    with pytest.raises(CloudError, match="the cluster mine does not answer"):
        aks.states([SERVICE])


def test_a_context_that_nobody_has_is_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "none"))
    with pytest.raises(CloudError, match="no kubeconfig has the context 'mine'"):
        aks.states([SERVICE])


class Arm:
    """ARM with one cluster."""

    def __init__(self, kubeconfig):
        self.kubeconfig = kubeconfig

    def post(self, url, _version):
        assert url == f"{CLUSTER}/listClusterUserCredential"
        text = yaml.safe_dump(self.kubeconfig)
        return {
            "kubeconfigs": [{"name": "clusterUser", "value": b64encode(text.encode()).decode()}]
        }

    def pages(self, _path, _version):
        yield {"id": CLUSTER}


@pytest.fixture
def arm(cluster, monkeypatch):
    """The same cluster as one of Azure's: its kubeconfig would start a program."""

    class Credential:
        def get_token(self, scope):
            assert scope == "6dae42f8-4368-4678-94ff-3960e28e3630/.default"
            return type("Token", (), {"token": "of-entra"})

    program = {"exec": {"apiVersion": "client.authentication.k8s.io/v1beta1", "command": "no-such"}}
    found = Arm(cluster.kubeconfig(program))
    monkeypatch.setattr("slipway.cloud.arm_client.ArmClient", lambda: found)
    monkeypatch.setattr("slipway.cloud.credential.credential", Credential)
    monkeypatch.setattr("slipway.cloud.credential.subscription_id", lambda: "s")
    return cluster


def test_azures_clusters_are_asked_by_whoever_is_signed_in(arm):
    service = AksServiceOutput(
        target="aks",
        name="diabetes",
        namespace="scoring",
        cluster_id=CLUSTER,
        image="",
        image_ref="",
        auth=True,
    )
    arm.has(deployment())
    (state,) = aks.states([service])
    assert state["state"] == "Running"
    assert set(arm.tokens) == {"Bearer of-entra"}


def test_who_uses_an_image_is_looked_for_in_clusters(arm):
    arm.answers["/api/v1/pods"] = {"items": [pod(status=READY)], "metadata": {}}
    (place,) = uses.of_clusters(Registry("reg"), None)
    assert place.users == [f"the pod scoring/diabetes-1 of the cluster {CLUSTER}"]
    (place,) = uses.of_clusters(Registry("other"), None)
    assert place.users == []


def test_a_cluster_that_cannot_be_asked_was_not_searched(arm):
    arm.answers["/api/v1/pods"] = [403, {"code": 403, "message": "no"}]
    (place,) = uses.of_clusters(Registry("reg"), None)
    assert "refused: no" in place.unsearched


def resource(type_, **more):
    return {"type": type_, "urn": f"urn::{type_}", **more}


def test_a_service_whose_update_failed_is_described():
    made = {
        "metadata": {
            "name": "diabetes",
            "namespace": "scoring",
            "annotations": {"slipway.io/image": "diabetes-image:8"},
        },
        "spec": {
            "template": {
                "spec": {
                    "containers": [
                        {"image": "reg/a@sha256:1", "env": [{"name": "X", "value": "1"}]}
                    ]
                }
            }
        },
    }
    component = Component(
        "diabetes",
        {},
        [
            resource("kubernetes:apps/v1:Deployment", inputs=made),
            resource("pulumi:providers:kubernetes", inputs={"clusterIdentifier": CLUSTER}),
        ],
    )
    found = aks.described(component, {"auth": False}, "")
    assert (found.name, found.namespace, found.cluster_id) == ("diabetes", "scoring", CLUSTER)
    assert (found.image, found.image_ref, found.auth) == (
        "diabetes-image:8",
        "reg/a@sha256:1",
        False,
    )
    assert aks.created(found)
    assert not aks.created(aks.described(Component("diabetes", {}, []), {}, ""))


def test_keys_come_from_wherever_the_update_got():
    data = {"primary": b64encode(b"one").decode(), "secondary": b64encode(b"two").decode()}
    secret = resource("kubernetes:core/v1:Secret", inputs={"data": data})
    assert aks.keys(Component("a", {}, [secret])) == {"primary": "one", "secondary": "two"}
    done = Component("a", {"primary_key": "three", "secondary_key": "four"}, [secret])
    assert aks.keys(done) == {"primary": "three", "secondary": "four"}
    assert aks.keys(Component("a", {}, [])) == {"primary": None, "secondary": None}


def test_the_way_there_is_that_of_the_smoke_test():
    asked = resource(
        "slipway:index:SmokeTest", inputs={"connectTo": "20.0.0.5", "authority": "CERT"}
    )
    found = aks.way(Component("a", {}, [asked]))
    assert (found.connect_to, found.authority) == ("20.0.0.5", "CERT")
    assert aks.way(Component("a", {"address": "20.0.0.4"}, [])).connect_to == "20.0.0.4"
