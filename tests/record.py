"""Record the cassettes anew: `make record BASE_URL=http://localhost:8000/v1 MODEL=name [ONLY=q05-weak]`.

Any OpenAI-compatible endpoint will do.  Scenes are recorded side by side; each takes as long as the model takes.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from tests.support.scenes import SCENES, Scene, coach_at
from tests.support.tape import CASSETTES, recorder


def record(scene: Scene, base_url: str, model: str, timeout: float) -> str:
    """Record one scene; what became of it, in one line."""
    target = CASSETTES / f"{scene.name}.yaml"
    target.unlink(missing_ok=True)
    with recorder("all").use_cassette(target.name):
        card = coach_at(base_url, model, timeout).grade(scene.text, question=scene.question)
    return f"{scene.name}: {card.kind}" + (f" {card.overall.level}" if card.kind == "feedback" else "")


def main() -> int:
    """Record what was asked for, one process a scene, as vcrpy's patches are global."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base-url", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--only", default="")
    parser.add_argument("--timeout", type=float, default=3600.0)
    args = parser.parse_args()
    scenes = [scene for scene in SCENES if args.only in ("", scene.name)]
    if len(scenes) == 1:
        sys.stdout.write(record(scenes[0], args.base_url, args.model, args.timeout) + "\n")
        return 0

    def apart(scene: Scene) -> int:
        command = [sys.executable, "-m", "tests.record", "--base-url", args.base_url, "--model", args.model]
        return subprocess.call([*command, "--timeout", str(args.timeout), "--only", scene.name])

    with ThreadPoolExecutor(len(scenes) or 1) as pool:
        return max(pool.map(apart, scenes), default=2)


if __name__ == "__main__":
    sys.exit(main())
