"""The number of threads that matrix products use."""

from functools import cache

from threadpoolctl import threadpool_limits


@cache
def hold_blas_to_one_thread() -> object:
    """Hold the whole process's BLAS library to one thread, for good.

    Products this small gain nothing from a second thread, the window needs the other core, and sums that are
    always split in the same way always round to the same bits.
    """
    return threadpool_limits(limits=1, user_api="blas")
