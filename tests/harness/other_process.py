"""Python in a process of its own, for what a process does only once."""

import subprocess
import sys


def errors_of(program: str) -> str:
    """Run a program whose statements may be asserts; return what it wrote as errors, "" if it ended
    well."""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    return ended.stderr or ("" if ended.returncode == 0 else f"ended with {ended.returncode}")
