"""The process that the engine starts; it ends with it."""

import sys
from importlib.metadata import version

from plugin.provider import Plugin
from slipway.provider.serve import serve

serve(sys.argv[1:], version("slipway-ml"), Plugin())
