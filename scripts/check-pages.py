#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Opens pages in a headless Chromium, large and as on a phone, light and dark, and finds what is wrong.

A page passes when nothing is logged, loaded or run, nothing is wider than the screen but what scrolls by
itself, every figure is drawn and its letters are inside it, and all text stands out from its ground.
"""
import argparse
import pathlib
import sys

from browser import Browser

SCREENS = [(1000, False), (1000, True), (390, False), (390, True)]

# Runs in the page's document, through the debugger: pages themselves run nothing.
INSPECTION = """
(() => {
  const found = [];
  const width = document.documentElement.clientWidth;
  const name = e => e.tagName.toLowerCase() + ' "' + (e.getAttribute('aria-label')
      || e.textContent || '').trim().slice(0, 40) + '"';
  document.querySelectorAll('details').forEach(e => e.open = true);
  for (const tag of ['script', 'img', 'iframe', 'link', 'object', 'embed', 'base', 'form'])
    if (document.querySelector(tag)) found.push('holds <' + tag + '>');
  for (const e of document.querySelectorAll('*'))
    for (const a of e.attributes)
      if (a.name.startsWith('on')) found.push(name(e) + ' has ' + a.name);
  if (document.documentElement.scrollWidth > width)
    found.push('is ' + document.documentElement.scrollWidth + ' pixels wide');
  const drawn = e => { const b = e.getBoundingClientRect(); return b.width > 0 && b.height > 0; };
  for (const figure of document.querySelectorAll('figure'))
    if ([...figure.querySelectorAll('svg')].filter(drawn).length != 1)
      found.push('has a figure without exactly one drawing: ' + name(figure));
  for (const svg of [...document.querySelectorAll('svg')].filter(drawn)) {
    const frame = svg.getBoundingClientRect();
    if (frame.left < -0.5 || frame.right > width + 0.5)
      found.push(name(svg) + ' leaves the screen');
    const shapes = [...svg.querySelectorAll('rect, circle, line, polyline, polygon, path')];
    const inked = shapes.filter(e => { const b = e.getBoundingClientRect();
      return b.width > 0 || b.height > 0; });
    if (!inked.length) found.push(name(svg) + ' is empty');
    for (const e of [...inked, ...svg.querySelectorAll('text')]) {
      const b = e.getBoundingClientRect();
      if (b.left < frame.left - 1.5 || b.right > frame.right + 1.5
          || b.top < frame.top - 1.5 || b.bottom > frame.bottom + 1.5)
        found.push(name(e) + ' leaves its drawing ' + name(svg));
    }
    if (svg.querySelector('text')) {
      const size = Math.min(...[...svg.querySelectorAll('text')].map(
        e => parseFloat(getComputedStyle(e).fontSize))) * frame.width / svg.viewBox.baseVal.width;
      if (size < 9.5) found.push(name(svg) + ' has letters of ' + size.toFixed(1) + ' pixels');
    }
  }
  const rgb = text => text.match(/[\\d.]+/g).map(Number);
  const light = c => { const [r, g, b] = c.map(v => v / 255).map(
      v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const ground = e => { for (; e; e = e.parentElement) {
      const c = rgb(getComputedStyle(e).backgroundColor);
      if (c.length < 4 || c[3] > 0.99) return c.slice(0, 3);
    } return [255, 255, 255]; };
  const faint = new Set();
  for (const e of document.querySelectorAll('body *')) {
    if (![...e.childNodes].some(n => n.nodeType == 3 && n.textContent.trim()) || !drawn(e)) continue;
    const style = getComputedStyle(e);
    const [a, b] = [light(rgb(e.closest('svg') ? style.fill : style.color).slice(0, 3)),
        light(ground(e))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.5) faint.add(e.tagName.toLowerCase() + ' has a contrast of '
        + contrast.toFixed(1) + ', less than 4.5');
  }
  return {found: [...found, ...faint], figures: document.querySelectorAll('figure').length};
})()
"""


def logged(event):
    """What an event of the browser tells against the page; None for the others."""
    method, parameters = event.get("method"), event.get("params", {})
    if method == "Runtime.exceptionThrown":
        details = parameters["exceptionDetails"]
        return f"threw {details.get('exception', {}).get('description') or details['text']}"
    if method == "Runtime.consoleAPICalled":
        return f"ran script: console.{parameters['type']}"
    if method == "Log.entryAdded":
        return f"logged {parameters['entry']['text']}"
    if method == "Network.requestWillBeSent" and parameters.get("type") != "Document":
        return f"asked for {parameters['request']['url'][:80]}"
    return None


def check(browser, page):
    """Everything that is wrong with a page, and how many figures it has."""
    wrong, figures = [], 0
    for width, dark in SCREENS:
        browser.open(page, width, dark)
        result = browser.evaluate(INSPECTION)
        figures = result["figures"]
        texts = [*filter(None, map(logged, browser.events)), *result["found"]]
        screen = f"{width} pixels, {'dark' if dark else 'light'}"
        wrong += [f"{screen}: {text}" for text in dict.fromkeys(texts)]
    return wrong, figures


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("pages", nargs="+", type=pathlib.Path, metavar="page.html")
    parser.add_argument("--pictures", type=pathlib.Path, metavar="folder",
                        help="write a picture of each page on each screen to this folder")
    options = parser.parse_args()
    failed = False
    with Browser() as browser:
        for page in options.pages:
            wrong, figures = check(browser, page)
            failed |= bool(wrong)
            print(f"{'FAIL' if wrong else 'ok  '}  {page}: {figures} figures")
            for text in wrong[:20]:
                print(f"      {text}")
            if options.pictures:
                options.pictures.mkdir(parents=True, exist_ok=True)
                for width, dark in SCREENS:
                    browser.open(page, width, dark)
                    name = f"{page.stem}-{width}-{'dark' if dark else 'light'}.png"
                    browser.screenshot(options.pictures / name)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
