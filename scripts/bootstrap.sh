#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Installs what Kinglet builds and tests with; `bootstrap.sh tests` also a browser, which only tests of pages
# need, `bootstrap.sh bench` also QEMU. Says and does nothing when all of it is there.
set -euo pipefail

packages=(
    gcc libc6-dev            # the host twin: firmware built as a program of this machine
    libunicorn-dev           # the emulation engine
    nettle-dev               # SHA-256 of firmware images
    gcc-arm-none-eabi libnewlib-arm-none-eabi
    dataset-fashion-mnist    # images that the quick-start network trains on
    clang-format             # C style check of `make test`
    python3 python3-pil      # scripts/pack-images.py
    python3-yaml python3-jsonschema python3-junitparser libxml2-utils  # checks of `make test` on schemas and reports
)

# Any Chromium will do; this one is the smallest (65 MB to fetch).
browsers=(chromium-headless-shell chromium chromium-browser google-chrome-stable google-chrome)
browser=
if [ "${1:-}" = tests ] && [ -z "${KINGLET_CHROMIUM:-}" ] \
    && ! command -v "${browsers[@]}" >/dev/null; then
    browser=chromium-headless-shell
    packages+=("$browser")
fi
if [ "${1:-}" = bench ]; then
    packages+=(qemu-system-arm) # what Kinglet's speed is compared with
fi

if ! command -v swift >/dev/null; then
    echo "bootstrap: no 'swift' on the PATH. Install a Swift 6.1+ toolchain: https://www.swift.org/install" >&2
    exit 1
fi

if ! command -v dpkg-query >/dev/null; then
    cat >&2 <<EOF
bootstrap: this is not a Debian or Ubuntu system, so nothing was installed. Kinglet needs:
  the Unicorn engine (2.0 or newer) and nettle, each with C headers,
  arm-none-eabi-gcc with newlib, gcc or clang for the host, clang-format, Python 3 with Pillow,
  PyYAML, jsonschema and junitparser, xmllint,
  and Fashion-MNIST's four .gz files in one folder (make DATASET=/that/folder).
EOF
    for tool in arm-none-eabi-gcc cc clang-format; do
        command -v "$tool" >/dev/null || { echo "bootstrap: '$tool' is missing" >&2; exit 1; }
    done
    [ -z "$browser" ] || {
        echo "bootstrap: tests need Chromium or Chrome; KINGLET_CHROMIUM may name it" >&2
        exit 1
    }
    exit 0
fi

missing=()
for package in "${packages[@]}"; do
    status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$status" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "bootstrap: please install, as root: apt-get install ${missing[*]}" >&2
        exit 1
    fi
    as_root=(sudo)
fi
echo "bootstrap: installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
