#!/usr/bin/env python3
"""Measures the gateway against bare pingora and nginx, on one machine, in one go.

    load.py --gateway PATH --bare PATH --paced PATH [--rounds 5] [--seconds 5] [--json FILE]

One core for the proxy under test, the other for load generator and upstream; interleaved rounds; medians.
Python's standard library, nginx and wrk; benches/run.sh sees to those and to the programs.
"""

import argparse
import base64
import hashlib
import hmac
import html
import http.client
import json
import os
import re
import shutil
import signal
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

HOST = "console.test"
PASSWORD = "Granite-otter-412-walks"
PAGES = "/.portcullis"
TICKS = os.sysconf("SC_CLK_TCK")
PROXY_CORE, LOAD_CORE = "0", "1"
BROWSER = ["User-Agent: Mozilla/5.0 (X11; Linux x86_64) load", "Accept: */*"]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


# --- servers -----------------------------------------------------------------------------------------


class Server:
    """A process that is stopped by its own id, with the processes it made."""

    def __init__(self, command, core=None, ready=None, stderr=None):
        if core is not None:
            command = ["taskset", "-c", core, *command]
        begun = time.monotonic()
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=stderr, text=True
        )
        self.line = ""
        while ready and ready not in self.line:
            self.line = self.process.stdout.readline()
            if not self.line:
                sys.exit(f"{command} ended before it was ready")
        self.start_seconds = time.monotonic() - begun

    def address(self, name="http"):
        return re.search(rf"\b{name}=(\S+)", self.line).group(1)

    def pids(self):
        own = self.process.pid
        try:
            with open(f"/proc/{own}/task/{own}/children") as children:
                return [own, *map(int, children.read().split())]
        except FileNotFoundError:
            return [own]

    def cpu_seconds(self):
        """User and system time so far (fields 14 and 15 of /proc/PID/stat)."""
        total = 0
        for pid in self.pids():
            with open(f"/proc/{pid}/stat") as stat:
                fields = stat.read().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
        return total / TICKS

    def resident_megabytes(self):
        with open(f"/proc/{self.process.pid}/status") as status:
            return int(re.search(r"VmRSS:\s+(\d+)", status.read()).group(1)) / 1024

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def nginx(directory, name, servers, core):
    path = os.path.join(directory, f"{name}.conf")
    with open(path, "w") as conf:
        conf.write(
            f"""daemon off; worker_processes 1; pid {directory}/{name}.pid; error_log {directory}/{name}.err;
events {{ worker_connections 4096; }}
http {{
  access_log off; keepalive_requests 1000000000; keepalive_timeout 75s;
  client_body_temp_path {directory}/{name}.body; proxy_temp_path {directory}/{name}.proxy;
  fastcgi_temp_path {directory}/{name}.fcgi; uwsgi_temp_path {directory}/{name}.uwsgi;
  scgi_temp_path {directory}/{name}.scgi;
{servers}
}}
"""
        )
    server = Server(["nginx", "-c", path, "-p", directory], core)
    for _ in range(200):
        if os.path.exists(f"{directory}/{name}.pid") and len(server.pids()) > 1:
            return server
        time.sleep(0.05)
    sys.exit(f"nginx did not start; see {directory}/{name}.err")


def upstream_nginx(directory, port, auth_port):
    body = "x" * 1024
    return nginx(
        directory,
        "upstream",
        f"""  server {{ listen 127.0.0.1:{port}; location / {{ default_type text/plain; return 200 "{body}"; }} }}
  server {{ listen 127.0.0.1:{auth_port}; location / {{ return 204; }} }}""",
        LOAD_CORE,
    )


def proxy_nginx(directory, name, port, upstream, auth=None):
    passing = 'proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $host;'
    ask = check = ""
    if auth:
        ask = f"upstream auth {{ server 127.0.0.1:{auth}; keepalive 512; keepalive_requests 1000000000; }}"
        check = (
            "location = /auth { internal; proxy_pass http://auth; proxy_pass_request_body off; "
            f'proxy_set_header Content-Length ""; {passing} }}'
        )
    return nginx(
        directory,
        name,
        f"""  upstream console {{ server 127.0.0.1:{upstream}; keepalive 512; keepalive_requests 1000000000; }}
  {ask}
  server {{
    listen 127.0.0.1:{port};
    location / {{ {"auth_request /auth;" if auth else ""} proxy_pass http://console; {passing} }}
    {check}
  }}""",
        PROXY_CORE,
    )


# --- the gateway and a person who signs in -----------------------------------------------------------


