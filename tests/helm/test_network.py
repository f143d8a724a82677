"""The network policies close everything and open what each part needs: the objects. That a cluster enforces them
depends on its network plugin; the single-node cluster of the tests does not."""

from __future__ import annotations

import ipaddress

import pytest
from tests.helm.charts import named, pods, render

METADATA = ipaddress.ip_address("169.254.169.254")
OURS = {
    # from, to, port: everything else is closed
    ("portal", "exchange", 8003), ("dispatcher", "exchange", 8003), ("worker-cpu", "exchange", 8003),
    ("worker-gpu", "exchange", 8003), ("dispatcher", "scheduler", 8786), ("worker-cpu", "scheduler", 8786),
    ("worker-gpu", "scheduler", 8786), ("scheduler", "worker-cpu", None), ("scheduler", "worker-gpu", None),
    ("exchange", "postgresql", 5432), ("migrate", "postgresql", 5432), ("backup", "postgresql", 5432),
    ("restore", "postgresql", 5432),
}  # fmt: skip


@pytest.fixture(scope="module")
def policies(everything):
    return [thing for thing in everything if thing["kind"] == "NetworkPolicy"]


def selects(selector, labels):
    """Whether a label selector takes a pod with these labels."""
    if not selector.get("matchLabels", {}).items() <= labels.items():
        return False
    return all(labels.get(rule["key"]) in rule["values"] for rule in selector.get("matchExpressions", []))


def opened(policies, labels, direction):
    """The rules of all policies that take the pod."""
    key = {"Ingress": "ingress", "Egress": "egress"}[direction]
    taken = [policy["spec"] for policy in policies if selects(policy["spec"]["podSelector"], labels)]
    assert any(direction in spec["policyTypes"] for spec in taken)
    return [rule for spec in taken for rule in spec.get(key, [])]


def ports(rule):
    return {port["port"] for port in rule.get("ports", [])} or {None}


def reaches(policies, source, target, port):
    """Whether both ends let a pod through to another's port."""
    return all(
        any(
            port in ports(rule)
            and any(selects(peer["podSelector"], other) for peer in rule[side] if set(peer) == {"podSelector"})
            for rule in opened(policies, labels, direction)
        )
        for labels, other, direction, side in ((source, target, "Egress", "to"), (target, source, "Ingress", "from"))
    )


def test_everything_is_closed_first(policies):
    deny = named(policies, "NetworkPolicy/caire-default-deny")["spec"]
    assert deny == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


def test_our_pods_reach_what_they_need_and_nothing_else(everything, policies):
    labels = {
        pod["metadata"]["labels"]["app.kubernetes.io/component"]: pod["metadata"]["labels"]
        for _, pod in pods(everything)
    }
    found = {
        (source, target, port)
        for source in labels
        for target in labels
        for port in (8003, 8004, 8786, 5432, None)
        if reaches(policies, labels[source], labels[target], port)
    }
    assert found == OURS


def test_workers_leave_for_exchange_scheduler_and_names_only(everything, policies):
    labels = dict(pods(everything))["Deployment/caire-worker-cpu"]["metadata"]["labels"]
    rules = opened(policies, labels, "Egress")
    assert sorted(max(ports(rule)) for rule in rules) == [53, 8003, 8786]
    assert not [peer for rule in rules for peer in rule["to"] if "ipBlock" in peer]


def test_nobody_reaches_the_metadata_server(everything, policies):
    blocks = [
        peer["ipBlock"]
        for policy in policies
        for rule in policy["spec"].get("egress", [])
        for peer in rule["to"]
        if "ipBlock" in peer
    ]
    assert blocks
    for block in blocks:
        if METADATA in ipaddress.ip_network(block["cidr"]):
            assert any(METADATA in ipaddress.ip_network(excepted) for excepted in block["except"]), block


def test_learners_reach_the_exchange(everything, policies):
    learner = {"app": "jupyterhub", "component": "singleuser-server", "release": "caire"}
    exchange = dict(pods(everything))["Deployment/caire-exchange"]["metadata"]["labels"]
    incoming = [rule for rule in opened(policies, exchange, "Ingress") if ports(rule) == {8003}]
    assert any(
        selects(peer["podSelector"], learner) for rule in incoming for peer in rule["from"] if "podSelector" in peer
    )
    for target in (
        "Deployment/caire-scheduler",
        "StatefulSet/caire-postgresql",
        "Deployment/caire-worker-cpu",
        "Deployment/caire-portal",
    ):
        labels = dict(pods(everything))[target]["metadata"]["labels"]
        peers = [peer for rule in opened(policies, labels, "Ingress") for peer in rule["from"]]
        assert not [
            peer for peer in peers if selects(peer.get("podSelector", {"matchLabels": {"none": "none"}}), learner)
        ]


def test_an_external_database_is_opened_for_those_who_need_it(chart):
    objects = render(chart, overlays=["values-production.yaml"])
    policies = [thing for thing in objects if thing["kind"] == "NetworkPolicy"]
    with_database = {
        policy["metadata"]["name"]
        for policy in policies
        for rule in policy["spec"].get("egress", [])
        for peer in rule["to"]
        if peer.get("ipBlock", {}).get("cidr") == "10.20.0.0/24" and ports(rule) == {5432}
    }
    assert with_database == {"caire-exchange", "caire-operations"}
