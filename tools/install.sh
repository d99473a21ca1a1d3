#!/usr/bin/env bash
# Installs what is missing to build, test or measure Portcullis on Debian or Ubuntu; what is there already is
# left alone, so that a second run does nothing.
#
#   tools/install.sh build     compiler and build tools
#   tools/install.sh test      the same, a browser, two web servers, phpMyAdmin, Prometheus' promtool, packages of
#                              Python and Node
#   tools/install.sh consoles  the same, and real consoles
#   tools/install.sh bench     what build has, nginx and a load generator
#
# CHROMIUM=/path/to/browser and CHROMEDRIVER=/path/to/driver name a browser that is installed otherwise.
set -euo pipefail
cd "$(dirname "$0")/.."

missing=()

# need COMMAND PACKAGE: the package, unless the command is there.
need() {
    PATH="$PATH:/usr/sbin" command -v "$1" >/dev/null || missing+=("$2")
}

install_missing() {
    [ "${#missing[@]}" -gt 0 ] || return 0
    if ! command -v apt-get >/dev/null; then
        echo "Please install: ${missing[*]} (Debian's names). Only Debian and Ubuntu are done automatically." >&2
        exit 1
    fi
    local root=()
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null; then
            echo "Please install as root: apt-get install ${missing[*]}" >&2
            exit 1
        fi
        root=(sudo)
    fi
    echo "Installing: ${missing[*]}"
    "${root[@]}" apt-get update -qq
    start_nothing "${root[@]}"
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "${missing[@]}"
    start_nothing_later "${root[@]}"
}

# Servers are wanted as programs of the tests. A package starts its service unless this file forbids it.
start_nothing() {
    local policy=/usr/sbin/policy-rc.d
    [ ! -e "$policy" ] || return 0
    # shellcheck disable=SC2064 # as it is now
    trap "$* rm -f $policy" EXIT
    printf '#!/bin/sh\nexit 101\n' | "$@" tee "$policy" >/dev/null
    "$@" chmod 755 "$policy"
}

# Nor with the next start of the machine.
start_nothing_later() {
    [ -d /run/systemd/system ] || return 0
    local package unit
    for package in "${missing[@]}"; do
        case "$package" in
        mariadb-server) unit=mariadb.service ;;
        transmission-daemon) unit=transmission-daemon.service ;;
        prometheus) unit=prometheus.service ;;
        php-fpm) unit=$(cd /lib/systemd/system && echo php*-fpm.service) ;;
        *) continue ;;
        esac
        # shellcheck disable=SC2086 # several versions, several units
        "$@" systemctl disable --quiet $unit
    done
}

need_to_build() {
    if ! command -v cargo >/dev/null; then
        echo "Rust is missing: install stable Rust with rustup, then open a new shell." >&2
        exit 1
    fi
    need gcc gcc
    [ -e /usr/include/stdlib.h ] || missing+=(libc6-dev)
    need pkg-config pkg-config
    need cmake cmake
    need make make
}

need_to_test() {
    [ -n "${CHROMIUM:-}" ] || need chromium chromium
    [ -n "${CHROMEDRIVER:-}" ] || need chromedriver chromium-driver
    need python3 python3
    # Debian's python3 can make no environments without this package.
    python3 -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3-venv)
    need node nodejs
    need npm npm
    need nginx nginx-light
    need haproxy haproxy
    need promtool prometheus
    # phpMyAdmin and what it needs.
    if [ ! -e /usr/share/phpmyadmin/index.php ]; then
        missing+=(phpmyadmin dbconfig-no-thanks php-mysql php-mbstring php-xml)
    fi
    ls /usr/sbin/php-fpm* >/dev/null 2>&1 || missing+=(php-fpm)
    need mariadbd mariadb-server
}

need_to_try_consoles() {
    [ -e /usr/share/icingaweb2/schema ] || missing+=(icingaweb2)
    need php php-cli
    need transmission-daemon transmission-daemon
}

# python_packages LIST ENVIRONMENT: made anew only when the list of packages has changed.
python_packages() {
    local list=$1 stamp=$2/portcullis-requirements.txt
    cmp -s "$list" "$stamp" && return 0
    python3 -m venv "$2"
    "$2/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$list"
    cp "$list" "$stamp"
}

node_packages() {
    local lock=tests/node/package-lock.json stamp=tests/node/node_modules/portcullis-lock.json
    cmp -s "$lock" "$stamp" && return 0
    npm ci --prefix tests/node --no-audit --no-fund --loglevel=error
    cp "$lock" "$stamp"
}

# The consoles themselves, not what they are made of, are of a version that is known.
console_packages() {
    local list=tests/consoles/node/package.json stamp=tests/consoles/node/node_modules/portcullis.json
    cmp -s "$list" "$stamp" && return 0
    npm install --prefix tests/consoles/node --no-package-lock --no-audit --no-fund --loglevel=error
    cp "$list" "$stamp"
}

case "${1:-}" in
build)
    need_to_build
    install_missing
    ;;
test)
    need_to_build
    need_to_test
    install_missing
    python_packages tests/python/requirements.txt .venv
    node_packages
    ;;
consoles)
    need_to_build
    need_to_test
    need_to_try_consoles
    install_missing
    python_packages tests/consoles/requirements.txt .venv-consoles
    console_packages
    ;;
bench)
    need_to_build
    need python3 python3
    need nginx nginx-light
    need wrk wrk
    install_missing
    ;;
*)
    sed -n '/^# Installs/,/^set/s/^# \{0,1\}//p' "$0" >&2
    exit 64
    ;;
esac
