#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs what Quantoscope needs on Debian 12. Installs only what is missing, and does nothing when nothing is.
#   packaging/install-deps.sh [--run] [--test] [--lint] [--cuda]
#     --run    what building and running needs (the default)
#     --test   the same, and what the tests and the fuzz step need
#     --lint   the same as --run, and clang-tidy and clang-format
#     --cuda   the CUDA toolkit from PyPI's wheels, under ${QS_CUDA_DIR:-~/.cache/quantoscope/cuda}; prints the toolkit's folder on stdout
# Everything else it says goes to stderr. Without root it uses sudo, after saying what it will install.
set -euo pipefail

runPackages=(
  cmake                 # build system (3.25)
  ninja-build           # build tool
  g++                   # compiler (12.2, C++20)
  ccache                # compiler cache: second builds in seconds
  mold                  # fast linker
  pkg-config            # how CMake finds libraries without a CMake package
  qt6-base-dev          # Qt Core, Gui, Widgets, PrintSupport (PDF), Test
  qt6-svg-dev           # Qt Svg: SVG icons in the window, SVG export of plots
  libqt6svg6            # Qt Svg's library and the icon engine plug-in, at run time
  qt6-tools-dev         # Qt's LinguistTools CMake package (translations)
  qt6-tools-dev-tools   # tools of that package
  qt6-l10n-tools        # lupdate, lrelease
  qt6-translations-l10n # Qt's own texts in German, built into the program
  libgl1-mesa-dev       # OpenGL headers that Qt Gui's CMake package asks for
  libqcustomplot-dev    # QCustomPlot, Qt 6 build: the plots (CMake package QCustomPlotQt6)
  libtbb-dev            # oneTBB: parallel loops in core/exec
  libeigen3-dev         # Eigen: dense linear algebra in core
  libexpected-dev       # tl::expected behind Result<T> (g++ 12 has no std::expected)
  nlohmann-json3-dev    # JSON: headers of safetensors, config.json, output of --json
  libsqlite3-dev        # SQLite: session files (.qscope)
  libicu-dev            # ICU: Unicode properties, normal forms and regular expressions of tokenizers
  zlib1g-dev            # deflate and CRC-32 of .npz and .pt archives
  libssl-dev            # SHA-256 of OpenSSL's libcrypto: manifests and verification
  fonts-dejavu-core     # a font for the window, and for renders without a display
  fonts-noto-core       # mathematical and accented letters of plot labels
)
testPackages=(
  clang-19              # compiler of the fuzz targets
  libclang-rt-19-dev    # libFuzzer, AddressSanitizer and UBSan run-time libraries for clang-19
  lld-19                # linker for clang-19
  binutils              # nm: the test that core has no Qt symbol
  python3               # scripts of tests/arch and tests/packaging
  python3-numpy         # writes .npy/.npz files that the readers are tested with, reads the npz export
  python3-yaml          # reads the Flatpak manifest
  python3-venv          # makes the environment of tests/interop from PyPI
  xvfb                  # a display for the few tests that need a real window system
  desktop-file-utils    # desktop-file-validate
  appstream             # appstreamcli validate
  dpkg-dev              # dpkg-shlibdeps: the dependencies of the .deb that cpack makes
  file                  # how cpack finds the binaries in it
  groff-base            # checks the manual page
)
lintPackages=(
  clang-tidy-19         # preset clang-tidy
  clang-format-19       # formatting by .clang-format
)
cudaPackages=(
  python3               # pip runs on it
  python3-pip           # fetches the wheels
  ca-certificates       # pip's connections
)
# nvcc, its cudafe/cicc (crt, nvvm), run-time library and headers, CUB/Thrust: 271 MB, enough to compile C++20 with g++ 12.
cudaWheels=(nvidia-cuda-nvcc nvidia-cuda-crt nvidia-cuda-runtime nvidia-cuda-cccl nvidia-nvvm)
cudaVersion='13.0.*'

say() { echo "install-deps: $*" >&2; }

wanted=() cuda=0
[ $# -gt 0 ] || set -- --run
for option in "$@"; do
  case $option in
    --run)  wanted+=("${runPackages[@]}") ;;
    --test) wanted+=("${runPackages[@]}" "${testPackages[@]}") ;;
    --lint) wanted+=("${runPackages[@]}" "${lintPackages[@]}") ;;
    --cuda) wanted+=("${cudaPackages[@]}"); cuda=1 ;;
    -h|--help) sed -n '3,9s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) say "unknown option $option (try --help)"; exit 2 ;;
  esac
done

installPackages() {
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    say "this is not a Debian system. Going on with what is there; the packages, by their Debian 12 names: ${wanted[*]}"
    return 0
  fi
  local missing=() package
  mapfile -t wanted < <(printf '%s\n' "${wanted[@]}" | sort -u)
  for package in "${wanted[@]}"; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)" = installed ] || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  local as=()
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
      say "these packages are missing, and there is neither root nor sudo to install them: ${missing[*]}"
      return 1
    fi
    as=(sudo)
    say "will install with sudo: ${missing[*]}"
  else
    say "installing: ${missing[*]}"
  fi
  local log; log=$(mktemp)
  # Package lists first: a bare system has none, and old ones name files that are gone.
  if ! { "${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq update &&
         "${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    tail -n 40 "$log" >&2; rm -f "$log"
    say "apt-get failed (above)"
    return 1
  fi
  rm -f "$log"
}

installCuda() {
  local dir="${QS_CUDA_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/quantoscope/cuda}"
  local stamp="$dir/.complete-13.0" root nvcc
  if [ ! -e "$stamp" ]; then
    local new="$dir.new.$$" wheel specs=()
    for wheel in "${cudaWheels[@]}"; do specs+=("$wheel==$cudaVersion"); done
    say "fetching the CUDA toolkit from PyPI (271 MB): ${specs[*]}"
    mkdir -p "$(dirname "$dir")"; rm -rf "$new"
    if ! python3 -m pip install --quiet --no-deps --no-compile --root-user-action=ignore --only-binary :all: --target "$new" "${specs[@]}" >&2; then
      rm -rf "$new"; say "pip failed (above)"; return 1
    fi
    nvcc=$(find "$new" -type f -name nvcc -path '*/bin/*' | head -n 1)
    [ -n "$nvcc" ] || { rm -rf "$new"; say "the wheels hold no bin/nvcc"; return 1; }
    root=$(dirname "$(dirname "$nvcc")")
    chmod -R u+rwX "$root"
    find "$root/bin" "$root/nvvm/bin" -type f -exec chmod +x {} + 2>/dev/null || true
    # nvcc and CMake look for lib64 and for libcudart.so; wheels carry lib and the versioned name only.
    [ -e "$root/lib64" ] || ln -s lib "$root/lib64"
    if [ ! -e "$root/lib/libcudart.so" ]; then
      (cd "$root/lib" && for f in libcudart.so.*; do [ -e "$f" ] && ln -sf "$f" libcudart.so; done)
    fi
    touch "$new/${stamp##*/}"
    rm -rf "$dir"; mv "$new" "$dir"
  fi
  nvcc=$(find "$dir" -type f -name nvcc -path '*/bin/*' | head -n 1)
  dirname "$(dirname "$nvcc")"
}

installPackages
[ $cuda = 0 ] || installCuda
