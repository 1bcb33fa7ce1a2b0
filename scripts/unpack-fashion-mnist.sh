#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# unpack-fashion-mnist.sh SOURCE TARGET: the data set's four IDX files, uncompressed, for firmware to read.
set -euo pipefail
source=$1
target=$2
mkdir -p "$target"
for name in train-images-idx3-ubyte train-labels-idx1-ubyte \
    t10k-images-idx3-ubyte t10k-labels-idx1-ubyte; do
    [ -s "$target/$name" ] && continue
    if [ ! -s "$source/$name.gz" ]; then
        echo "unpack-fashion-mnist: $source/$name.gz is missing (package dataset-fashion-mnist)" >&2
        exit 1
    fi
    gzip -dc "$source/$name.gz" >"$target/$name.part"
    mv "$target/$name.part" "$target/$name"
done
