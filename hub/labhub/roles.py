"""Who may call whom: JupyterHub roles with the least that each part needs (docs/architecture.md, "Who may call")."""

from __future__ import annotations

from typing import Any

EXCHANGE = "exchange"
PORTAL = "labs"
GRADER = "grader"
OPS = "ops"
CULLER = "idle-culler"

ACCESS_EXCHANGE = f"access:services!service={EXCHANGE}"
ACCESS_PORTAL = f"access:services!service={PORTAL}"


def roles() -> list[dict[str, Any]]:
    """The roles to load. `user` and `server` are JupyterHub's own names, with our scopes added."""
    return [
        {
            "name": "user",
            "description": "Anyone who signed in",
            "scopes": ["self", ACCESS_PORTAL, ACCESS_EXCHANGE],
        },
        {
            "name": "server",
            "description": "What a learner's server may do in the learner's name: say it is alive, reach the exchange",
            "scopes": ["users:activity!user", "access:servers!server", "read:users:groups!user", ACCESS_EXCHANGE],
        },
        {
            "name": "caire-exchange",
            "description": "The roster: names and groups, to read",
            "scopes": ["list:groups", "read:groups", "read:users:name", "read:users:groups"],
            "services": [EXCHANGE],
        },
        {
            "name": "caire-grader",
            "description": "Reach the exchange",
            "scopes": [ACCESS_EXCHANGE],
            "services": [GRADER],
        },
        {
            "name": "caire-idle-culler",
            "description": "Stop servers that nobody uses",
            "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
            "services": [CULLER],
        },
    ]


def operations() -> dict[str, Any]:
    """The role of `caire ops` on a cluster: who is there and who works, to read."""
    return {
        "name": "caire-ops",
        "description": "Plan capacity and the end of homes: names, groups, activity and servers, to read",
        "scopes": [
            *("list:users", "read:users:name", "read:users:groups", "read:users:activity"),
            *("list:groups", "read:groups", "read:servers"),
        ],
        "services": [OPS],
    }


def portal_scopes() -> list[str]:
    """What the portal may do in the name of a person who signed in through it."""
    own_server = ["read:servers!user", "delete:servers!user"]  # on which machine it runs, and to change that
    return [ACCESS_PORTAL, ACCESS_EXCHANGE, "read:users:name!user", "read:users:groups!user", *own_server]
