"""A real JupyterLab on this machine, with a home, settings and signatures of its own, that ends with the tests."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tools.pages import ROOT

SETTINGS = {
    # All cells stand in the document from the start; else those out of sight are attached as one scrolls to them.
    "notebook-extension/tracker": {"windowingMode": "none"},
    # No question about news on the first start, and no look for a newer version on the network.
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
}


PATIENCE = 20  # seconds for the server and its kernels to end by themselves


@dataclass(frozen=True)
class Lab:
    """Where JupyterLab answers, and the folder whose notebooks it shows."""

    address: str
    token: str
    folder: Path

    def put(self, notebook: str, name: str = "page.ipynb") -> str:
        """Write a notebook into the folder; the address that opens it. Nobody signs it, so it is not trusted."""
        (self.folder / name).write_text(notebook, "utf8")
        return f"{self.address}lab/tree/{name}?token={self.token}&reset"


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    """JupyterLab, started once for all tests."""
    pytest.importorskip("jupyterlab", reason="JupyterLab is not installed; pip install jupyterlab")
    home, folder = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("notebooks")
    for name, setting in SETTINGS.items():
        file = home / "config/lab/user-settings/@jupyterlab" / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True)
        file.write_text(json.dumps(setting), "utf8")
    token = secrets.token_hex(16)
    # Port 0 would be taken literally by some versions; a port that is taken is left for the next free one.
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=18888",
               "--ServerApp.port_retries=100", f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={folder}",
               "--LabApp.expose_app_in_browser=True", "--LabApp.extension_manager=readonly"]
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(command, env=os.environ | home_of_its_own(home), stdin=subprocess.DEVNULL,
                                   stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
    try:
        yield Lab(address_of(process, home), token, folder)
    finally:
        end(process)


def home_of_its_own(home: Path) -> dict[str, str]:
    """Variables that keep a program's settings, signatures and running files in one folder."""
    return {"HOME": str(home), "JUPYTER_CONFIG_DIR": str(home / "config"), "JUPYTER_DATA_DIR": str(home / "data"),
            "JUPYTER_RUNTIME_DIR": str(home / "runtime"), "IPYTHONDIR": str(home / "ipython"),
            "PYTHONPATH": str(ROOT), "JUPYTER_PREFER_ENV_PATH": "1"}


def address_of(process: subprocess.Popen, home: Path, seconds: float = 60) -> str:
    """Wait until the server has written where it answers; it writes that file once it listens."""
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        for file in (home / "runtime").glob("jpserver-*.json"):
            try:
                return json.loads(file.read_text("utf8"))["url"]
            except ValueError:  # half written
                pass
        if process.poll() is not None:
            pytest.fail(f"JupyterLab ended at once with exit code {process.returncode}: {last_words(home)}; "
                        "install it again: pip install -r requirements.txt", pytrace=False)
        time.sleep(0.2)
    pytest.fail(f"JupyterLab does not answer after {seconds:g} seconds: {last_words(home)}; "
                "run the test again when the machine is less busy", pytrace=False)


def last_words(home: Path) -> str:
    """The last line of the server's log."""
    lines = (home / "log").read_text("utf8", "replace").strip().splitlines()
    return lines[-1] if lines else "it said nothing"


def end(process: subprocess.Popen) -> None:
    """End a server and its kernels; each kernel leads a process group of its own, so the server must be asked first."""
    process.terminate()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        process.wait(10)


@pytest.fixture
def open_page(browser, lab):
    """Open a notebook in JupyterLab; nothing is fetched from elsewhere, and its kernel ends with the test."""
    contexts, foreign = [], []

    def guard(route):
        if urlsplit(route.request.url).hostname == "127.0.0.1":
            route.continue_()
        else:
            foreign.append(route.request.url)
            route.abort()

    def show(notebook: str):
        context = browser.new_context(viewport={"width": 1300, "height": 1000})
        contexts.append(context)
        context.set_default_timeout(60_000)
        context.route("**/*", guard)
        tab = context.new_page()
        tab.goto(lab.put(notebook))
        tab.wait_for_selector(".jp-Notebook .jp-Cell")
        tab.evaluate("jupyterapp.restored.then(() => jupyterapp.shell.currentWidget.context.ready).then(() => null)")
        return tab

    yield show
    for context in contexts:
        if browser.is_connected():
            context.pages[0].evaluate("jupyterapp.serviceManager.sessions.shutdownAll()")
            context.close()
    for file in lab.folder.iterdir():
        shutil.rmtree(file) if file.is_dir() else file.unlink()
    assert foreign == [], "a page may not fetch anything from another host"
