#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes the small Python environment of tests/interop from PyPI where it is not there yet, and prints its python.
# It lies in ${QS_INTEROP_DIR:-${XDG_CACHE_HOME:-~/.cache}/quantoscope/interop}; a changed requirements.txt makes it anew.
#   make_env.sh [--cached]   --cached: prints it where it is there, and fails otherwise
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
root=${QS_INTEROP_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/quantoscope/interop}
sum=$( (cat "$here/requirements.txt"; python3 --version) | sha256sum | cut -c1-16)
dir=$root/small-$sum
if [ ! -e "$dir/.complete" ]; then
  [ "${1:-}" != --cached ] || { echo "interop: the environment is not there; make it with $here/make_env.sh" >&2; exit 1; }
  mkdir -p "$root"
  exec 9>"$root/.lock"
  flock 9 # two runs at once make one environment
  if [ ! -e "$dir/.complete" ]; then
    echo "interop: making a Python environment from PyPI (140 MB) in $dir" >&2
    rm -rf "$dir"
    python3 -m venv "$dir" >&2 && "$dir/bin/python" -m pip install --quiet --disable-pip-version-check --only-binary :all: -r "$here/requirements.txt" >&2 || { rm -rf "$dir"; exit 1; }
    touch "$dir/.complete"
  fi
fi
echo "$dir/bin/python"
