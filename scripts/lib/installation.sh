# The data folder and what marks it (I2). Sourced.
#
# An installation has an id. It stands in DATA/.keepsake, in LIBRARY/.keepsake, and, outside of both,
# in a record under /etc/keepsake (root) or ~/.config/keepsake. A recorded installation whose marker
# is missing is a missing disk, and is never initialised anew.

if is_root; then default_data=/var/lib/keepsake default_config=/etc/keepsake
else default_data=${XDG_DATA_HOME:-$HOME/.local/share}/keepsake default_config=${XDG_CONFIG_HOME:-$HOME/.config}/keepsake
fi
records=${KEEPSAKE_CONFIG:-$default_config}/installations

record_of() { echo "$records/$(printf %s "$1" | sed 's,^/,,; s,/,-,g')"; }
marker() { [ ! -f "$1/.keepsake" ] || sed -n '1s/^id=//; 1p' "$1/.keepsake"; }
recorded_data() { local file; for file in "$records"/*; do field data "$file"; done; }

# Sets data, library, record, run. Without KEEPSAKE_DATA: the one that is recorded, else the default place.
locate_installation() {
    local known
    if [ -n "${KEEPSAKE_DATA:-}" ]; then
        data=$(realpath -m "$KEEPSAKE_DATA")
    else
        known=$(recorded_data)
        case $(grep -c . <<<"$known" || true) in
            0) refuse_a_second_installation; data=$default_data ;;
            1) data=$known ;;
            *)
                data=$default_data
                grep -qxF "$data" <<<"$known" ||
                    fail "there are several installations:" $known "Say which one: KEEPSAKE_DATA=… ${0##*/}"
                ;;
        esac
    fi
    record=$(record_of "$data")
    library=$(realpath -m "${KEEPSAKE_LIBRARY:-$(field library "$record")}" 2>/dev/null || true)
    [ -n "$library" ] || library=$data/library
    [[ $data$library =~ ^[A-Za-z0-9/._+@-]+$ ]] || fail "the path of the data folder or the library has characters that configuration files do not take: $data $library" \
        "Use letters, digits and . _ + - @ only: KEEPSAKE_DATA=/some/where scripts/up"
    run=$data/run
    [ ! -d "$run" ] || [ -x "$run" ] || fail "the installation in $data belongs to another user" "Try: sudo scripts/${0##*/}"
}

# The same command with and without sudo must not make a second, empty server on the same address (I2).
refuse_a_second_installation() {
    local other
    if ! is_root; then
        other=/etc/keepsake/installations
    elif [ -n "${SUDO_USER:-}" ] && [ "$SUDO_USER" != root ]; then
        other=$(getent passwd "$SUDO_USER" | cut -d: -f6)/.config/keepsake/installations
    else
        return 0
    fi
    [ -n "$(ls -A "$other" 2>/dev/null)" ] || return 0
    if is_root; then
        fail "$SUDO_USER has an installation already" "Run it without sudo, or say where another one is to be: KEEPSAKE_DATA=/some/where"
    fi
    fail "this machine has an installation already, and it runs as the system's" "Try: sudo scripts/${0##*/}" \
        "For one of your own besides, say where: KEEPSAKE_DATA=/some/where KEEPSAKE_PORT=2284 scripts/up"
}

missing_disk() {
    fail "$1" "Its disk is probably not mounted: attach or mount it and try again. Nothing was changed." \
        "If it lies elsewhere now, say where: KEEPSAKE_DATA=… (and KEEPSAKE_LIBRARY=…) scripts/up" \
        "Only if that installation is given up for good, remove its record $record and start anew."
}

# Sets fresh to yes when there is nothing yet, to no when this is a whole installation; refuses all else.
check_installation() {
    local recorded marked library_marked stranger
    recorded=$(field id "$record")
    marked=$(marker "$data")
    library_marked=$(marker "$library")
    if [ -z "$marked" ]; then
        [ -z "$recorded" ] || missing_disk "the installation $recorded is not in $data"
        [ -z "$library_marked" ] || [ -f "$data/.incomplete" ] ||
            missing_disk "the library $library belongs to the installation $library_marked, whose database is not in $data"
        local folder
        for folder in "$data" "$library"; do
            [ ! -f "$data/.incomplete" ] && [ -d "$folder" ] || continue
            stranger=$(find "$folder" -mindepth 1 -maxdepth 1 ! -name lost+found -printf '%f ' -quit)
            [ -z "$stranger" ] || fail "$folder is not empty ($stranger…) and is no folder of Keepsake's" \
                "Choose an empty or new folder: KEEPSAKE_DATA=/some/where scripts/up"
        done
        fresh=yes
    else
        [ -z "$recorded" ] || [ "$recorded" = "$marked" ] ||
            missing_disk "$data holds the installation $marked, but the one recorded there is $recorded"
        [ ! -f "$data/.converting" ] ||
            fail "a conversion to another PostgreSQL was cut off; the database as it was lies in $(cat "$data/.converting")" \
                "Put it back: rm -rf $data/postgres && mv $(cat "$data/.converting") $data/postgres && rm $data/.converting"
        [ "$library_marked" = "$marked" ] ||
            missing_disk "the library of the installation $marked is not in $library"
        [ -f "$data/postgres/PG_VERSION" ] || missing_disk "the database of the installation $marked is not in $data/postgres"
        fresh=no
    fi
}

