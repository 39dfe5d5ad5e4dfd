"""Which conda packages are on PyPI, under which name.

A small table for what scoring environments use; a name that is in none of the sets is refused rather than
guessed, because a PyPI project of the same name may be something else entirely.
"""

import re

# conda name -> PyPI name, where they differ.
RENAMED = {
    "lightgbm-cpu": "lightgbm",
    "matplotlib-base": "matplotlib",
    "msgpack-python": "msgpack",
    "opencv": "opencv-python-headless",
    "py-opencv": "opencv-python-headless",
    "py-xgboost": "xgboost",
    "py-xgboost-cpu": "xgboost",
    "py-lightgbm": "lightgbm",
    "pytables": "tables",
    "pytorch": "torch",
    "pytorch-cpu": "torch",
    "ruamel_yaml": "ruamel.yaml",
    "tensorflow-mkl": "tensorflow",
    "onnxruntime-cpu": "onnxruntime",
}

SAME = frozenset(
    (
        "absl-py",
        "aiohttp",
        "attrs",
        "azure-core",
        "azure-identity",
        "azure-storage-blob",
        "beautifulsoup4",
        "boto3",
        "bottleneck",
        "catboost",
        "category_encoders",
        "certifi",
        "cffi",
        "charset-normalizer",
        "click",
        "cloudpickle",
        "cryptography",
        "cycler",
        "cython",
        "dask",
        "dill",
        "distributed",
        "django",
        "docopt",
        "fastapi",
        "filelock",
        "flask",
        "flatbuffers",
        "fsspec",
        "gensim",
        "h5py",
        "httpx",
        "idna",
        "imbalanced-learn",
        "inference-schema",
        "inflection",
        "jinja2",
        "joblib",
        "jsonschema",
        "keras",
        "lightgbm",
        "llvmlite",
        "lxml",
        "lz4",
        "mako",
        "markdown",
        "markupsafe",
        "matplotlib",
        "mlflow",
        "mlxtend",
        "mpmath",
        "msgpack",
        "networkx",
        "nltk",
        "numba",
        "numexpr",
        "numpy",
        "onnx",
        "onnxconverter-common",
        "onnxruntime",
        "opencv-python-headless",
        "openpyxl",
        "orjson",
        "packaging",
        "pandas",
        "patsy",
        "pillow",
        "plotly",
        "polars",
        "prophet",
        "protobuf",
        "psutil",
        "pyarrow",
        "pycparser",
        "pydantic",
        "pyjwt",
        "pyod",
        "pyparsing",
        "pytest",
        "python-dateutil",
        "python-snappy",
        "pytz",
        "pywavelets",
        "pyyaml",
        "regex",
        "requests",
        "safetensors",
        "scikit-image",
        "scikit-learn",
        "scipy",
        "seaborn",
        "sentencepiece",
        "shap",
        "six",
        "skl2onnx",
        "skops",
        "spacy",
        "sqlalchemy",
        "statsmodels",
        "sympy",
        "tables",
        "tabulate",
        "tensorflow",
        "tensorflow-cpu",
        "threadpoolctl",
        "tokenizers",
        "toolz",
        "torch",
        "torchvision",
        "tornado",
        "tqdm",
        "transformers",
        "typing-extensions",
        "typing_extensions",
        "ujson",
        "urllib3",
        "werkzeug",
        "wrapt",
        "xarray",
        "xgboost",
        "xlrd",
        "zstandard",
    )
)

# The build needs none of these in the image: tools, and variants that only conda knows.
DROPPED = frozenset(
    (
        "blas",
        "ca-certificates",
        "conda",
        "libblas",
        "liblapack",
        "nomkl",
        "openssl",
        "pip",
        "setuptools",
        "wheel",
    )
)

# C libraries, compilers and markers that `conda env export` lists: PyPI's wheels and the base image bring their own.
# Spelt out, as far as it goes: librosa and libtmux are Python packages.
_INFRASTRUCTURE = re.compile(
    r"_.*|ld_impl_.*|.*_(linux|osx|win)-64|(gcc|gxx|gfortran|binutils|sysroot|kernel-headers|vc|ucrt|vs20..)(_.*|-.*)?"
    r"|lib(gcc|stdcxx|cxx|gomp|gfortran|quadmath)[0-9]*(-ng|-devel)?|lib(ffi|expat|sqlite|uuid|zlib|nsl|xcrypt|lzma)(-devel)?"
    r"|lib(openblas|cblas|blas|lapack|lapacke|iconv|intl|png|jpeg-turbo|tiff|webp|webp-base|deflate|xml2|xcb|hwloc)"
    r"|lib(brotlicommon|brotlidec|brotlienc|curl|edit|ev|nghttp2|ssh2|sodium|mpdec|winpthread|glib|freetype6?|llvm[0-9.]*)"
    r"|intel-openmp|llvm-openmp|mkl|mkl-service|mkl_fft|mkl_random|mkl-include|mkl-devel|tbb|onemkl.*"
    r"|bzip2|c-ares|icu|krb5|lcms2|lerc|lz4-c|ncurses|openjpeg|python_abi|readline|sqlite|tk|tzdata|xz|xz-tools|zlib|zstd"
    r"|xorg-.*|freetype|gmp|mpfr|mpc|pthread-stubs|yaml|jpeg|brotli-bin|keyutils|libev|cuda-version"
)

# Azure ML's own serving packages; the scoring runtime of the image is in their place.
REPLACED = frozenset(
    (
        "azureml-contrib-services",
        "azureml-core",
        "azureml-dataset-runtime",
        "azureml-defaults",
        "azureml-inference-server-http",
        "azureml-model-management-sdk",
        "azureml-sdk",
        "azureml-telemetry",
    )
)


def is_infrastructure(conda_name: str) -> bool:
    """Whether it is nothing that Python imports, so that an image of wheels goes without."""
    return _INFRASTRUCTURE.fullmatch(conda_name) is not None


def pypi_name(conda_name: str) -> str | None:
    """The PyPI project of a conda package, or None when the table does not know one."""
    if conda_name in RENAMED:
        return RENAMED[conda_name]
    return conda_name if conda_name in SAME else None
