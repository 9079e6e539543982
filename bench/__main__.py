"""python -m bench [quality|index|robustness|http|policies …] [--eval DIR] [--write].

Without a name: everything, and docs/benchmarks.md is written. With names: these, on stdout;
with --write also into docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from app.threads import one_thread_a_process
from bench import (
    calibration,
    console,
    learning,
    policies,
    quality,
    reload,
    robustness,
    search_speed,
    service,
    shops,
    wording,
)
from bench.data import DEFAULT_EVAL
from bench.progress import say
from bench.report import PAGE, Section, write

SECTIONS: dict[str, Callable[[Path], Section]] = {
    "quality": quality.run,
    "calibration": calibration.run,
    "robustness": robustness.run,
    "index": search_speed.run,
    "http": service.run,
    "shops": shops.run,
    "console": console.run,
    "reload": reload.run,
    "learning": learning.run,
    "wording": wording.run,
    "policies": policies.run,
}


def main() -> None:
    """Reads the arguments, measures, prints, writes."""
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("names", nargs="*", metavar="|".join(SECTIONS), help="all when left out")
    parser.add_argument("--eval", type=Path, default=DEFAULT_EVAL, help="folder of the data")
    parser.add_argument("--write", action="store_true", help=f"put the sections into {PAGE}")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.names if name not in SECTIONS]
    if unknown:
        parser.error(f"no measurement {unknown[0]!r}; there are {', '.join(SECTIONS)}")
    if not arguments.eval.is_dir():
        parser.error(f"no folder {arguments.eval}; name the one of the data with --eval")
    one_thread_a_process()
    for name in arguments.names or SECTIONS:
        say(f"== {name}")
        section = SECTIONS[name](arguments.eval)
        print(f"{section}\n", flush=True)
        if arguments.write or not arguments.names:
            write([section], list(SECTIONS))


if __name__ == "__main__":
    main()
