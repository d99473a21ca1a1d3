#!/usr/bin/env python3
"""Measures what a flood of connections costs the gateway that keeps it out.

    flood.py --gateway PATH [--connections 20000] [--rounds 3] [--networks 0]

CPU time of the gateway's process per connection: let in and closed by the client without a byte, dropped,
reset. The client connects from 127.0.0.2, which a rule denies. With --networks, the rule is a list of that
many other networks besides. Python's standard library only.
"""

import argparse
import os
import random
import signal
import socket
import statistics
import subprocess
import tempfile

TICKS = os.sysconf("SC_CLK_TCK")
CASES = {
    "let in": "",
    "drop": "connections: { deny: [flood], answer: drop }\n",
    "reset": "connections: { deny: [flood], answer: reset }\n",
}


def cpu(pid):
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def knock(address):
    """Connects, and closes at once; the gateway may be faster."""
    with socket.socket() as client:
        client.bind(("127.0.0.2", 0))
        try:
            client.connect(address)
        except ConnectionResetError:
            pass


def measure(gateway, rules, connections, networks):
    with tempfile.TemporaryDirectory() as directory:
        others = "".join(
            f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}\n"
            for n in random.Random(1).sample(range(1 << 24), networks)
        )
        with open(f"{directory}/flood.txt", "w") as flood:
            flood.write("127.0.0.2\n" + others)
        with open(f"{directory}/gateway.yaml", "w") as config:
            config.write(
                "listen: { http: 127.0.0.1:0 }\n"
                "sites: [{ name: console, hosts: [console.test], upstream: http://127.0.0.1:9 }]\n"
                "networks: { flood: { files: [flood.txt] } }\n" + rules
            )
        config = f"{directory}/gateway.yaml"
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run([gateway, "init", "--config", config], check=True, **quiet)
        process = subprocess.Popen(
            [gateway, "run", "--config", config], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        try:
            line = process.stdout.readline()
            while not line.startswith("portcullis ready"):
                line = process.stdout.readline()
            port = int(line.split("http=127.0.0.1:")[1].split()[0])
            address = ("127.0.0.1", port)
            for _ in range(connections // 10):
                knock(address)
            begun = cpu(process.pid)
            for _ in range(connections):
                knock(address)
            # Connections that still wait to be accepted are part of it.
            with socket.socket() as last:
                last.connect(address)
                last.sendall(b"GET / HTTP/1.1\r\nHost: console.test\r\nConnection: close\r\n\r\n")
                while last.recv(65536):
                    pass
            return (cpu(process.pid) - begun) / connections * 1e6
        finally:
            process.send_signal(signal.SIGINT)
            process.wait()


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--gateway", required=True)
    arguments.add_argument("--connections", type=int, default=20_000)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--networks", type=int, default=0)
    given = arguments.parse_args()
    found = {case: [] for case in CASES}
    for _ in range(given.rounds):
        for case, rules in CASES.items():
            found[case].append(measure(given.gateway, rules, given.connections, given.networks))
    for case, values in found.items():
        print(f"{case:8} {statistics.median(values):7.1f} µs of CPU per connection")


if __name__ == "__main__":
    main()
