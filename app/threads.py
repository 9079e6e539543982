"""How threads share the processor: numpy's linear algebra, and Python's interpreter lock."""

from __future__ import annotations

import sys

from threadpoolctl import threadpool_limits

SWITCH_SECONDS = 0.0001


def one_thread_a_process() -> None:
    """Limits BLAS to one thread from now on.

    The products for one message take well under a millisecond; with more threads they wait for
    each other far longer than they compute, above all on a busy machine. Several requests at
    once are served by several processes (`huashu serve --workers`).
    """
    threadpool_limits(limits=1, user_api="blas")


def take_turns_quickly() -> None:
    """Lets a thread that waits for the interpreter have it after a tenth of a millisecond, not 5.

    While a book is read, checked and fitted in a thread, every request waits for its turn again
    after each of the some fifteen products that make a sentence vector.
    """
    sys.setswitchinterval(SWITCH_SECONDS)
