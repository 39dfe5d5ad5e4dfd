"""What a pickle was written with, read without running any of it.

Every class that the pickle names is replaced by one that does nothing, so its code is not even imported.
Reads what pickle.dump and joblib.dump write, compressed or not.
"""

import bz2
import gzip
import io
import lzma
import pickle
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, ClassVar

_SKLEARN_VERSION = "_sklearn_version"  # BaseEstimator.__getstate__ writes it
# XGBoost's Booster keeps its model as UBJSON, older ones as JSON; both begin with the library's version.
_XGBOOST_VERSION = re.compile(
    rb'version\[#L\0{7}\x03i(.)i(.)i(.)|"version":\[(\d+),(\d+),(\d+)\]', re.DOTALL
)
# What may stand behind `==` in a list of requirements, where a pickle of a stranger must not put anything else.
_VERSION = re.compile(r"[0-9][0-9A-Za-z.+]*")
_ARRAYS = ("joblib.numpy_pickle", "NumpyArrayWrapper")
_COMPRESSED: dict[bytes, Callable[[Path], Any]] = {
    b"\x1f\x8b": gzip.open,
    b"BZ": bz2.open,
    b"\xfd7zXZ": lzma.open,
    b"]\0": lzma.open,
}


class UnreadablePickle(Exception):
    """The file is no pickle that can be read; the text says why."""


@dataclass
class Written:
    """`modules` that the pickle's classes come from; `versions` of libraries, as far as it tells."""

    modules: set[str] = field(default_factory=set)
    versions: dict[str, str] = field(default_factory=dict)


def read(path: Path) -> Written:
    """Raises UnreadablePickle."""
    written = Written()
    try:
        with _opened(path) as stream:
            _Reader(stream, written).load()
    except Exception as error:
        # Bytes that only look like a pickle may fail in any way.
        raise UnreadablePickle(f"{type(error).__name__}: {error}") from None
    return written


def _opened(path: Path) -> IO[bytes]:
    with path.open("rb") as file:
        start = file.read(8)
    for magic, opened in _COMPRESSED.items():
        if start.startswith(magic):
            return opened(path)  # type: ignore[no-any-return]  # each opens for reading bytes
    if start[:1] == b"x":  # joblib's default compression; no pickle begins with it
        return io.BytesIO(zlib.decompress(path.read_bytes()))
    return path.open("rb")


class _Exactly:
    """A stream that shows the unpickler no more than it asks for, so that arrays between opcodes can be skipped."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.read = stream.read
        self.readline = stream.readline


class _Inert:
    """Stands for any object: takes whatever a pickle does to it, and does nothing."""

    module: ClassVar[str] = ""
    arguments: tuple[Any, ...] = ()

    def __new__(cls, *arguments: Any, **_named: Any) -> "_Inert":
        made = super().__new__(cls)
        made.arguments = arguments
        return made

    def __init__(self, *_arguments: Any, **_named: Any) -> None:
        pass

    def __call__(self, *_arguments: Any, **_named: Any) -> "_Inert":
        return _Inert()

    def __setstate__(self, state: Any) -> None:
        pass

    def __setitem__(self, key: Any, value: Any) -> None:
        pass

    def append(self, item: Any) -> None:
        pass

    def extend(self, items: Any) -> None:
        pass

    def add(self, item: Any) -> None:
        pass


class _Reader(pickle.Unpickler):
    def __init__(self, stream: IO[bytes], written: Written) -> None:
        super().__init__(_Exactly(stream))
        self._stream = stream
        self._written = written

    def find_class(self, module: str, name: str) -> type[_Inert]:
        """Never the class that is named."""
        self._written.modules.add(module)
        if (module, name) == _ARRAYS:
            return _array_in(self._stream, self._written)
        if (module, name) == ("numpy", "dtype"):
            return _Dtype
        if name == "_reconstructor":
            return _Reconstructed
        return _noting(module, self._written)

    def persistent_load(self, _id: Any) -> _Inert:
        return _Inert()


def _noting(library: str, written: Written) -> type[_Inert]:
    class Noting(_Inert):
        module = library

        def __setstate__(self, state: Any) -> None:
            _note(self.module, _as_mapping(state), written)

    return Noting


def _note(module: str, state: dict[Any, Any], written: Written) -> None:
    version = state.get(_SKLEARN_VERSION)
    if module.startswith("sklearn.") and isinstance(version, str) and _VERSION.fullmatch(version):
        written.versions.setdefault("sklearn", version)
    if module.startswith("xgboost."):
        found = _XGBOOST_VERSION.search(_bytes(state.get("handle")))
        if found is not None:
            written.versions.setdefault("xgboost", ".".join(_numbers(found)))


def _bytes(value: Any) -> bytes:
    """A bytearray, which protocols before 5 write as a call with bytes, or with Latin-1 text."""
    while isinstance(value, _Inert) and value.arguments:
        value = value.arguments[0]
    if isinstance(value, str):
        return value.encode("latin-1", errors="replace")
    return bytes(value) if isinstance(value, bytes | bytearray) else b""


def _numbers(found: re.Match[bytes]) -> list[str]:
    binary, text = found.groups()[:3], found.groups()[3:]
    return [str(ord(each)) for each in binary] if binary[0] else [each.decode() for each in text]


def _as_mapping(state: Any) -> dict[Any, Any]:
    """The attributes of a state, which may come as (attributes, slots)."""
    if isinstance(state, tuple) and state:
        state = state[0]
    return state if isinstance(state, dict) else {}


class _Reconstructed(_Inert):
    """How protocols 0 and 1 make an object: a function of Python's, with its class."""

    def __new__(cls, *arguments: Any, **_named: Any) -> _Inert:  # type: ignore[misc]  # a pickle calls it as a function
        kind = arguments[0]
        return kind() if isinstance(kind, type) and issubclass(kind, _Inert) else _Inert()


class _Dtype(_Inert):
    """numpy's dtype as far as it says how many bytes a value has."""

    itemsize = 0
    holds_objects = False

    def __setstate__(self, state: Any) -> None:
        code = str(self.arguments[0])
        self.holds_objects = code.startswith("O")
        # numpy: (3, byte order, ..., itemsize, alignment, flags); -1 where the code itself says it.
        self.itemsize = state[5] if state[5] > 0 else int(code[1:])


def _array_in(stream: IO[bytes], written: Written) -> type[_Inert]:
    class ArrayWrapper(_Inert):
        def __setstate__(self, state: Any) -> None:
            dtype = state["dtype"]
            if dtype.holds_objects:
                _Reader(stream, written).load()
                return
            if state.get("numpy_array_alignment_bytes") is not None:
                stream.read(stream.read(1)[0])
            count = 1
            for length in state["shape"]:
                count *= length
            stream.read(count * dtype.itemsize)

    return ArrayWrapper
