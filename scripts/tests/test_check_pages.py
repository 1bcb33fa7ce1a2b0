# SPDX-License-Identifier: GPL-2.0-or-later
import importlib.util
import pathlib
import sys
import tempfile
import unittest

SCRIPTS = pathlib.Path(__file__).parents[1]
sys.path.insert(0, str(SCRIPTS))
SPEC = importlib.util.spec_from_file_location("check_pages", SCRIPTS / "check-pages.py")
check_pages = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(check_pages)

GOOD = '<svg viewBox="0 0 100 20" width="100" aria-label="bar"><rect width="50" height="20"/></svg>'


class CheckPages(unittest.TestCase):
    """The check must be able to fail: each page has one thing wrong."""

    @classmethod
    def setUpClass(cls):
        cls.browser = cls.enterClassContext(check_pages.Browser())

    def wrong(self, body):
        with tempfile.TemporaryDirectory() as folder:
            page = pathlib.Path(folder, "page.html")
            page.write_text(f"<!DOCTYPE html><title>t</title><body>{body}", encoding="utf-8")
            return check_pages.check(self.browser, page)

    def expect(self, body, text):
        wrong, _ = self.wrong(body)
        self.assertTrue(any(text in line for line in wrong), f"{text!r} is not in {wrong}")

    def test_passes_a_page_with_nothing_wrong(self):
        self.assertEqual(self.wrong(f"<p>words<figure>{GOOD}</figure>"), ([], 1))

    def test_finds_what_runs_and_loads(self):
        self.expect("<script>console.log(1)</script>", "ran script: console.log")
        self.expect("<script>null.x</script>", "threw TypeError")
        self.expect("<img src='missing.png'>", "asked for file:")
        self.expect("<p onclick='x()'>words", "has onclick")

    def test_finds_what_is_too_wide(self):
        self.expect("<div style='width:500px'>x</div>", "390 pixels, light: is 508 pixels wide")

    def test_finds_figures_that_are_not_drawn(self):
        self.expect("<figure><figcaption>f</figcaption></figure>", "without exactly one drawing")
        self.expect("<svg width='100' height='20' aria-label='e'></svg>", 'svg "e" is empty')

    def test_finds_letters_outside_a_drawing_and_too_small_ones(self):
        text = '<svg viewBox="0 0 {0} 20" width="100"><rect width="9" height="9"/><text y="15">{1}'
        self.expect(text.format(100, "w" * 60), "leaves its drawing")
        self.expect(text.format(500, "w"), "letters of 3.2 pixels")

    def test_finds_faint_text(self):
        self.expect("<p style='color:#999;background:#fff'>words", "p has a contrast of 2.8")


if __name__ == "__main__":
    unittest.main()
