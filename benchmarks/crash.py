"""A large batch at an endpoint with faults, killed at ten moments and gone on with: nothing lost, nothing paid twice.

    python -m benchmarks.crash [--answers 2000] [--kills 10]

One reply in twenty goes wrong: 429, 500, a dropped connection, a malformed reply, one that hangs.  The server counts
the requests.  1 where anything does not hold.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.support.crashes import AT_ONCE, crash

APART = 3.0  # seconds after the first request within which a run is killed


def main() -> int:
    """Run and print; 1 where anything does not hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--answers", type=int, default=2_000)
    parser.add_argument("--kills", type=int, default=10)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = crash(Path(folder), chosen.answers, chosen.kills, APART)
    most = chosen.answers + found.faults + chosen.kills * AT_ONCE
    print(f"cards on disk after each kill: {', '.join(map(str, found.on_disk))}")
    print(f"cards at the end: {len(found.rows)} of {chosen.answers}, of them {len(found.failed)} typed failures")
    print(f"faults: {', '.join(f'{count} {kind}' for kind, count in sorted(found.went.items()) if kind != 'well')}")
    print(f"requests: {found.requests}, at most {most} (answers + faults + {AT_ONCE} under way at each kill)")
    broken = list(found.broken(chosen.answers))
    print("\n".join(broken) if broken else "all held")
    return int(bool(broken))


if __name__ == "__main__":
    sys.exit(main())
