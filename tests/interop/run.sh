#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# run.sh SCRIPT ARGUMENTS...: runs a script of this folder in its environment; 77 (skipped) where that is not there.
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
python=$("$here/make_env.sh" --cached) || exit 77
script=$1; shift
exec "$python" "$here/$script" "$@"
