"""Names the Debian packages that the test cluster needs, each by a file that it brings."""

from __future__ import annotations

NODE = {
    "/usr/bin/etcd": "etcd-server",
    "/usr/bin/containerd": "containerd",
    "/usr/sbin/runc": "runc",
    "/usr/lib/cni/bridge": "containernetworking-plugins",
    "/usr/sbin/iptables": "iptables",
    "/usr/sbin/conntrack": "conntrack",
    "/usr/sbin/ebtables": "ebtables",
    "/usr/sbin/ethtool": "ethtool",
    "/usr/bin/socat": "socat",
    "/usr/bin/nsenter": "util-linux",
    "/usr/sbin/ip": "iproute2",
    "/usr/bin/mount": "mount",
    "/usr/sbin/sysctl": "procps",
    "/usr/bin/catatonit": "catatonit",
    "/usr/bin/busybox": "busybox-static",
}
"""What a node runs, by the file that shows that it is there."""

BUILD = {
    "/usr/lib/go-1.19/bin/go": "golang-1.19-go",
    "/usr/share/go-1.19/src": "golang-1.19-src",
    "/usr/share/gocode/src/github.com/modern-go/reflect2": "golang-github-modern-go-reflect2-dev",
    "/usr/bin/dpkg-source": "dpkg-dev",
    "/usr/bin/rsync": "rsync",
    "/usr/bin/jq": "jq",
    "/usr/bin/gcc": "gcc",
    "/usr/include/stdlib.h": "libc6-dev",
    "/usr/bin/make": "make",
    "/usr/bin/patch": "patch",
}
"""What building Kubernetes takes."""

PURPOSE = "The test cluster needs"
