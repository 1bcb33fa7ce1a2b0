#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Packs folders of images into the IDX files that training firmware reads.

The folder holds one folder a class,

    photos/CLASS/*.jpg                     split into training and test images by --test-share
    photos/{train,validation,test}/CLASS/*.jpg   split as it is; validation may be missing

and OUT gets, of bytes 0...255,

    train-images.idx  train-labels.idx     N x H x W x 3 (grey: N x H x W), and N labels
    test-images.idx   test-labels.idx
    validation-images.idx validation-labels.idx   where the folder has such images
    classes.txt                            the name of label 0, of label 1, ...

Labels number the classes in the order of their names, images follow by class and name: the same
folder gives the same files. (Another version of the JPEG library may round pixels differently.)
Without a split of its own, each class gives the same share of test images, chosen by a hash of the
file names: adding images moves few others between the sets.
"""

import argparse
import hashlib
import struct
import sys
from pathlib import Path

try:
    from PIL import Image, ImageOps
except ImportError:
    sys.exit("pack-images: needs Pillow (Debian: python3-pil, elsewhere: pip install pillow)")

SUFFIXES = {".bmp", ".gif", ".jpeg", ".jpg", ".png", ".webp"}
SETS = {"train": "train", "training": "train", "test": "test",
        "validation": "validation", "valid": "validation", "val": "validation"}
UNSIGNED_BYTES = 8


class Problem(Exception):
    """What is wrong with the input, for the person who gave it."""


def subfolders(folder):
    return sorted(path for path in folder.iterdir()
                  if path.is_dir() and not path.name.startswith("."))


def images_of(folder):
    return sorted(path for path in folder.rglob("*")
                  if path.is_file() and path.suffix.lower() in SUFFIXES)


def by_class(folder):
    """{class name: [image paths]} of a folder that holds one folder a class."""
    classes = {path.name: images_of(path) for path in subfolders(folder)}
    empty = [name for name, images in classes.items() if not images]
    if not classes:
        raise Problem(f"'{folder}' has no folders; expected one for each class")
    if empty:
        raise Problem(f"'{folder / empty[0]}' holds no image ({', '.join(sorted(SUFFIXES))})")
    return classes


def split_by_share(folder, classes, share):
    """(training, test) images of each class; the test images have the smallest hashes."""
    training, test = {}, {}
    for name, images in classes.items():
        def rank(path):
            return hashlib.sha256(path.relative_to(folder).as_posix().encode()).digest()
        count = min(max(round(len(images) * share), 1), len(images) - 1)
        if count < 1:
            raise Problem(f"class '{name}' has one image; two are needed to train and to test")
        chosen = set(sorted(images, key=rank)[:count])
        test[name] = [path for path in images if path in chosen]
        training[name] = [path for path in images if path not in chosen]
    return training, test


def find_sets(folder, share):
    """{"train"|"test"|"validation": {class: [paths]}}"""
    named = {path: SETS[path.name.lower()] for path in subfolders(folder)
             if path.name.lower() in SETS}
    if not named:
        training, test = split_by_share(folder, by_class(folder), share)
        return {"train": training, "test": test}
    if sorted(set(named.values())) != sorted(named.values()):
        raise Problem(f"'{folder}' has two folders for one set: "
                      + ", ".join(path.name for path in named))
    others = [path.name for path in subfolders(folder) if path not in named]
    if others:
        raise Problem(f"'{folder}' has both sets ({', '.join(p.name for p in named)}) and other "
                      f"folders ({', '.join(others)}); expected either sets or classes")
    sets = {name: by_class(path) for path, name in named.items()}
    for needed in ("train", "test"):
        if needed not in sets:
            raise Problem(f"'{folder}' has no folder '{needed}', but has "
                          + ", ".join(f"'{path.name}'" for path in named))
    for name, classes in sets.items():
        unknown = sorted(set(classes) - set(sets["train"]))
        if unknown:
            raise Problem(f"class '{unknown[0]}' of '{name}' is not in 'train', which has "
                          + ", ".join(sorted(sets["train"])))
    return sets


def pixels(path, size, channels, fit):
    """The image's bytes, [row][column][channel]."""
    try:
        with Image.open(path) as image:
            image = ImageOps.exif_transpose(image).convert("RGB" if channels == 3 else "L")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise Problem(f"'{path}' cannot be read: {error}") from None
    height, width = size
    if image.size != (width, height):
        if fit is None:
            raise Problem(f"'{path}' is {image.size[1]}x{image.size[0]}, the first image "
                          f"{height}x{width} (rows x columns); give --size to bring all to one")
        if fit == "crop":
            image = ImageOps.fit(image, (width, height), Image.Resampling.BICUBIC)
        elif fit == "pad":
            image = ImageOps.pad(image, (width, height), Image.Resampling.BICUBIC)
        else:
            image = image.resize((width, height), Image.Resampling.BICUBIC)
    return image.tobytes()


def write_set(out, name, classes, labels, size, channels, fit):
    count = sum(len(images) for images in classes.values())
    shape = (count, *size) if channels == 1 else (count, *size, channels)
    with open(out / f"{name}-images.idx", "wb") as images_file, \
            open(out / f"{name}-labels.idx", "wb") as labels_file:
        images_file.write(struct.pack(f">HBB{len(shape)}I", 0, UNSIGNED_BYTES, len(shape), *shape))
        labels_file.write(struct.pack(">HBBI", 0, UNSIGNED_BYTES, 1, count))
        for label, class_name in enumerate(labels):
            for path in classes.get(class_name, []):
                images_file.write(pixels(path, size, channels, fit))
                labels_file.write(bytes([label]))
    print(f"{name}: {count} images, " + "x".join(str(n) for n in shape[1:]))


def size_argument(text):
    parts = text.lower().split("x")
    if len(parts) > 2 or not all(part.isdigit() and 1 <= int(part) <= 4096 for part in parts):
        raise argparse.ArgumentTypeError(f"'{text}' is not N or ROWSxCOLUMNS, each 1 to 4096")
    return int(parts[0]), int(parts[-1])


def share_argument(text):
    try:
        share = float(text)
    except ValueError:
        share = 0.0
    if not 0 < share < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is no number between 0 and 1")
    return share


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="one folder a class, or sets")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="OUT")
    parser.add_argument("--size", type=size_argument, metavar="N",
                        help="rows and columns, N or ROWSxCOLUMNS (default: as the images are)")
    parser.add_argument("--fit", choices=["crop", "pad", "stretch"], default="crop",
                        help="to --size: crop to the middle (default), pad with black, or stretch")
    parser.add_argument("--grey", action="store_true", help="one channel instead of three")
    parser.add_argument("--test-share", type=share_argument, default=0.2, metavar="SHARE",
                        help="part of each class to test with, 0 to 1 (default 0.2); "
                        "only for a folder without sets")
    arguments = parser.parse_args()
    channels = 1 if arguments.grey else 3
    try:
        if not arguments.folder.is_dir():
            raise Problem(f"'{arguments.folder}' is no folder")
        sets = find_sets(arguments.folder, arguments.test_share)
        labels = sorted(sets["train"])
        if not 2 <= len(labels) <= 256:
            raise Problem(f"'{arguments.folder}' has {len(labels)} classes; 2 to 256 are possible")
        fit, size = arguments.fit, arguments.size
        if size is None:
            fit = None
            first = sets["train"][labels[0]][0]
            with Image.open(first) as image:
                size = ImageOps.exif_transpose(image).size[::-1]
        arguments.output.mkdir(parents=True, exist_ok=True)
        for name in ("train", "validation", "test"):
            if name in sets:
                write_set(arguments.output, name, sets[name], labels, size, channels, fit)
        (arguments.output / "classes.txt").write_text("".join(f"{name}\n" for name in labels))
        print(f"classes: {', '.join(labels)}")
    except (Problem, OSError) as error:
        sys.exit(f"pack-images: {error}")


if __name__ == "__main__":
    main()
