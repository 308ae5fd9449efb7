#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Draws every page of the window on the sample model, light and dark. Needs no display.
#   packaging/screenshots.sh            renews the three pictures of the README, in docs/screenshots
#   packaging/screenshots.sh FOLDER     puts all pages into FOLDER
# SIZE (1440x900) and QS_LANGUAGE (en) choose what is drawn; BUILD names a build folder to use in place of build/release.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."
size="${SIZE:-1440x900}"
build="${BUILD:-build/release}"
readme=(heatmap_light heatmap_dark compare_light)
if [ -z "${BUILD:-}" ]; then
  packaging/install-deps.sh --run
  cmake --preset release >/dev/null
  cmake --build --preset release --parallel "$(nproc)" --target screenshots
fi
out="${1:-}"
if [ -z "$out" ]; then
  out=$(mktemp -d)
  trap 'rm -rf "$out"' EXIT
fi
mkdir -p "$out"
QT_QPA_PLATFORM=offscreen QUANTOSCOPE_CACHE=off "$build/tests/gui/screenshots" --sample resources/sample --out "$out" --only "$size" --language "${QS_LANGUAGE:-en}"
[ $# -gt 0 ] && exit 0
for name in "${readme[@]}"; do
  cp "$out/${name}_$size.png" docs/screenshots/
done
