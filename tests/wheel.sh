#!/bin/sh
# Build the wheel, install it in an empty environment, and grade from another folder: what catches files left out.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/python" -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir "$work/dist" "$root"
"$work/venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$root/requirements.txt"
"$work/venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps "$work"/dist/*.whl
cp "$root/examples/q05-draft.md" "$work/draft.md"
cd "$work"
COACH_HOME="$work/home" "$work/venv/bin/coach" grade draft.md -q 5 --model rules
COACH_HOME="$work/home" "$work/venv/bin/coach" questions
"$work/venv/bin/python" -c 'from answer_coach.laws.material import material; assert material().evidence'
echo "the wheel grades in an empty environment"
