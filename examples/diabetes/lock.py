"""Writes myenv.lock: every package of the image by version and hash.

Optional. Without it the packages are resolved when the image is built; with it everybody builds
the same image at any time.
"""

from pathlib import Path

from imagebuild import conda, lock

CONDA_FILE = Path(__file__).parent / "myenv.yml"

if __name__ == "__main__":
    environment = conda.read(CONDA_FILE)
    target = CONDA_FILE.with_suffix(".lock")
    target.unlink(missing_ok=True)
    target.write_text(lock.lock(environment))
    print(f"wrote {target}")
