"""Models and images as numbered OCI artefacts."""
