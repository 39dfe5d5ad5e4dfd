"""Labels of images that the runtimes read."""

PYTHON = "io.slipway.python"
"""The Python version that the image's code wants (`3.11`). Such an image also promises to write below /tmp only."""
