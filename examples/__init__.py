"""What users copy from, and the demo; a package only so that `python -m examples.demo` finds this folder."""
