# Dumps that are proven by what comes out of them. Sourced; wants connection=(…) and bin.

psql() { as_service "$bin/psql" -qXAtv ON_ERROR_STOP=1 "${connection[@]}" "$@"; }

await_postgres() {
    # After a power cut recovery may take a while; there is no hurry.
    for _ in $(seq 600); do
        if as_service "$bin/pg_isready" -q "${connection[@]}"; then return; fi
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

# restore_into DATABASE DUMP COUNTS: fails unless the dump gives back the rows that were counted.
restore_into() {
    as_service "$bin/pg_restore" "${connection[@]}" --exit-on-error -d "$1" "$2" &&
        diff "$3" <(counts "$1") >&2
}
