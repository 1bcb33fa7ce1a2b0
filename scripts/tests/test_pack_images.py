# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of pack-images.py, run as a program on folders of small images."""

import struct
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from PIL import Image

SCRIPT = Path(__file__).resolve().parents[1] / "pack-images.py"


class PackImages(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name) / "photos"
        self.out = Path(temporary.name) / "out"

    def image(self, path, colour, size=(2, 3)):
        """Writes an image of one colour; size is (columns, rows)."""
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", size, colour).save(self.folder / path)

    def pack(self, *arguments):
        return subprocess.run(
            [sys.executable, SCRIPT, self.folder, "-o", self.out, *arguments],
            capture_output=True, text=True, check=False)

    def read(self, name):
        """(shape, bytes) of an IDX file."""
        data = (self.out / name).read_bytes()
        self.assertEqual(data[:3], b"\x00\x00\x08")
        dimensions = data[3]
        shape = struct.unpack(f">{dimensions}I", data[4:4 + 4 * dimensions])
        return shape, data[4 + 4 * dimensions:]

    def test_sets_are_packed_by_class_and_name(self):
        self.image("train/cat/b.png", (1, 2, 3))
        self.image("train/cat/a.png", (4, 5, 6))
        self.image("train/ant/c.png", (7, 8, 9))
        self.image("test/cat/d.png", (10, 11, 12))
        self.image("valid/ant/e.png", (13, 14, 15))
        result = self.pack()
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertEqual(self.read("train-images.idx"), (
            (3, 3, 2, 3), bytes([7, 8, 9] * 6 + [4, 5, 6] * 6 + [1, 2, 3] * 6)))
        self.assertEqual(self.read("train-labels.idx"), ((3,), bytes([0, 1, 1])))
        self.assertEqual(self.read("test-labels.idx"), ((1,), bytes([1])))
        self.assertEqual(self.read("validation-labels.idx"), ((1,), bytes([0])))
        self.assertEqual((self.out / "classes.txt").read_text(), "ant\ncat\n")

    def test_classes_without_sets_are_split_alike_and_always_the_same(self):
        for index in range(20):
            self.image(f"a/{index:02}.png", (index, 0, 0), (1, 1))
            self.image(f"b/{index:02}.png", (index, 1, 0), (1, 1))
        self.assertEqual(self.pack("--test-share", "0.25").returncode, 0)
        shape, test = self.read("test-images.idx")
        train = self.read("train-images.idx")[1]
        self.assertEqual(shape, (10, 1, 1, 3))
        self.assertEqual(self.read("test-labels.idx")[1], bytes([0] * 5 + [1] * 5))
        both = sorted([test[i:i + 3] for i in range(0, len(test), 3)]
                      + [train[i:i + 3] for i in range(0, len(train), 3)])
        self.assertEqual(both, sorted(bytes([i, c, 0]) for i in range(20) for c in (0, 1)))
        self.assertNotEqual(test[0:15:3], bytes(range(5)), "the first five are no sample")
        self.pack("--test-share", "0.25")
        self.assertEqual(self.read("test-images.idx")[1], test)

    def test_grey_images_have_three_dimensions(self):
        self.image("train/a/1.png", (9, 9, 9))
        self.image("train/b/1.png", (8, 8, 8))
        self.image("test/a/1.png", (7, 7, 7))
        self.assertEqual(self.pack("--grey").returncode, 0)
        self.assertEqual(self.read("train-images.idx"), ((2, 3, 2), bytes([9] * 6 + [8] * 6)))

    def test_images_are_brought_to_one_size(self):
        self.image("train/a/1.png", (200, 0, 0), (8, 4))
        self.image("train/b/1.png", (200, 0, 0), (4, 4))
        self.image("test/a/1.png", (200, 0, 0), (8, 4))
        self.assertEqual(self.pack("--size", "4").returncode, 0)
        self.assertEqual(self.read("test-images.idx"), ((1, 4, 4, 3), bytes([200, 0, 0] * 16)))
        self.assertEqual(self.pack("--size", "4x4", "--fit", "pad").returncode, 0)
        self.assertEqual(self.read("test-images.idx")[1],
                         bytes([0] * 12 + [200, 0, 0] * 8 + [0] * 12))

    def assert_refused(self, message, *arguments):
        result = self.pack(*arguments)
        self.assertNotEqual(result.returncode, 0)
        self.assertIn(message, result.stderr)
        self.assertNotIn("Traceback", result.stderr)

    def test_what_is_wrong_with_a_folder_is_said(self):
        self.assert_refused("is no folder")
        self.folder.mkdir()
        self.assert_refused("has no folders; expected one for each class")
        self.image("a/1.png", (0, 0, 0))
        self.assert_refused("class 'a' has one image; two are needed")
        self.image("a/2.png", (0, 0, 0))
        self.assert_refused("has 1 classes; 2 to 256 are possible")
        self.image("train/a/1.png", (0, 0, 0))
        self.assert_refused("expected either sets or classes")

    def test_what_is_wrong_with_an_image_is_said(self):
        for name in ("a/1.png", "a/2.png", "b/1.png", "b/2.png"):
            self.image(name, (0, 0, 0))
        self.image("b/3.png", (0, 0, 0), (5, 5))
        self.assert_refused("b/3.png' is 5x5, the first image 3x2 (rows x columns); give --size")
        (self.folder / "b/3.png").write_text("no image")
        self.assert_refused("b/3.png' cannot be read")

    def test_what_is_wrong_with_sets_is_said(self):
        self.image("train/a/1.png", (0, 0, 0))
        self.image("train/b/1.png", (0, 0, 0))
        self.assert_refused("has no folder 'test', but has 'train'")
        self.image("test/c/1.png", (0, 0, 0))
        self.assert_refused("class 'c' of 'test' is not in 'train', which has a, b")

    def test_what_is_wrong_with_an_option_is_said(self):
        self.assert_refused("'0' is not N or ROWSxCOLUMNS", "--size", "0")
        self.assert_refused("'1' is no number between 0 and 1", "--test-share", "1")


if __name__ == "__main__":
    unittest.main()
