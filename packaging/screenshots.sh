#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Draws every page of the window on the sample model, light and dark, into docs/screenshots (or the folder given), at SIZE (1440x900). Needs no display.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."
out="${1:-docs/screenshots}"
packaging/install-deps.sh --run
cmake --preset release >/dev/null
cmake --build --preset release --parallel "$(nproc)" --target screenshots
mkdir -p "$out"
QT_QPA_PLATFORM=offscreen build/release/tests/gui/screenshots --sample resources/sample --out "$out" --only "${SIZE:-1440x900}"
