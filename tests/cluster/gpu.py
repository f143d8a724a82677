"""A device plugin that offers GPUs that are not there: the scheduler and the kubelet treat them as the real ones.

Speaks the kubelet's device plugin protocol (v1beta1) as NVIDIA's own plugin does. A pod that asks for `nvidia.com/gpu`
gets a seat and `NVIDIA_VISIBLE_DEVICES`; there is no driver behind it.
"""

from __future__ import annotations

import sys
import tempfile
import threading
from collections.abc import Iterator
from concurrent import futures
from pathlib import Path
from typing import Any

import grpc

RESOURCE = "nvidia.com/gpu"
FOLDER = Path("/var/lib/kubelet/device-plugins")
SOCKET = "caire-gpu.sock"
VERSION = "v1beta1"


def protocol(proto: Path) -> tuple[Any, Any]:
    """Messages and services of the kubelet's own `api.proto`, compiled as it lies in the Kubernetes source."""
    # The gogo options steer the generator for Go and name a file that is not here: they say nothing on the wire.
    kept = [line for line in proto.read_text(encoding="utf-8").splitlines() if "gogoproto" not in line]
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "deviceplugin.proto").write_text("\n".join(kept), encoding="utf-8")
        sys.path.insert(0, folder)
        try:
            compiled: tuple[Any, Any] = grpc.protos_and_services("deviceplugin.proto")
        finally:
            sys.path.remove(folder)
    return compiled


def devices(count: int) -> list[str]:
    """The names of `count` GPUs."""
    return [f"fake-{number}" for number in range(count)]


class Plugin:
    """The service that the kubelet calls."""

    def __init__(self, messages: Any, count: int) -> None:
        self._messages, self._count = messages, count
        self.ended = threading.Event()

    def GetDevicePluginOptions(self, request: Any, context: Any) -> Any:  # noqa: N802 - the protocol's name
        """No options."""
        return self._messages.DevicePluginOptions()

    def ListAndWatch(self, request: Any, context: Any) -> Iterator[Any]:  # noqa: N802
        """All GPUs, healthy, for as long as the plugin runs."""
        each = [self._messages.Device(ID=name, health="Healthy") for name in devices(self._count)]
        yield self._messages.ListAndWatchResponse(devices=each)
        context.add_callback(self.ended.set)  # a kubelet that restarts has forgotten us: we end and are started again
        self.ended.wait()

    def GetPreferredAllocation(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Any GPU is as good as another."""
        return self._messages.PreferredAllocationResponse()

    def PreStartContainer(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Nothing to prepare."""
        return self._messages.PreStartContainerResponse()

    def Allocate(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Tell the container which GPUs are its own, as NVIDIA's plugin does."""
        answers = [
            self._messages.ContainerAllocateResponse(envs={"NVIDIA_VISIBLE_DEVICES": ",".join(each.devicesIDs)})
            for each in request.container_requests
        ]
        return self._messages.AllocateResponse(container_responses=answers)


def main(proto: Path, count: int) -> None:
    """Offer `count` GPUs until killed, or until the kubelet lets go."""
    messages, services = protocol(proto)
    plugin = Plugin(messages, count)
    server = grpc.server(futures.ThreadPoolExecutor(4))
    services.add_DevicePluginServicer_to_server(plugin, server)
    socket = FOLDER / SOCKET
    socket.unlink(missing_ok=True)
    server.add_insecure_port(f"unix://{socket}")
    server.start()
    with grpc.insecure_channel(f"unix://{FOLDER / 'kubelet.sock'}") as channel:
        request = messages.RegisterRequest(version=VERSION, endpoint=SOCKET, resource_name=RESOURCE)
        services.RegistrationStub(channel).Register(request)
    plugin.ended.wait()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
