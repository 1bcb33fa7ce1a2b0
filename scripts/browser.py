# SPDX-License-Identifier: GPL-2.0-or-later
"""A headless Chromium, told what to do over the DevTools protocol, which needs nothing but pipes."""
import base64
import itertools
import json
import os
import pathlib
import select
import shutil
import subprocess
import tempfile
import time

NAMES = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome-stable",
         "google-chrome"]


def program():
    """The browser's path; raises where there is none."""
    wanted = os.environ.get("KINGLET_CHROMIUM")
    found = wanted or next(filter(None, map(shutil.which, NAMES)), None)
    if not found:
        raise FileNotFoundError(
            f"no browser: none of {', '.join(NAMES)} is on the PATH, and KINGLET_CHROMIUM names none")
    return found


class Browser:
    """One page, opened again and again. Use it in a `with` statement."""

    def __init__(self, patience=30):
        self.patience = patience
        self.numbers = itertools.count(1)
        self.events = []
        self.unread = b""

    def __enter__(self):
        self.profile = tempfile.TemporaryDirectory(prefix="kinglet-browser-")
        commands, self.output = os.pipe()
        self.input, answers = os.pipe()
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                 "--no-first-run", "--hide-scrollbars", "--disable-extensions",
                 "--disable-component-update", "--disable-background-networking",
                 f"--user-data-dir={self.profile.name}"]
        # The protocol is spoken over file descriptors 3 and 4.
        script = 'exec "$@" 3<&$IN 4>&$OUT'
        self.process = subprocess.Popen(
            ["bash", "-c", script, "bash", program(), *flags, "--remote-debugging-pipe", "about:blank"],
            env=os.environ | {"IN": str(commands), "OUT": str(answers)},
            pass_fds=(commands, answers), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(commands)
        os.close(answers)
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ["Page", "Runtime", "Log", "Network"]:
            self.send(f"{domain}.enable")
        return self

    def __exit__(self, *_):
        try:
            self.send("Browser.close")
            self.process.wait(10)
        except (OSError, RuntimeError):  # it is gone already
            self.process.kill()
            self.process.wait()
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.output)
        os.close(self.input)
        for _ in range(20):
            try:
                self.profile.cleanup()
                return
            except OSError:  # a child still writes
                time.sleep(0.1)

    def send(self, method, **parameters):
        """Does it, and gives its result."""
        number = next(self.numbers)
        message = {"id": number, "method": method, "params": parameters}
        if hasattr(self, "session"):
            message["sessionId"] = self.session
        os.write(self.output, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.receive()
            if answer.get("id") != number:
                self.events.append(answer)
            elif "error" in answer:
                raise RuntimeError(f"{method}: {answer['error']['message']}")
            else:
                return answer["result"]

    def receive(self):
        """The next answer or event."""
        end = time.monotonic() + self.patience
        while b"\0" not in self.unread:
            ready, _, _ = select.select([self.input], [], [], max(0, end - time.monotonic()))
            data = os.read(self.input, 1 << 16) if ready else b""
            if not data:
                raise TimeoutError(f"the browser said nothing for {self.patience} s")
            self.unread += data
        message, self.unread = self.unread.split(b"\0", 1)
        return json.loads(message)

    def open(self, file, width, dark=False, height=900):
        """Shows a file; its console messages, exceptions and requests are in `events` from then on."""
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=1, mobile=False)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.send("Emulation.setEmulatedMedia", features=[scheme])
        self.events = []
        frame = self.send("Page.navigate", url=pathlib.Path(file).resolve().as_uri())
        if "errorText" in frame:
            raise RuntimeError(f"{file}: {frame['errorText']}")
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(self.receive())

    def evaluate(self, expression):
        """The value of a JavaScript expression on the page, whatever the page itself may run."""
        result = self.send("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in result:
            raise RuntimeError(result["exceptionDetails"]["exception"].get("description", "?"))
        return result["result"].get("value")

    def screenshot(self, file, whole=True):
        """Writes a PNG of the page."""
        data = self.send("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        pathlib.Path(file).write_bytes(base64.b64decode(data["data"]))
