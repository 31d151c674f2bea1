import subprocess
import sys
from pathlib import Path

from nnviz.run.blas import hold_blas_to_one_thread

TESTS = Path(__file__).parents[1]
ASK = """
import numpy, threadpoolctl
from {module} import {name} as hold
{call}
libraries = threadpoolctl.threadpool_info()
print(*(library["num_threads"] for library in libraries if library["user_api"] == "blas"))
"""


def threads(module, name, call):
    program = ASK.format(module=module, name=name, call=call)
    # In a process of its own: here, some other test may have held the library already.
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_blas_is_held_to_one_thread():
    held = threads("nnviz.run.blas", "hold_blas_to_one_thread", "hold()")
    assert held
    assert set(held) == {"1"}


def test_a_trainer_holds_blas_to_one_thread():
    made = "from run.small import small_data, small_spec; hold(small_spec(), small_data())"
    program = f"import sys; sys.path.insert(0, {str(TESTS)!r}); {made}"
    assert set(threads("nnviz.run.trainer", "Trainer", program)) == {"1"}


def test_holding_blas_again_changes_nothing():
    assert hold_blas_to_one_thread() is hold_blas_to_one_thread()
