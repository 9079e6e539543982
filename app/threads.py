"""How many threads numpy's linear algebra may use."""

from __future__ import annotations

from threadpoolctl import threadpool_limits


def one_thread_a_process() -> None:
    """Limits BLAS to one thread from now on.

    The products for one message take well under a millisecond; with more threads they wait for
    each other far longer than they compute, above all on a busy machine. Several requests at
    once are served by several processes (`huashu serve --workers`).
    """
    threadpool_limits(limits=1, user_api="blas")
