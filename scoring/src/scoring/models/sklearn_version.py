"""scikit-learn promises nothing for a pickle of another version, so another version refuses."""

from __future__ import annotations

import pickletools
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from scoring.errors import ScoringError
from scoring.models.discovery import ModelFile

# BaseEstimator.__getstate__ writes it under this key.
_KEY = "_sklearn_version"

#: Names under which model registries record scikit-learn (Azure ML's is ScikitLearn).
_NAMES = frozenset({"scikit-learn", "scikitlearn", "sklearn"})


def check_recorded(model: ModelFile, content: bytes) -> None:
    """Compares what was registered and what stands in the pickle, before any of it is run. Raises ScoringError."""
    entry = model.entry
    if entry is not None and entry.framework.lower() in _NAMES and entry.framework_version:
        _compare(model, entry.framework_version, "registered")
    in_pickle = _version_in(content)
    if in_pickle is not None:
        _compare(model, in_pickle, "pickled")


@contextmanager
def refusing_other_versions(model: ModelFile) -> Iterator[None]:
    """While unpickling: scikit-learn's own warning about another version becomes ScoringError."""
    try:
        from sklearn.exceptions import InconsistentVersionWarning
    except ImportError:
        yield
        return
    with warnings.catch_warnings():
        warnings.simplefilter("error", InconsistentVersionWarning)
        try:
            yield
        except InconsistentVersionWarning as warning:
            raise _refusal(model, warning.original_sklearn_version, "pickled") from None


def _compare(model: ModelFile, trained: str, how: str) -> None:
    try:
        import sklearn
    except ImportError:  # loading the file says what is missing
        return
    if trained != sklearn.__version__:
        raise _refusal(model, trained, how)


def _refusal(model: ModelFile, trained: str, how: str) -> ScoringError:
    import sklearn

    return ScoringError(
        f"{model.path} was {how} with scikit-learn {trained}, but scikit-learn {sklearn.__version__} is installed; "
        f"install scikit-learn=={trained} in the image, train again, or convert the model to ONNX"
    )


def _version_in(content: bytes) -> str | None:
    """The version in a plain pickle, read without running it; None where there is none to be seen."""
    if _KEY.encode() not in content:
        return None
    waiting = False
    try:
        for _, argument, _ in pickletools.genops(content):
            if argument == _KEY:
                waiting = True
            elif waiting and isinstance(argument, str):
                return argument
    except ValueError:
        # joblib writes arrays between opcodes; scikit-learn's warning still comes when such a file is loaded.
        return None
    return None
