# What every script here shares. Sourced, never run.
set -Eeuo pipefail
# A command that fails without a message of ours must not end a script in silence.
trap '[ $? = 64 ] || printf "error: %s, line %s: %s\n" "${BASH_SOURCE[0]##*/}" "$LINENO" "$BASH_COMMAND" >&2' ERR
export LC_ALL=C.UTF-8

clone=$(realpath "$(dirname "${BASH_SOURCE[0]}")/../..")
service_user=keepsake

say() { printf '%s\n' "$*"; }
warn() { printf 'warning: %s\n' "$*" >&2; }

# fail MESSAGE [WHAT TO DO…]: each further argument is a line of its own. Ends with 64, which tells
# the trap above that everything is said.
fail() {
    printf 'error: %s\n' "$1" >&2
    shift
    [ $# = 0 ] || printf '       %s\n' "$@" >&2
    exit 64
}

is_root() { [ "$(id -u)" = 0 ]; }

# PostgreSQL refuses to run as root, and nothing else here needs to.
ensure_service_user() {
    is_root || return 0
    id -u "$service_user" >/dev/null 2>&1 ||
        useradd --system --user-group --home-dir /nonexistent --no-create-home --shell /usr/sbin/nologin "$service_user"
}

# What goes before a command so that it runs as the user of the services.
service_prefix=()
! is_root || service_prefix=(setpriv --reuid "$service_user" --regid "$service_user" --init-groups --no-new-privs --)
as_service() { "${service_prefix[@]}" "$@"; }

give_to_service() { ! is_root || chown -R "$service_user:$service_user" "$@"; }

alive() { [ -n "${1:-}" ] && kill -0 "$1" 2>/dev/null; }
# runs_as PID WORD: it lives, and its command line has the word.
runs_as() { alive "${1:-}" && tr '\0' ' ' <"/proc/$1/cmdline" 2>/dev/null | grep -qF "$2"; }
pid_in() { [ ! -f "$1" ] || head -n 1 "$1"; }

# Something answers on this TCP port of this machine.
port_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# A port that is free now, below the range that the kernel hands out to outgoing connections.
free_port() {
    local port
    while port=$((20000 + RANDOM % 10000)); do
        port_taken "$port" || { echo "$port"; return; }
    done
}

secret() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }

# progress WHAT LOG COMMAND…: runs it with its output in LOG; shows that it is still at work.
progress() {
    local what=$1 log=$2 started=$SECONDS pid next=15
    shift 2
    mkdir -p "$(dirname "$log")"
    printf '%s …\n' "$what"
    "$@" >"$log" 2>&1 &
    pid=$!
    trap 'kill "$pid" 2>/dev/null; wait "$pid"; exit 130' INT TERM HUP
    while alive "$pid"; do
        sleep 0.2
        if [ $((SECONDS - started)) -ge "$next" ]; then
            printf '  … %d s  %s\n' "$next" "$(tr '\r' '\n' <"$log" | awk 'NF { last = $0 } END { print substr(last, 1, 100) }')"
            next=$((next + 15))
        fi
    done
    trap - INT TERM HUP
    if ! wait "$pid"; then
        tail -n 30 "$log" >&2
        fail "$what failed; the whole log is in $log" "The last lines are above."
    fi
}