def configure(directory, upstream, threads):
    with open(os.path.join(directory, "gateway.yaml"), "w") as file:
        file.write(
            f"""listen: {{ http: 127.0.0.1:0, admin: 127.0.0.1:0 }}
sites:
  - name: console
    hosts: [{HOST}]
    origin: http://{HOST}
    upstream: http://127.0.0.1:{upstream}
    routes:
      - {{ path: /public, require: open }}
log: {{ access: access.log }}
limits: {{ threads: {threads} }}
"""
        )


def portcullis(program, directory, *arguments, stdin=""):
    config = os.path.join(directory, "gateway.yaml")
    done = subprocess.run(
        [program, *arguments, "--config", config], input=stdin, text=True, capture_output=True
    )
    if done.returncode:
        sys.exit(f"portcullis {arguments}: {done.stdout}{done.stderr}")


def run_gateway(program, directory, core):
    config = os.path.join(directory, "gateway.yaml")
    log = open(os.path.join(directory, "gateway.log"), "a")
    return Server([program, "run", "--config", config], core, "portcullis ready", log)


class Person:
    """A browser that keeps cookies and sends forms back as it got them."""

    def __init__(self, address):
        self.address, self.cookies = address, {}

    def request(self, method, path, form=None):
        headers = {"Host": HOST, "Accept": "text/html", "Sec-Fetch-Mode": "navigate"}
        headers |= {"Sec-Fetch-Dest": "document", "Sec-Fetch-Site": "same-origin"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        body = None
        if form is not None:
            body = urllib.parse.urlencode(form)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["Origin"] = f"http://{HOST}"
        connection = http.client.HTTPConnection(self.address, timeout=60)
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = line.split(";")[0].partition("=")
            self.cookies.pop(name, None)
            if value:
                self.cookies[name] = value
        connection.close()
        return answer.status, answer.headers.get("Location"), text

    def submit(self, page, text, **fields):
        """Sends the form of `page` with all its hidden fields: where it leads to, or the page that follows."""
        pattern = rf'<form[^>]*action="{re.escape(page)}"[^>]*>(.*?)</form>'
        form = re.search(pattern, text, re.S)
        if not form:
            raise RuntimeError(f"no form for {page} on {text[:2000]}")
        hidden = {}
        for tag in re.findall(r"<input[^>]*>", form.group(1)):
            attributes = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
            if attributes.get("type") == "hidden":
                hidden[attributes["name"]] = html.unescape(attributes.get("value", ""))
        status, location, text = self.request("POST", page, hidden | fields)
        if status == 303:
            return location
        if status == 200 and 'role="alert"' not in text:
            return text
        raise RuntimeError(f"{page}: {status} {text[:2000]}")

    def password(self, login):
        _, _, page = self.request("GET", f"{PAGES}/sign-in?next=/")
        return self.submit(f"{PAGES}/sign-in", page, login=login, password=PASSWORD)

    def sign_in(self, login):
        """With password and a freshly enrolled authenticator app."""
        _, _, page = self.request("GET", self.password(login))
        key = re.search(r'id="totp-key"[^>]*>(.*?)</', page, re.S).group(1)
        key = re.sub(r"<[^>]*>|\s", "", key)
        page = self.submit(f"{PAGES}/enrol", page, code=totp(key, time.time()))
        if page.startswith("/"):
            _, _, page = self.request("GET", page)
        self.submit(f"{PAGES}/codes", page, stored="on")
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())


def totp(key, when):
    """RFC 6238 with SHA-1, 30 s, 6 digits."""
    secret = base64.b32decode(key.upper() + "=" * (-len(key) % 8))
    digest = hmac.new(secret, struct.pack(">Q", int(when) // 30), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at:at + 4])[0] & 0x7FFFFFFF) % 1000000:06}"


# --- measuring ---------------------------------------------------------------------------------------


class Unreadable(Exception):
    """A latency that is none: the round is run again."""


def micros(text):
    read = re.match(r"([\d.]+)(us|ms|s)$", text)
    if read is None:
        raise Unreadable(text)
    number, unit = read.groups()
    return float(number) * {"us": 1, "ms": 1000, "s": 1_000_000}[unit]


def headers_of(contestant):
    return [f"Host: {HOST}", *BROWSER, *contestant.get("headers", [])]


def wrk(contestant, seconds, connections):
    """One round, run again when its latencies cannot be read."""
    for _ in range(3):
        try:
            return wrk_once(contestant, seconds, connections)
        except Unreadable as odd:
            print(f"  {contestant['name']}: latency {odd}, once more", file=sys.stderr)
    sys.exit(f"{contestant['name']}: wrk's latencies cannot be read")


def wrk_once(contestant, seconds, connections):
    """One round: requests per second, latencies, processor time of the proxy per request."""
    command = ["taskset", "-c", LOAD_CORE, "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency"]
    for line in headers_of(contestant):
        command += ["-H", line]
    before = contestant["server"].cpu_seconds()
    out = subprocess.run(
        [*command, f"http://{contestant['address']}{contestant['path']}"],
        text=True, capture_output=True, check=True,
    ).stdout
    spent = contestant["server"].cpu_seconds() - before
    if "Non-2xx" in out or "Socket errors" in out:
        sys.exit(f"{contestant['name']}: not every answer was good:\n{out}")
    requests = int(re.search(r"(\d+) requests in", out).group(1))
    return {
        "rate": float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1)),
        "cpu_us": spent / requests * 1e6,
        "p50_us": micros(re.search(r"^ +50% +(\S+)$", out, re.M).group(1)),
        "p99_us": micros(re.search(r"^ +99% +(\S+)$", out, re.M).group(1)),
    }


