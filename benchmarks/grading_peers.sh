#!/bin/sh
# Seconds a submission of otter-grader and nbgrader on the answers of test_grading.py, each in an environment of its own.
#   sh benchmarks/grading_peers.sh [FOLDER]
set -e
here=$(cd "$(dirname "$0")" && pwd)
work=${1:-$(mktemp -d)}
mkdir -p "$work" && cd "$work"
for peer in otter-grader nbgrader; do
  [ -d "$peer-env" ] || { python3 -m venv "$peer-env" && "$peer-env/bin/pip" install --quiet "$peer" numpy ipykernel; }
done
python3 "$here/grading_peers.py" "$work"