begin_installation() {
    if ! mkdir -p "$data" 2>/dev/null || ! [ -w "$data" ]; then
        fail "$data cannot be made or written" "Run as root, or choose another place: KEEPSAKE_DATA=/some/where scripts/up"
    fi
    chmod 755 "$data"
    touch "$data/.incomplete"
    mkdir -p "$library"
    chmod 750 "$library"
    ! is_root || chown "$service_user:$service_user" "$library"
}

# Files from another machine belong to whoever has the number there. A folder changes hands after
# all that is in it, so one that was cut off goes on.
adopt_installation() {
    local folder
    is_root || return 0
    for folder in "$data"/{postgres,dumps} "$library"; do
        [ -d "$folder" ] && [ "$(stat -c %U "$folder")" != "$service_user" ] || continue
        say "Giving $folder to the user $service_user …"
        give_to_service "$folder"
    done
}

# Marks a finished installation, the record last; takes up one that came on a disk from elsewhere.
mark_installation() {
    local id
    if [ "$fresh" = yes ]; then
        id=$(cat /proc/sys/kernel/random/uuid)
        echo "id=$id" | tee "$library/.keepsake" >"$data/.keepsake"
        chmod 644 "$library/.keepsake" "$data/.keepsake"
        sync -f "$library" "$data"
        rm -f "$data/.incomplete"
    fi
    id=$(marker "$data")
    mkdir -p "$records"
    printf 'id=%s\ndata=%s\nlibrary=%s\n' "$id" "$data" "$library" >"$record.new"
    sync "$record.new"
    mv "$record.new" "$record"
}

# What a person may set lies in DATA/settings.env; KEEPSAKE_PORT and KEEPSAKE_HOST of a call are kept there.
read_settings() {
    local settings=$data/settings.env name value
    [ -f "$settings" ] || printf '%s\n' "# Read by server and worker at each start; see docs/operations.md." \
        "KEEPSAKE_PORT=2283" "KEEPSAKE_HOST=0.0.0.0" >"$settings"
    chmod 600 "$settings" # an OpenID provider's secret may be in it
    for name in KEEPSAKE_PORT KEEPSAKE_HOST; do
        value=${!name:-}
        [ -z "$value" ] || sed -i "s|^$name=.*|$name=$value|" "$settings"
    done
    port=$(field KEEPSAKE_PORT "$settings")
    host=$(field KEEPSAKE_HOST "$settings")
    [[ $port =~ ^[0-9]+$ ]] && [ "$port" -ge 1 ] && [ "$port" -le 65535 ] ||
        fail "KEEPSAKE_PORT is not a port: '$port'" "Mend it in $settings, or start with KEEPSAKE_PORT=2283 scripts/up"
}

# Each process gets the secrets that it needs and no others.
write_process_environments() {
    local name process
    for process in server worker; do
        (
            umask 077
            {
                grep -E '^KEEPSAKE_(DB_URL|REDIS_URL)=' "$data/services.env"
                case $process in
                    server) grep -E '^KEEPSAKE_DB_(USER|PASSWORD)=' "$data/services.env" ;;
                    worker)
                        grep -E '^KEEPSAKE_WORKER_DB_(USER|PASSWORD)=' "$data/services.env"
                        echo "KEEPSAKE_MODELS=$data/program/current/models"
                        ;;
                esac
                echo "KEEPSAKE_LIBRARY=$library"
            } >"$data/$process.env"
        )
    done
}

warn_of_sd_card() {
    local source
    source=$(findmnt -no SOURCE -T "$1" 2>/dev/null || true)
    case $source in
        *mmcblk*) warn "$1 lies on an SD card ($source): cards wear out and lose data under a database. Use an SSD: KEEPSAKE_DATA=/mnt/ssd/keepsake scripts/up" ;;
    esac
}

# Empty where nobody in the network is answered.
lan_address() { [ "$host" = 127.0.0.1 ] || ip -4 route get 192.0.2.1 2>/dev/null | sed -n 's/.* src \([0-9.]*\).*/\1/p' | head -n 1; }
server_answers() {
    local address=$host
    case $host in 0.0.0.0 | ::) address=127.0.0.1 ;; esac
    curl -fsS -m 5 -o /dev/null "http://$address:$port/api/server/ping" 2>/dev/null
}
# The worker answers no one; what shows that it is at work is its named connection to Redis.
worker_connected() {
    local postgres_port redis_port redis_password
    read_ports "$data/services.env"
    REDISCLI_AUTH=$redis_password redis-cli -p "$redis_port" client list 2>/dev/null | grep -q ' name=keepsake-ml-worker:'
}
# After a power cut the number may be another process's.
supervisor() { local pid; pid=$(pid_in "$run/supervise.pid"); ! runs_as "$pid" "lib/supervise $data " || echo "$pid"; }
# The services, when it is this data folder that they serve.
service_installed() {
    command -v systemctl >/dev/null && grep -qsxF "RequiresMountsFor=$data" /etc/systemd/system/keepsake-postgres.service
}
service_active() { service_installed && systemctl -q is-active keepsake.target; }

print_addresses() {
    local lan
    lan=$(lan_address)
    say "" && say "Keepsake is running."
    say "  on this machine:   http://localhost:$port"
    [ -z "$lan" ] || say "  in your network:   http://$lan:$port   (this one for phones)"
    say "  data:              $data"
}

# print_next LOG: the server logs a setup code for as long as there is no account.
print_next() {
    local code
    code=$(sed -n 's/.*asks for this setup code: //p' <<<"$1" | tail -n 1)
    [ -n "$code" ] || return 0
    say "  next:              make the first account, the administrator's:"
    say "                     http://localhost:$port/#setup-code=$code"
    say "                     (elsewhere than on this machine: the same after another address)"
}