def paced(options, contestant, rate, core, seconds=None):
    command = [options.paced, "--target", contestant["address"], "--path", contestant["path"]]
    command += ["--rate", str(int(rate)), "--seconds", str(seconds or options.seconds)]
    for line in headers_of(contestant):
        command += ["--header", line]
    if core is not None:
        command = ["taskset", "-c", core, *command]
    out = json.loads(subprocess.run(command, text=True, capture_output=True, check=True).stdout)
    if out["failed"]:
        sys.exit(f"{contestant['name']}: {out['failed']} answers were not 200")
    return out


def medians(rounds):
    return {key: statistics.median(one[key] for one in rounds) for key in rounds[0]}


def interleaved(contestants, count, measure):
    rounds = {one["name"]: [] for one in contestants}
    for number in range(count):
        for one in contestants:
            rounds[one["name"]].append(measure(one))
        print(f"  round {number + 1} of {count}", file=sys.stderr, flush=True)
    return {name: medians(results) for name, results in rounds.items()}


def storm(options, directory, person_cookie, logins, rate):
    """Latency of signed-in traffic, alone and while many people send passwords; on every core."""
    gateway = run_gateway(options.gateway, directory, None)
    try:
        traffic = {
            "name": "signed in", "address": gateway.address(), "path": "/index",
            "headers": [f"Cookie: {person_cookie}"],
        }
        paced(options, traffic, rate, None, 2)
        alone = medians([paced(options, traffic, rate, None) for _ in range(options.rounds)])
        over, done = threading.Event(), []

        def again_and_again(login):
            while not over.is_set():
                try:
                    Person(gateway.address()).password(login)
                    done.append("signed in")
                except RuntimeError:
                    # Told to come back later: as a browser would, not in a tight loop.
                    done.append("refused")
                    over.wait(1)

        threads = [threading.Thread(target=again_and_again, args=(login,)) for login in logins]
        begun = time.monotonic()
        for thread in threads:
            thread.start()
        time.sleep(1)
        during = medians([paced(options, traffic, rate, None) for _ in range(options.rounds)])
        over.set()
        seconds = time.monotonic() - begun
        for thread in threads:
            thread.join()
        return {
            "alone": alone, "during": during, "rate": rate,
            "sign_ins_per_second": done.count("signed in") / seconds, "refused": done.count("refused"),
        }
    finally:
        gateway.stop()


# --- telling -----------------------------------------------------------------------------------------


def tell(result):
    saturated, half = result["saturated"], result.get("half_load", {})
    bare, plain, auth = "bare pingora", "nginx proxy_pass", "nginx auth_request"
    print(f"\n{'':32}{'CPU µs/req':>11}{'req/s':>9}{'p50 µs':>9}{'p99 µs':>9}{'half: p50':>11}{'p99':>7}")
    for name, row in saturated.items():
        calm = half.get(name, {})
        print(
            f"{name:32}{row['cpu_us']:11.1f}{row['rate']:9.0f}{row['p50_us']:9.0f}{row['p99_us']:9.0f}"
            f"{calm.get('p50_us', float('nan')):11.0f}{calm.get('p99_us', float('nan')):7.0f}"
        )
    print(f"\n{'':36}{'/ bare':>10}{'/ nginx':>10}{'/ auth_request':>16}")
    for name in (one for one in saturated if one.startswith("gateway")):
        for what, key in (("CPU per request", "cpu_us"), ("throughput", "rate")):
            ratios = [saturated[name][key] / saturated[other][key] for other in (bare, plain, auth)]
            print(f"{name + ': ' + what:42}{ratios[0]:4.2f}{ratios[1]:10.2f}{ratios[2]:16.2f}")
    signed = "gateway, signed in"
    if half:
        added = half[signed]["p99_us"] - half[bare]["p99_us"]
        print(f"\nadded p99 at {result['half_rate']:.0f} requests per second: {added:.0f} µs")
    print(f"idle: {result['resident_mb']:.1f} MB resident; ready after {result['ready_ms']:.0f} ms (1 account)")
    if "storm" in result:
        one = result["storm"]
        print(
            f"login storm: p99 {one['alone']['p99_us']:.0f} µs alone, {one['during']['p99_us']:.0f} µs with "
            f"{one['sign_ins_per_second']:.1f} password sign-ins per second ({one['refused']} refused)"
        )


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for program in ("gateway", "bare", "paced"):
        parser.add_argument(f"--{program}", required=True, type=os.path.abspath)
    parser.add_argument("--before", type=os.path.abspath, help="an older gateway, measured in the same rounds")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--json", help="also write the figures to this file")
    parser.add_argument("--quick", action="store_true", help="saturated rounds only")
    return parser.parse_args()


