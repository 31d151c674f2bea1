"""Where the files that the program ships are, both installed and in a checkout."""

from functools import cache
from pathlib import Path


@cache
def assets() -> Path:
    """Return the folder of shipped files: inside the package when installed, beside it in a checkout."""
    package = Path(__file__).parents[1]
    installed = package / "assets"
    return installed if installed.is_dir() else package.parent / "assets"
