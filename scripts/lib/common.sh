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

# field NAME FILE: the value of NAME=… in it.
field() { [ ! -f "$2" ] || sed -n "s/^$1=//p" "$2"; }

# read_ports SERVICES_ENV: sets postgres_port, redis_port and redis_password from the addresses in it.
read_ports() {
    local database redis
    database=$(field KEEPSAKE_DB_URL "$1") redis=$(field KEEPSAKE_REDIS_URL "$1")
    postgres_port=${database##*:} postgres_port=${postgres_port%%/*}
    redis_port=${redis##*:}
    redis_password=${redis#redis://:} redis_password=${redis_password%%@*}
}

alive() { [ "${1:-0}" != 0 ] && kill -0 "$1" 2>/dev/null; }
# runs_as PID WORD: it lives, and its command line has the word.
runs_as() { alive "${1:-}" && tr '\0' ' ' <"/proc/$1/cmdline" 2>/dev/null | grep -qF "$2"; }
# works_in PID FOLDER: by this PostgreSQL and Redis are told from a process that got their number after a power cut.
works_in() { [ -n "${1:-}" ] && [ "$(readlink "/proc/$1/cwd" 2>/dev/null)" = "$2" ]; }
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

last_line() { tr '\r' '\n' <"$1" | awk 'NF { last = $0 } END { print substr(last, 1, 100) }'; }

# What usually helps, by what the log of a failed step says.
remedy() {
    if grep -qiE 'no space left|ENOSPC|not enough free space|quota exceeded' "$1"; then
        say "The disk is full: df -h shows which. Make room and run this again."
    elif grep -qiE 'could not get lock|dpkg was interrupted|held by process' "$1"; then
        say "Another program installs packages, or one was cut off: wait for it, or run sudo dpkg --configure -a, then run this again."
    elif grep -qiE 'failed to fetch|could not resolve|could not connect|unreachable|timed out|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|ECONNRE|unknown host|could not transfer|connection (refused|reset)|certificate' "$1"; then
        say "It looks like the network: look whether this machine reaches the internet (and has the right time: date), then run this again."
    elif grep -qiE 'unable to locate package|no installation candidate|unmet dependencies|held broken packages' "$1"; then
        say "The distribution's package lists do not fit together: run sudo apt-get update && sudo apt-get -f install, then run this again."
    elif grep -qiE 'cannot allocate memory|OutOfMemory|out of memory|killed process' "$1"; then
        say "There was too little memory: stop other programs or add swap, then run this again."
    else
        say "The lines above say why. Once that is mended run this again: what is done is not done twice."
    fi
}

# stop_all PID: it and all that it started, since a command in the background does not hear Ctrl-C.
stop_all() {
    local child children
    children=$(pgrep -P "$1" || true)
    kill "$1" 2>/dev/null || true
    for child in $children; do stop_all "$child"; done
}

# progress WHAT LOG COMMAND…: runs it with its output in LOG; shows that it is still at work.
progress() {
    local what=$1 log=$2 started=$SECONDS pid next=15
    shift 2
    mkdir -p "$(dirname "$log")"
    say "$what …"
    : >"$log"
    # Root writes into the folders of others here.
    ! is_root || chown --reference="${log%/*}" "$log"
    "$@" >"$log" 2>&1 &
    pid=$!
    trap 'say "Stopping …"; stop_all "$pid"; wait "$pid" || true; exit 130' INT TERM HUP
    while alive "$pid"; do
        sleep 0.2
        if [ $((SECONDS - started)) -ge "$next" ]; then
            say "  … $next s  $(last_line "$log")"
            next=$((next + 15))
        fi
    done
    trap - INT TERM HUP
    if ! wait "$pid"; then
        tail -n 30 "$log" >&2
        fail "$what failed; the whole log is in $log" "$(remedy "$log")"
    fi
}
