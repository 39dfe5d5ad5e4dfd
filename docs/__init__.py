"""Documents; a package only so that `python -m docs.generate` finds this folder."""
