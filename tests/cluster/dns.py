"""The DNS of the local cluster: `SERVICE.NAMESPACE.svc.cluster.local`, headless services and their pods included."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from dnslib import QTYPE, RCODE, RR, A, DNSRecord
from dnslib.server import BaseResolver, DNSServer
from tests.cluster.api import Followed, Object, client
from tests.cluster.programs import DNS_IP, DOMAIN

Table = dict[str, list[str]]


def table(services: Iterable[Object], endpoints: Iterable[Object]) -> Table:
    """The addresses by name: a service's own, or for a headless one those of its ready pods."""
    found: Table = {}
    headless = set()
    for service in services:
        name, address = _name(service), service["spec"].get("clusterIP")
        if address == "None":
            headless.add(name)
            found[name] = []
        elif address:
            found[name] = [address]
    for item in endpoints:
        name = _name(item)
        if name not in headless:
            continue
        for subset in item.get("subsets") or []:
            for place in subset.get("addresses") or []:
                found[name].append(place["ip"])
                if place.get("hostname"):
                    found[f"{place['hostname']}.{name}"] = [place["ip"]]
    return found


def _name(thing: Object) -> str:
    return f"{thing['metadata']['name']}.{thing['metadata']['namespace']}.svc.{DOMAIN}."


class Resolver(BaseResolver):  # type: ignore[misc]
    """Answers from what the cluster says at this moment."""

    def __init__(self, kubeconfig: Path) -> None:
        self._table: Table = {}
        api = client(kubeconfig)
        self._services = Followed(api, "/api/v1/services")
        self._endpoints = Followed(api, "/api/v1/endpoints")
        self._services.start(self._renew)
        self._endpoints.start(self._renew)

    def _renew(self) -> None:
        self._table = table(self._services.all(), self._endpoints.all())

    def resolve(self, request: DNSRecord, handler: Any) -> DNSRecord:
        """IPv4 addresses of a name, none for another type of record, NXDOMAIN for what there is not."""
        answer = request.reply()
        addresses = self._table.get(str(request.q.qname).lower())
        if addresses is None:
            answer.header.rcode = RCODE.NXDOMAIN
        elif request.q.qtype in (QTYPE.A, QTYPE.ANY):
            for address in addresses:
                answer.add_answer(RR(request.q.qname, QTYPE.A, rdata=A(address), ttl=2))
        return answer


def main(kubeconfig: Path) -> None:
    """Serve until killed."""
    resolver = Resolver(kubeconfig)
    for tcp in (False, True):
        DNSServer(resolver, address=DNS_IP, port=53, tcp=tcp, logger=_Quiet()).start_thread()
    threading.Event().wait()


class _Quiet:
    def __getattr__(self, _: str) -> Any:
        return lambda *_: None


if __name__ == "__main__":
    main(Path(sys.argv[1]))
