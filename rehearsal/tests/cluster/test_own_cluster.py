"""A cluster of the user's in place of the node."""

import json
import ssl
from base64 import b64encode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
import trustme
import yaml

from rehearsal.cluster import node, own
from rehearsal.cluster.errors import ClusterError
from rehearsal.cluster.places import ClusterPlaces
from rehearsal.cluster.stop import stop


@pytest.fixture
def places(tmp_path):
    return ClusterPlaces(tmp_path / "cluster", tmp_path / "cache")


@pytest.fixture
def server():
    """An API server that tells its version; its URL and its authority."""

    class Versions(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200 if self.path == "/version" else 403)
            self.end_headers()
            self.wfile.write(json.dumps({"gitVersion": "v1.36.5"}).encode())

        def log_message(self, *_):
            pass

    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with ThreadingHTTPServer(("127.0.0.1", 0), Versions) as running:
        running.socket = context.wrap_socket(running.socket, server_side=True)
        Thread(target=running.serve_forever).start()
        yield f"https://127.0.0.1:{running.server_port}", authority.cert_pem.bytes()
        running.shutdown()


@pytest.fixture
def kubeconfig(tmp_path, server):
    """`kubeconfig(**cluster)`: a file with the context `kind`, which leads to the server."""
    url, authority = server

    def write(**cluster):
        trusted = {"certificate-authority-data": b64encode(authority).decode()}
        content = {
            "clusters": [{"name": "c", "cluster": {"server": url, **trusted, **cluster}}],
            "contexts": [{"name": "kind", "context": {"cluster": "c", "user": "u"}}],
        }
        path = tmp_path / "config"
        path.write_text(yaml.safe_dump(content))
        return path

    return write


def test_it_is_used_and_then_forgotten(places, kubeconfig):
    path = kubeconfig()
    found = own.use(places, path, "kind")
    assert (found.version, found.own, found.kubeconfig) == ("1.36.5", False, path)
    assert node.running(places) == found
    assert stop(places)
    assert node.known(places) is None
    assert path.exists()


@pytest.mark.parametrize(
    ("context", "cluster", "told"),
    [
        ("nosuch", {}, "has no context 'nosuch', only kind"),
        ("kind", {"server": ""}, "leads to no server"),
        ("kind", {"insecure-skip-tls-verify": True}, "is not checked"),
        ("kind", {"certificate-authority-data": "bm8="}, "cannot be read"),
        (
            "kind",
            {"certificate-authority-data": None},
            "did not say its version: .*certificate",
        ),
    ],
)
def test_what_leads_to_no_cluster_is_refused(places, kubeconfig, context, cluster, told):
    with pytest.raises(ClusterError, match=told):
        own.use(places, kubeconfig(**cluster), context)
    assert node.known(places) is None


def test_file_and_context_come_together(places, tmp_path):
    with pytest.raises(ClusterError, match="--context is missing"):
        own.use(places, tmp_path / "config", None)
    with pytest.raises(ClusterError, match="is no kubeconfig that can be read"):
        own.use(places, tmp_path / "config", "kind")


def test_the_node_goes_first(places, kubeconfig):
    node.keep(places, places.kubeconfig, "rehearsal", "1.34.3", own=True)
    with pytest.raises(ClusterError, match=r"run `.*cluster stop` first"):
        own.use(places, kubeconfig(), "kind")
