#!/bin/bash
# Everything that is measured, in one go: `make bench` runs this. Needs two cores and about thirteen minutes
# after the build; says so when something is missing.
#
#   benches/run.sh [--quick]     --quick: the saturated rounds only
set -euo pipefail
cd "$(dirname "$0")/.."

install_missing() {
    local missing=()
    command -v wrk >/dev/null || missing+=(wrk)
    command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] || missing+=(nginx-light)
    command -v python3 >/dev/null || missing+=(python3)
    command -v taskset >/dev/null || missing+=(util-linux)
    [ ${#missing[@]} -eq 0 ] && return
    local root=()
    [ "$(id -u)" -eq 0 ] || root=(sudo)
    echo "installing ${missing[*]}" >&2
    "${root[@]}" apt-get update -qq
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}"
}

# The newest program that cargo built for a benchmark target.
built() {
    cargo build --release --locked --bench "$1" --message-format=json 2>/dev/null |
        python3 -c '
import json, sys
for line in sys.stdin:
    made = json.loads(line)
    if made.get("executable") and made["target"]["name"] == sys.argv[1]:
        print(made["executable"])' "$1"
}

install_missing
export PATH="$PATH:/usr/sbin"
# In one command, so that gateway and bare pingora are made from the very same dependencies.
cargo build --release --locked --bin portcullis --bench bare --bench paced --bench decide --bench geo --bench networks --bench store
target="${CARGO_TARGET_DIR:-target}"
if [ "${1:-}" != "--quick" ]; then
    cargo bench --locked --bench decide
    cargo bench --locked --bench geo
    cargo bench --locked --bench networks
    cargo bench --locked --bench store
fi
python3 benches/load.py --gateway "$target/release/portcullis" --bare "$(built bare)" \
    --paced "$(built paced)" --json "$target/load.json" "$@"
