"""The programs of the node: built once from their published Go modules, into the cache."""

from importlib import resources
from pathlib import Path

from rehearsal.cluster.errors import ClusterError
from rehearsal.golang import go
from rehearsal.golang.compile import compile_packages
from rehearsal.golang.errors import ToolchainError
from rehearsal.golang.install import alone, whole
from rehearsal.golang.report import say
from rehearsal.golang.sources import digest
from rehearsal.golang.version import required, required_go

COMPONENTS = (
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "kubelet",
    "kube-proxy",
    "kubectl",
)
_SOURCES = Path(str(resources.files("rehearsal.cluster"))) / "builds" / "kubernetes"
_PACKAGES = ("./kube", "./etcd", "./pause")
_VERSION = "k8s.io/component-base/version"


def version() -> str:
    """`1.34.3`: the Kubernetes that is built."""
    return str(required(_SOURCES / "go.mod", r"k8s\.io/kubernetes v(\S+)", "release of Kubernetes"))


def folder(cache: Path) -> Path:
    """Where the programs are, or will be."""
    return _cache(cache) / f"kubernetes-{version()}-{digest(_SOURCES)}"


def are_there(cache: Path) -> bool:
    """Whether they need not be built."""
    return (folder(cache) / "kube").exists()


def ensure(cache: Path) -> Path:
    """The folder of the programs, which are built where they are missing. Raises ClusterError."""
    if are_there(cache):
        return folder(cache)
    try:
        with alone(_cache(cache)):
            if not are_there(cache):
                _build(cache)
    except ToolchainError as error:
        raise ClusterError(f"Kubernetes {version()} could not be built: {error}") from None
    return folder(cache)


def find_go(cache: Path) -> go.Go:
    """The Go that builds them. Raises ToolchainError where there is none."""
    return go.find(required_go(_SOURCES / "go.mod"), _cache(cache))


def _build(cache: Path) -> None:
    found = find_go(cache)
    say(f"Building Kubernetes {version()} and etcd with Go {found.version} ({found.program}):")
    say(
        "  about 8 minutes on two free cores and 4 GB of disk the first time; later starts take seconds."
    )
    static = found.static("-trimpath", "-buildvcs=false")
    with whole(folder(cache)) as made:
        compile_packages(static, _SOURCES, _PACKAGES, made, ldflags=_linker_flags())
        for name in COMPONENTS:
            (made / name).symlink_to("kube")
    found.drop_own_caches()


def _linker_flags() -> str:
    """Without them Kubernetes calls itself v0.0.0-master."""
    major, minor, _ = version().split(".")
    told = {"gitVersion": f"v{version()}", "gitMajor": major, "gitMinor": minor}
    told |= {"gitTreeState": "clean"}
    return " ".join(["-s -w", *(f"-X {_VERSION}.{name}={value}" for name, value in told.items())])


def _cache(cache: Path) -> Path:
    return cache / "cluster"
