"""How long whole processes take, as ratios to `python -c "import typer"` in the same run.

    python benchmarks/startup.py [--rounds 15]

Each round runs every command once, in turn, so that a machine that slows down slows all of them; the median of the
ratios within a round is what counts.  Bars: `coach --help` at most 3, a rules-graded answer at most 6.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COACH = Path(sys.executable).with_name("coach.exe" if sys.platform == "win32" else "coach")
BASELINE = "import typer"
COMMANDS: dict[str, list[str]] = {
    BASELINE: [sys.executable, "-c", "import typer"],
    "coach --help": [str(COACH), "--help"],
    "coach questions": [str(COACH), "questions"],
    "coach grade, rules": [str(COACH), "grade", str(ROOT / "examples" / "q05-draft.md"), "-q", "5", "--model", "rules"],
}
BARS = {"coach --help": 3.0, "coach grade, rules": 6.0}


def seconds(command: list[str], home: str) -> float:
    """Wall seconds of one whole process."""
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, env={"COACH_HOME": home, "PYTHONUTF8": "1"})
    return time.perf_counter() - started


def main() -> int:
    """Measure and print a table; 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    with tempfile.TemporaryDirectory() as home:
        for command in COMMANDS.values():
            seconds(command, home)  # warm the file cache
        for _ in range(rounds):
            for name, command in COMMANDS.items():
                times[name].append(seconds(command, home))
    missed = False
    print(f"{'command':<22}{'median ms':>10}{'ratio':>8}{'bar':>6}")
    for name, found in times.items():
        ratio = statistics.median(a / b for a, b in zip(found, times[BASELINE], strict=True))
        bar = BARS.get(name)
        missed = missed or (bar is not None and ratio > bar)
        print(f"{name:<22}{statistics.median(found) * 1000:>10.0f}{ratio:>8.2f}{bar or '':>6}")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
