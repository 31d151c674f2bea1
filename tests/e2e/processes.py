"""The program as a process of its own."""

import os
import re
import sys

PATIENCE = 60
"""Seconds after which a process is taken for hung."""

COMPLAINTS = re.compile(
    r"QThread|QObject|QBasicTimer|QPaint|Traceback|Error|Warning|core dumped", re.IGNORECASE
)


def surroundings(folder, **changes):
    """Return an environment without the developer's settings; a variable that is None is absent."""
    given = {**os.environ, "HOME": str(folder), "XDG_CONFIG_HOME": str(folder / "config")}
    given |= {"XDG_DATA_HOME": str(folder / "data")}
    given |= {"XDG_RUNTIME_DIR": str(folder), "PYTHONFAULTHANDLER": "1", **changes}
    return {name: value for name, value in given.items() if value is not None}


def complaints(stderr):
    """Return the lines of stderr that say that something went wrong."""
    return [line for line in stderr.splitlines() if COMPLAINTS.search(line)]


def nnviz():
    return [sys.executable, "-m", "nnviz"]
