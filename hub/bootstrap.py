#!/usr/bin/env python3
"""Makes `.venv` hold exactly what the lock says; does nothing when it already does.

One start at a time makes it, others wait; it counts as made only once everything in it has been imported.
Needs only Python 3.11+ with venv or pip. Keeps to what Python 3.7 can read, so that an older one still gets a sentence.
"""

import fcntl
import hashlib
import os
import platform
import shutil
import stat
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
TOOLS = ROOT / ".bootstrap"
LOCKS = ROOT / "images" / "locks"
STAMP = VENV / ".installed"
LOCK = ROOT / ".bootstrap.lock"
PROOF = ("labhub.cli", "labgrader.settings", "labkit", "jupyterhub.app", "jupyterlab", "nbgrader", "torch", "sklearn",
         "transformers", "pytest", "playwright", "mkdocs")  # fmt: skip
TORCH = "torch==2.13.0"
# The build without CUDA is not on PyPI for Linux: 200 MB instead of several GB.
TORCH_CPU_INDEX = "https://download.pytorch.org/whl/cpu"
DISK_NEEDED_GB = 6
OLDEST = (3, 11)


def stop(sentence):
    """End with one sentence that says what to do."""
    sys.stderr.write(f"\ncaire: {sentence}\n")
    raise SystemExit(1)


def say(sentence):
    """Tell what is going on."""
    sys.stdout.write(f"caire: {sentence}\n")
    sys.stdout.flush()


def ask(python, code):
    """What `python -c code` prints, or an empty string when it cannot run."""
    try:
        done = subprocess.run([str(python), "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def run(what, command, env=None):
    """Run `command`, saying what it is for and how long it took; its own words only when it fails."""
    say(f"{what} …")
    start = time.monotonic()
    command = [str(part) for part in command]
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=str(ROOT), env=env,
        close_fds=False,  # an installer that outlives a killed start keeps the lock
    )  # fmt: skip
    if done.returncode != 0:
        sys.stderr.write(done.stdout)
        stop(f"{what}: failed (see above). Check the network and the package index, then run make again.")
    say(f"{what}: done in {time.monotonic() - start:.0f} s")


def readable_by_others(path):
    """Whether another account can run the interpreter at `path`, through every folder above it."""
    path = Path(path).resolve()
    return all(step.stat().st_mode & stat.S_IXOTH for step in (path, *path.parents))


def choose_python():
    """An interpreter of version 3.11 or later; preferably one that the accounts of learners can run too."""
    names = ["python3.13", "python3.12", "python3.11"]
    candidates = [sys.executable, *(shutil.which(name) for name in names)]
    candidates += [str(Path(folder) / name) for folder in ("/usr/local/bin", "/usr/bin") for name in names]
    usable = []
    for path in filter(None, candidates):
        real = ask(path, f"import sys; print(sys.executable if sys.version_info >= {OLDEST} else '')")
        if real and real not in usable:
            usable.append(real)
    if not usable:
        stop(
            f"Python {OLDEST[0]}.{OLDEST[1]} or later is needed; this is {platform.python_version()}. "
            "Install it (Debian: apt install python3 python3-venv) and run make again."
        )
    return next(filter(readable_by_others, usable), usable[0])


def fingerprint(python):
    """Changes whenever the environment has to be made anew."""
    digest = hashlib.sha256(str(python).encode())
    for file in (LOCKS / "dev.txt", LOCKS / "uv.txt", ROOT / "pyproject.toml"):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def install_uv(python):
    """Put uv, checked against its hash, beside the project and return its path."""
    uv = TOOLS / "bin" / "uv"
    lock = LOCKS / "uv.txt"
    stamp = TOOLS / ".installed"
    if uv.exists() and stamp.exists() and stamp.read_bytes() == lock.read_bytes():
        return uv
    shutil.rmtree(str(TOOLS), ignore_errors=True)
    if ask(python, "import ensurepip; print(1)"):
        run("Preparing the installer", [python, "-m", "venv", TOOLS])
        pip = [TOOLS / "bin" / "python", "-m", "pip", "install"]
    elif ask(python, "import pip; print(1)"):
        pip = [python, "-m", "pip", "install", "--prefix", TOOLS, "--ignore-installed"]
    else:
        stop("This Python has neither venv nor pip. Debian: apt install python3-venv. Then run make again.")
    run("Fetching uv", [*pip, "-q", "--no-deps", "--require-hashes", "-r", lock])
    if not uv.exists():  # Debian's pip puts a prefix's programs below local/
        uv.parent.mkdir(parents=True, exist_ok=True)
        uv.symlink_to(TOOLS / "local" / "bin" / "uv")
    stamp.write_bytes(lock.read_bytes())
    return uv


def install_torch(install, env):
    """The CPU build: from a folder of wheels named to pip if there is one, else from PyTorch's own index."""
    command = [*install, TORCH]
    if sys.platform == "darwin":
        run("Installing PyTorch", command, env)
        return
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    local = subprocess.run([str(part) for part in [*command, "--no-index"]], env=env, check=False, **quiet)
    if local.returncode == 0:
        say("Installed PyTorch from the local wheels")
    else:
        run("Installing PyTorch (CPU)", [*command, "--index-url", TORCH_CPU_INDEX], env)


@contextmanager
def alone():
    """Hold the lock of this checkout; says so while another start has it. It ends with whoever holds it."""
    with LOCK.open("w") as lock:
        os.set_inheritable(lock.fileno(), True)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another start is installing the environment; waiting for it to finish …")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def made(mark):
    """Whether the environment was made, to its end, from what `mark` stands for."""
    return STAMP.exists() and STAMP.read_text() == mark


def once(mark, make):
    """Call `make` unless the environment is made for `mark`. What breaks off half-way is made anew next time."""
    if made(mark):
        return
    with alone():
        if made(mark):  # by the start that was waited for
            return
        if STAMP.exists():
            STAMP.unlink()
        make()
        STAMP.write_text(mark)


def prove(python, modules=PROOF):
    """Import what the project stands on with the interpreter at `python`, from anywhere but the checkout."""
    code = f"import importlib; [importlib.import_module(name) for name in {tuple(modules)!r}]"
    run("Trying the environment", [python, "-I", "-c", code])


def install(python):
    """Make the environment anew with the interpreter at `python`."""
    free = shutil.disk_usage(str(ROOT)).free / 1e9
    if free < DISK_NEEDED_GB:
        stop(f"{free:.1f} GB are free in {ROOT}; {DISK_NEEDED_GB} GB are needed. Make room, then run make again.")
    env = dict(os.environ)
    if env.get("PIP_FIND_LINKS"):  # uv does not read pip's configuration
        env.setdefault("UV_FIND_LINKS", env["PIP_FIND_LINKS"])
    uv = install_uv(python)
    run("Creating the environment", [uv, "venv", "-q", "--clear", "--python", python, VENV], env)
    into = [uv, "pip", "install", "-q", "--compile-bytecode", "--python", VENV / "bin" / "python", "--no-deps"]
    install_torch(into, env)
    run("Installing the locked packages", [*into, "--require-hashes", "-r", LOCKS / "dev.txt"], env)
    run("Installing CAIRE Labs", [*into, "-e", ROOT], env)
    prove(VENV / "bin" / "python")


def main():
    """Bring the environment up to date."""
    python = choose_python()
    once(fingerprint(python), lambda: install(python))


if __name__ == "__main__":
    main()
