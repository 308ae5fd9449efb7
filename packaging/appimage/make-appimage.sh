#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes Quantoscope-VERSION-ARCH.AppImage from the release build, with every library that a bare system lacks.
#   packaging/appimage/make-appimage.sh [FOLDER]   (default: build/release/packages)
# Needs linuxdeploy and its Qt plug-in, of the projects' own releases, in PATH (LINUXDEPLOY names the first). Fetches
# nothing itself. BUILD names another build folder, which must have been configured with the prefix /usr.
# With --appdir-only it stops before linuxdeploy: the tree that would be packed is then in FOLDER/AppDir.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.."

appId=org.quantoscope.Quantoscope
build="${BUILD:-build/release}"
appDirOnly=0
if [ "${1:-}" = --appdir-only ]; then appDirOnly=1; shift; fi
out="$(realpath -m "${1:-$build/packages}")"
linuxdeploy="${LINUXDEPLOY:-linuxdeploy}"

if [ "$appDirOnly" = 0 ] && ! command -v "$linuxdeploy" >/dev/null; then
  echo "make-appimage: $linuxdeploy is not in PATH; it and linuxdeploy-plugin-qt come from the releases of github.com/linuxdeploy" >&2
  exit 2
fi
if [ -z "${BUILD:-}" ]; then
  packaging/install-deps.sh --run
  cmake --preset release >/dev/null
  cmake --build --preset release --parallel "$(nproc)"
fi

appDir="$out/AppDir"
rm -rf "$appDir"
mkdir -p "$appDir"
DESTDIR="$appDir" cmake --install "$build" --prefix /usr --component Unspecified >/dev/null

# What linuxdeploy looks for. A name that the install rules no longer make must fail here, not in somebody's menu.
desktop="$appDir/usr/share/applications/$appId.desktop"
icon="$appDir/usr/share/icons/hicolor/scalable/apps/$appId.svg"
metainfo="$appDir/usr/share/metainfo/$appId.metainfo.xml"
for file in "$appDir/usr/bin/quantoscope" "$appDir/usr/bin/quantoscope-cli" "$desktop" "$icon" "$metainfo"; do
  [ -f "$file" ] || { echo "make-appimage: ${file#"$appDir"} is not installed" >&2; exit 1; }
done
# AppImage tools know the metadata by this name.
ln -sf "$appId.metainfo.xml" "$appDir/usr/share/metainfo/$appId.appdata.xml"
[ "$appDirOnly" = 0 ] || exit 0

version="$("$appDir/usr/bin/quantoscope-cli" --version | awk '{print $NF; exit}')"
# No display is needed to draw (renders, the command line); SVG gives the icons.
export EXTRA_PLATFORM_PLUGINS="libqoffscreen.so;libqwayland-generic.so" EXTRA_QT_MODULES="svg;waylandcompositor"
image="$out/Quantoscope-$version-$(uname -m).AppImage"
export LINUXDEPLOY_OUTPUT_VERSION="$version" OUTPUT="$image"
"$linuxdeploy" --appdir "$appDir" --executable "$appDir/usr/bin/quantoscope" --executable "$appDir/usr/bin/quantoscope-cli" \
  --desktop-file "$desktop" --icon-file "$icon" --plugin qt --output appimage
echo "$image"
