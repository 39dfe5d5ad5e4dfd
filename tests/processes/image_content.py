"""`python image_content.py PROJECT CONTEXTS`: an image's content key and staged files, as JSON.

A process of its own, because it is run under other Pythons and in other surroundings than the tests.
PROJECT holds model.pkl, src/score.py and myenv.yml.
"""

import hashlib
import json
import sys
from pathlib import Path

from slipway.imagebuild.context import ContextSpec, ModelFile, content_key, stage

project, contexts = map(Path, sys.argv[1:])
model = project / "model.pkl"
spec = ContextSpec(
    models=(
        ModelFile(
            name="diabetes",
            version=1,
            path=model,
            sha256=hashlib.sha256(model.read_bytes()).hexdigest(),
        ),
    ),
    entry_script=project / "src" / "score.py",
    source_directory=project / "src",
    conda_file=project / "myenv.yml",
    labels=(("team", "blue"), ("area", "diabetes")),
)
folder = stage(spec, contexts)
files = {
    path.relative_to(folder).as_posix(): [
        hashlib.sha256(path.read_bytes()).hexdigest(),
        oct(path.stat().st_mode),
        path.stat().st_mtime_ns,
    ]
    for path in folder.rglob("*")
    if path.is_file()
}
print(json.dumps({"key": content_key(spec), "folder": folder.name, "files": files}, sort_keys=True))
