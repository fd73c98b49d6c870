# Installs and starts the units of systemd/. Sourced by up --service, as root.

# render_units FOLDER
render_units() {
    local unit
    for unit in "$clone"/systemd/*; do
        sed -e "s|@DATA@|$data|g" -e "s|@LIBRARY@|$library|g" \
            -e "s|@POSTGRES@|/usr/lib/postgresql/$(cat "$data/postgres/PG_VERSION")/bin/postgres|g" \
            "$unit" >"$1/${unit##*/}"
        chmod 644 "$1/${unit##*/}"
    done
}

install_units() {
    [ -d /run/systemd/system ] || fail "this machine is not run by systemd" "Use scripts/up or scripts/up --detach instead."
    case $(realpath "$JAVA_HOME") in
        /root/* | /home/*) fail "the JDK in $JAVA_HOME is in a home folder, which the services cannot see" "Put it into /opt or /usr/lib/jvm." ;;
    esac
    case $data/ in /home/* | /root/*) fail "the data folder $data is in a home folder, which the services cannot see" "Choose another: KEEPSAKE_DATA=/srv/keepsake scripts/up --service" ;; esac
    case $library/ in /home/* | /root/*) fail "the library $library is in a home folder, which the services cannot see" "Choose another: KEEPSAKE_LIBRARY=/srv/photos scripts/up --service" ;; esac
    # A unit does not start while a folder is missing that it is to write or not to see.
    as_service mkdir -p "$library"/{upload,thumbs,encoded-video,profile}
    mkdir -p "$data/dumps"
    give_to_service "$data/dumps"
    render_units /etc/systemd/system
    systemctl daemon-reload
    systemctl enable --quiet keepsake.target
    # Restarts are counted anew: those of an earlier day say nothing of this start.
    systemctl reset-failed 'keepsake-*.service' 2>/dev/null || true
    systemctl start keepsake.target
}

started_at=$(date +%s)
news() { journalctl -q -o cat -t before-start --since "@$started_at" || true; }
state() { journalctl -q -o cat -n 1 -u 'keepsake-*' | cut -c1-100 || true; }
# What fails is tried again for ever, after a power cut say; at its first start that helps nobody.
broken() {
    local restarts
    restarts=$(systemctl show -P NRestarts keepsake-postgres keepsake-server | sort -n | tail -n 1)
    [ "${restarts:-0}" -ge 2 ] || systemctl -q is-failed 'keepsake-*'
}
give_up() { systemctl --no-pager --full status 'keepsake-*' >&2 || true; }
server_log() { journalctl -q -u keepsake-server -b 2>/dev/null || true; }
