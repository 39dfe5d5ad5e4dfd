"""What of a user's folder is never taken unasked, into an image or as a model: gitignore's patterns."""

STAGING = ".slipway"
"""Folder in a project where build contexts are staged."""

# What editors, version control, file managers and Python leave behind; none of it is source.
LEFT_OUT = frozenset(
    {".DS_Store", ".git", ".hg", ".hypothesis", ".idea", ".ipynb_checkpoints", ".mypy_cache"}
    | {".nox", ".pytest_cache", ".ruff_cache", ".svn", ".tox", ".venv", ".vscode"}
    | {STAGING, "Thumbs.db", "__pycache__", "desktop.ini", "node_modules", "*.pyc"}
)

# Whoever pulls the image reads them. `!.env` in the ignore file takes one all the same.
CREDENTIALS = (
    *(
        ".env",
        ".env.*",
        "!.env.example",
        "!.env.template",
        ".netrc",
        "_netrc",
        ".pypirc",
        "pip.conf",
        "pip.ini",
    ),
    *(".aws/", ".azure/", ".kube/", ".ssh/", ".docker/config.json", ".git-credentials", ".npmrc"),
    *(
        "id_rsa",
        "id_dsa",
        "id_ecdsa",
        "id_ed25519",
        "*.pfx",
        "*.p12",
        "*.jks",
        "*.keystore",
        "*.ppk",
        "*.kdbx",
    ),
    *(
        "*.key",
        "*-key.pem",
        "*_key.pem",
        "key.pem",
        "privkey.pem",
        "credentials.json",
        "client_secret*.json",
    ),
)

# What `hf download --local-dir` notes beside the files: when each was loaded.
OF_A_MODEL = (".cache/huggingface/",)
