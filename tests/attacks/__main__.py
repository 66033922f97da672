"""`python -m tests.attacks` fights all attacks, prints what they win and writes docs/attacks.md.

`python -m tests.attacks sample --count 24 --seed 1 DIR` writes some of them as files for a language model: each with
its clean answer beside it, case-01-a.md and case-01-b.md, one of them attacked; which one, tells an index beside DIR.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from tests.attacks.cases import Case, pick, sample
from tests.attacks.report import DOCUMENT, report


def write_sample(folder: Path, index: Path, count: int, seed: int) -> None:
    """Write pairs of answers under names that tell nothing, and apart from them which is which."""
    folder.mkdir(parents=True, exist_ok=True)
    entries = []
    for number, case in enumerate(sample(count, seed), 1):
        attacked, clean = pick((("a", "b"), ("b", "a")), seed, number)
        name = f"case-{number:02}"
        for side, text in ((attacked, case.text), (clean, case.base.text)):
            whole = f"---\nquestion: {case.base.question}\n---\n{text}\n"
            (folder / f"{name}-{side}.md").write_text(whole, encoding="utf-8", newline="")
        entries.append(_entry(case, f"{name}-{attacked}.md", f"{name}-{clean}.md"))
    index.write_text(json.dumps({"seed": seed, "cases": entries}, indent=1) + "\n", encoding="utf-8")


def _entry(case: Case, attacked: str, clean: str) -> dict[str, object]:
    return {
        "attacked": attacked,
        "clean": clean,
        "question": case.base.question,
        "family": case.family,
        "number": case.number,
        "answer": case.base.name,
        "clean_levels": case.base.levels,
        "attack": case.attack,
    }


def main(arguments: list[str] | None = None) -> int:
    """Report, or write a sample."""
    parser = argparse.ArgumentParser(prog="python -m tests.attacks", description=__doc__)
    commands = parser.add_subparsers(dest="command")
    wanted = commands.add_parser("sample", help="write some cases as files")
    wanted.add_argument("folder", type=Path, metavar="DIR")
    wanted.add_argument("--count", type=int, default=24)
    wanted.add_argument("--seed", type=int, default=1)
    wanted.add_argument("--index", type=Path, help="default: DIR-index.json, beside DIR")
    args = parser.parse_args(arguments)
    if args.command == "sample":
        index = args.index or args.folder.with_name(f"{args.folder.name}-index.json")
        write_sample(args.folder, index, args.count, args.seed)
        sys.stdout.write(f"{args.count} pairs in {args.folder}, and which is which in {index}\n")
        return 0
    made = report()
    DOCUMENT.write_text(made, encoding="utf-8")
    sys.stdout.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
