# Dumps that are proven by what comes out of them. Sourced.

# connect_to DATA: sets bin and connection to the cluster of this data folder.
connect_to() {
    bin=/usr/lib/postgresql/$(cat "$1/postgres/PG_VERSION")/bin
    connection=(-h "$1/run" -p "$(sed -n 's/^port = //p' "$1/postgres/keepsake.conf")" -U postgres)
}

psql() { as_service "$bin/psql" -qXAtv ON_ERROR_STOP=1 "${connection[@]}" "$@"; }

await_postgres() {
    local code unanswered=0 started=$SECONDS next=15
    while [ "$unanswered" -lt 600 ]; do
        code=0
        as_service "$bin/pg_isready" -q "${connection[@]}" || code=$?
        [ "$code" != 0 ] || return 0
        # 1: it is there and says no, as it does while it recovers after a power cut; there is no hurry.
        [ "$code" = 1 ] || unanswered=$((unanswered + 1))
        if [ $((SECONDS - started)) -ge "$next" ]; then
            say "PostgreSQL is not ready yet (after a power cut that may take a while)"
            next=$((next + 60))
        fi
        sleep 0.5
    done
    fail "PostgreSQL does not answer" "Its log says why: $data/run/postgres.log (or: journalctl -u keepsake-postgres)"
}

# One line a table: its name and how many rows it has.
counts() {
    psql -d "$1" -c "select format('select %L, count(*) from %I.%I', schemaname || '.' || relname, schemaname, relname)
        from pg_stat_user_tables order by schemaname, relname" |
        while read -r query; do psql -d "$1" -c "$query"; done
}

# restore_into DATABASE DUMP COUNTS [OPTION…]: fails unless the dump gives back the rows that were counted.
restore_into() {
    as_service "$bin/pg_restore" "${connection[@]}" --exit-on-error "${@:4}" -d "$1" "$2" &&
        diff "$3" <(counts "$1") >&2
}
