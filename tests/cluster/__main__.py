"""`python -m tests.cluster up|install|down|status|gpus N|load ARCHIVE`: the local test cluster, for people."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from images.engine import ToolError
from images.packages import PackagesMissingError
from images.plan import PlanError
from tests.cluster import deployment, image_set, kubernetes, local, machine, tools
from tests.cluster.helm import HelmError
from tests.cluster.kubectl import KubectlError, names

NAMESPACE = "labs"


def up() -> None:
    """Start the cluster; it stays until `down`."""
    began = time.monotonic()
    cluster = local.up(with_us=False)
    print(f"caire: the cluster is ready after {time.monotonic() - began:.0f} s. Use it:")
    print(f"  export KUBECONFIG={cluster.at.keys / 'admin.conf'}")
    print(f"  {tools.kubectl()} get nodes      (helm: {tools.helm()})")
    print(f"NodePorts answer on {cluster.address}. The tests take this cluster too; `down` ends it.")


def install() -> None:
    """Install everything from this checkout, on the cluster that runs or on a new one, and say how to get in."""
    began = time.monotonic()
    cluster = local.attach() if local.Running.read() else local.up(with_us=False)
    if NAMESPACE in names(cluster.kubectl.list("namespaces")):
        raise local.ClusterError(
            f"Something is installed in the namespace {NAMESPACE} already. To begin anew: python -m tests.cluster down"
        )
    images = image_set.load(cluster, image_set.archives())
    cluster.kubectl("create", "namespace", NAMESPACE)
    kubectl = cluster.kubectl.within(NAMESPACE)
    with tempfile.TemporaryDirectory(prefix="caire-chart-") as folder:
        installed = deployment.install(cluster, kubectl, images, Path(folder))
    print(f"caire: all is ready at {installed.url} after {time.monotonic() - began:.0f} s. Sign in as one of these:")
    for name, password in installed.passwords.items():
        print(f"  {name:10} {password}")


def status() -> None:
    """Say what runs."""
    running = local.Running.read()
    if running is None:
        print("caire: no cluster runs. " + ("; ".join(machine.remains()) or "Nothing is left of an earlier one."))
        return
    cluster = local.attach()
    for name, program in cluster.machine.programs.items():
        print(f"  {name:20} {'runs' if program.alive() else 'HAS ENDED'} ({program.pid})")
    print(cluster.kubectl("get", "nodes,pods", "--all-namespaces", "-o", "wide"))


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line asks for; 1 and one sentence when that cannot be done."""
    parser = argparse.ArgumentParser(prog="python -m tests.cluster", description="The local test cluster.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("up", help="start it; it stays until down")
    commands.add_parser("install", help="install everything on it; starts it if it does not run")
    commands.add_parser("down", help="end it and remove all but its images")
    commands.add_parser("status", help="what runs")
    commands.add_parser("gpus", help="offer this many GPUs, which are not there").add_argument("count", type=int)
    commands.add_parser("load", help="import a docker archive").add_argument("archive", type=Path)
    asked = parser.parse_args(arguments)
    try:
        if asked.command == "up":
            up()
        elif asked.command == "install":
            install()
        elif asked.command == "down":
            local.down()
        elif asked.command == "status":
            status()
        elif asked.command == "gpus":
            local.attach().offer_gpus(asked.count)
        else:
            local.attach().load(asked.archive)
    except (
        local.ClusterError,
        machine.MachineError,
        kubernetes.BuildError,
        PackagesMissingError,
        tools.ToolsError,
        KubectlError,
        HelmError,
        ToolError,
        PlanError,
    ) as error:
        sys.stderr.write(f"caire: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
