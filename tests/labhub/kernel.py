"""Runs code in a kernel of a learner's server, over the server's own web address, as JupyterLab does."""

from __future__ import annotations

import asyncio
import json
import uuid

import httpx
from tests.platform import Platform
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect


def run_in_server(platform: Platform, name: str, code: str) -> str:
    """What `code` writes to standard output in a new kernel of `name`. Fails with the traceback if it raises."""
    token = platform.token(name)
    base = f"{platform.url}/user/{name}"
    headers = {"Authorization": f"token {token}"}
    made = httpx.post(f"{base}/api/kernels", headers=headers, json={"name": "python3"}, timeout=60, trust_env=False)
    assert made.status_code == httpx.codes.CREATED, made.text
    address = f"{base.replace('http', 'ws', 1)}/api/kernels/{made.json()['id']}/channels"
    return asyncio.run(_execute(HTTPRequest(address, headers=headers, connect_timeout=60), code))


async def _execute(request: HTTPRequest, code: str) -> str:
    connection = await websocket_connect(request)
    message = uuid.uuid4().hex
    content = {"code": code, "silent": False, "store_history": False, "allow_stdin": False, "stop_on_error": True}
    header = {"msg_id": message, "msg_type": "execute_request", "username": "", "session": message, "version": "5.3"}
    frame = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}
    await connection.write_message(json.dumps({**frame, "buffers": []}))
    printed: list[str] = []
    while True:
        reply = json.loads(await asyncio.wait_for(connection.read_message(), 60))
        if reply["parent_header"].get("msg_id") != message:
            continue
        kind = reply["msg_type"]
        if kind == "stream":
            printed.append(reply["content"]["text"])
        elif kind == "error":
            raise AssertionError("\n".join(reply["content"]["traceback"]))
        elif kind == "status" and reply["content"]["execution_state"] == "idle":
            connection.close()
            return "".join(printed)