def main():
    options = arguments()
    if len(os.sched_getaffinity(0)) < 2:
        sys.exit("this needs two cores: one for the proxy, one for load and upstream")
    # Told to stop: leave no server behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    directory, servers = tempfile.mkdtemp(prefix="portcullis-load-"), []
    try:
        result = measure(options, directory, servers)
    finally:
        for server in reversed(servers):
            server.stop()
        shutil.rmtree(directory, ignore_errors=True)
    tell(result)
    if options.json:
        with open(options.json, "w") as file:
            json.dump(result, file, indent=2)


def gateway_with_person(program, directory, name, upstream):
    """A gateway in a directory of its own, and the cookies of a person signed in there."""
    home = os.path.join(directory, name)
    os.mkdir(home)
    configure(home, upstream, 1)
    portcullis(program, home, "init")
    role = ["--role", "owner", "--password-stdin"]
    portcullis(program, home, "user", "add", "load", *role, stdin=f"{PASSWORD}\n")
    gateway = run_gateway(program, home, PROXY_CORE)
    time.sleep(1)
    gateway.resident_mb = gateway.resident_megabytes()
    return gateway, Person(gateway.address()).sign_in("load")


def measure(options, directory, servers):
    upstream, auth, plain, asking = (free_port() for _ in range(4))
    servers.append(upstream_nginx(directory, upstream, auth))
    gateway, cookie = gateway_with_person(options.gateway, directory, "now", upstream)
    servers.append(gateway)
    result = {"resident_mb": gateway.resident_mb, "ready_ms": gateway.start_seconds * 1000}
    bare = Server(
        [options.bare, "--listen", "127.0.0.1:0", "--upstream", f"127.0.0.1:{upstream}", "--threads", "1"],
        PROXY_CORE, "bare ready",
    )
    servers.append(bare)
    nginx_plain = proxy_nginx(directory, "plain", plain, upstream)
    servers.append(nginx_plain)
    nginx_auth = proxy_nginx(directory, "asking", asking, upstream, auth)
    servers.append(nginx_auth)

    def contestant(name, server, address, path="/index", cookies=cookie):
        headers = [f"Cookie: {cookies}"] if cookies else []
        return {"name": name, "server": server, "address": address, "path": path, "headers": headers}

    contestants = [
        contestant("bare pingora", bare, bare.address()),
        contestant("gateway, signed in", gateway, gateway.address()),
        contestant("gateway, open route", gateway, gateway.address(), "/public/index", None),
        contestant("nginx proxy_pass", nginx_plain, f"127.0.0.1:{plain}"),
        contestant("nginx auth_request", nginx_auth, f"127.0.0.1:{asking}"),
    ]
    if options.before:
        before, old_cookie = gateway_with_person(options.before, directory, "before", upstream)
        servers.append(before)
        contestants.append(
            contestant("gateway before, signed in", before, before.address(), cookies=old_cookie)
        )
    print("saturated:", file=sys.stderr)
    for one in contestants:
        wrk(one, 1, options.connections)
    result["saturated"] = interleaved(
        contestants, options.rounds, lambda one: wrk(one, options.seconds, options.connections)
    )
    if options.quick:
        return result
    rate = result["saturated"]["gateway, signed in"]["rate"] / 2
    result["half_rate"] = rate
    print("half load:", file=sys.stderr)
    result["half_load"] = interleaved(
        contestants, options.rounds, lambda one: paced(options, one, rate, LOAD_CORE)
    )
    logins, home = [f"storm{number}" for number in range(32)], os.path.join(directory, "now")
    for login in logins:
        portcullis(
            options.gateway, home, "user", "add", login, "--password-stdin", stdin=f"{PASSWORD}\n"
        )
    gateway.stop()
    configure(home, upstream, len(os.sched_getaffinity(0)))
    print("login storm:", file=sys.stderr)
    result["storm"] = storm(options, home, cookie, logins, min(1000, int(rate)))
    return result


if __name__ == "__main__":
    main()
