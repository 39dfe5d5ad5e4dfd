"""The node's own authority, and what it certifies: each component is somebody, and may do what its name allows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from rehearsal.cluster.layout import API_SERVICE, CLUSTER_DOMAIN, NODE, NODE_ADDRESS, SERVER
from rehearsal.cluster.places import ClusterPlaces
from rehearsal.machine import private_file

_DAYS = 365
_CLIENT, _SERVER = ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH
_API_NAMES = (
    "localhost",
    "kubernetes",
    "kubernetes.default",
    "kubernetes.default.svc",
    f"kubernetes.default.svc.{CLUSTER_DOMAIN}",
)
_ADDRESSES = ("127.0.0.1", NODE_ADDRESS)


@dataclass(frozen=True)
class _Subject:
    """Who a certificate is for; `names` and `addresses` of one that serves."""

    name: str
    group: str | None = None
    names: Sequence[str] = ()
    addresses: Sequence[str] = ()


_SUBJECTS = {
    "apiserver": _Subject("kube-apiserver", names=_API_NAMES, addresses=(*_ADDRESSES, API_SERVICE)),
    "kubelet-serving": _Subject(
        f"system:node:{NODE}", "system:nodes", names=(NODE,), addresses=_ADDRESSES
    ),
    "etcd": _Subject("etcd", names=("localhost",), addresses=("127.0.0.1",)),
    "apiserver-etcd-client": _Subject("apiserver-etcd"),
    "apiserver-kubelet-client": _Subject("kube-apiserver-kubelet-client"),
    "admin": _Subject("admin", "system:masters"),
    "controller-manager": _Subject("system:kube-controller-manager"),
    "scheduler": _Subject("system:kube-scheduler"),
    "kubelet": _Subject(f"system:node:{NODE}", "system:nodes"),
    "proxy": _Subject("system:kube-proxy"),
}
#: Who calls the API server by a kubeconfig.
CALLERS = ("admin", "controller-manager", "scheduler", "kubelet", "proxy")


def make(places: ClusterPlaces) -> None:
    """Write every key, certificate and kubeconfig; what was there is replaced."""
    authority = _Authority.new("rehearsal-cluster")
    authority.keep(places.pki, "ca")
    for file, subject in _SUBJECTS.items():
        authority.issue(subject).keep(places.pki, file)
    # The API server shows this one to other API servers behind it, which trust no other.
    front = _Authority.new("rehearsal-cluster-front-proxy")
    front.keep(places.pki, "front-proxy-ca")
    front.issue(_Subject("front-proxy-client")).keep(places.pki, "front-proxy-client")
    _keep_service_account_key(places.pki)
    for caller in CALLERS:
        _write(kubeconfig_path(places, caller), _kubeconfig(places, caller))


def kubeconfig_path(places: ClusterPlaces, caller: str) -> Path:
    """The kubeconfig of one caller."""
    return places.kubeconfig if caller == "admin" else places.pki / f"{caller}.kubeconfig"


@dataclass(frozen=True)
class _Pair:
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    def keep(self, folder: Path, name: str) -> None:
        _write(folder / f"{name}.crt", self.certificate.public_bytes(serialization.Encoding.PEM))
        _write(folder / f"{name}.key", _private_pem(self.key))


class _Authority(_Pair):
    @classmethod
    def new(cls, name: str) -> "_Authority":
        key = ec.generate_private_key(ec.SECP256R1())
        subject = _name(_Subject(name))
        usage = _usage(certifies=True)
        return cls(
            key, _builder(subject, subject, key, ca=True, usage=usage).sign(key, hashes.SHA256())
        )

    def issue(self, subject: _Subject) -> _Pair:
        key = ec.generate_private_key(ec.SECP256R1())
        builder = _builder(
            _name(subject), self.certificate.subject, key, ca=False, usage=_usage(certifies=False)
        )
        uses = [_SERVER, _CLIENT] if subject.names else [_CLIENT]
        builder = builder.add_extension(x509.ExtendedKeyUsage(uses), critical=False)
        if subject.names:
            builder = builder.add_extension(_alternatives(subject), critical=False)
        return _Pair(key, builder.sign(self.key, hashes.SHA256()))


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    *,
    ca: bool,
    usage: x509.KeyUsage,
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=_DAYS))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(usage, critical=True)
    )


def _name(subject: _Subject) -> x509.Name:
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, subject.name)]
    if subject.group:
        parts.insert(0, x509.NameAttribute(NameOID.ORGANIZATION_NAME, subject.group))
    return x509.Name(parts)


def _alternatives(subject: _Subject) -> x509.SubjectAlternativeName:
    return x509.SubjectAlternativeName(
        [
            *(x509.DNSName(name) for name in subject.names),
            *(x509.IPAddress(ip_address(address)) for address in subject.addresses),
        ]
    )


def _usage(*, certifies: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=certifies,
        crl_sign=certifies,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _keep_service_account_key(folder: Path) -> None:
    """Signs the tokens of service accounts; RSA, as issuers' key sets usually are."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    _write(folder / "service-accounts.key", _private_pem(key))
    _write(folder / "service-accounts.pub", public)


def _private_pem(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _kubeconfig(places: ClusterPlaces, caller: str) -> bytes:
    cluster = {"server": SERVER, "certificate-authority-data": _inline(places.pki / "ca.crt")}
    user = {
        "client-certificate-data": _inline(places.pki / f"{caller}.crt"),
        "client-key-data": _inline(places.pki / f"{caller}.key"),
    }
    return yaml.safe_dump(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "rehearsal", "cluster": cluster}],
            "users": [{"name": caller, "user": user}],
            "contexts": [
                {"name": "rehearsal", "context": {"cluster": "rehearsal", "user": caller}}
            ],
            "current-context": "rehearsal",
        },
        sort_keys=False,
    ).encode()


def _inline(path: Path) -> str:
    from base64 import b64encode

    return b64encode(path.read_bytes()).decode()


def _write(path: Path, content: bytes) -> None:
    private_file.write(path, content)
