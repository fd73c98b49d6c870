# How the scripts' own tests check. Sourced; wants the folder work; counts in passed and failed.
trap - ERR
set +e
passed=0 failed=0

check() { # check WHAT COMMAND…
    local what=$1
    shift
    if "$@" >"$work/check.log" 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        say "FAILED: $what" && sed 's/^/    /' "$work/check.log" && [ "$1" != refuses ] || sed 's/^/    /' "$work/output"
    fi
}
# refuses PATTERN COMMAND…: it fails, and says so in these words.
refuses() {
    local pattern=$1
    shift
    ! "$@" >"$work/output" 2>&1 </dev/null && grep -qE "$pattern" "$work/output"
}
fails() { ! "$@"; }
holds() { [ "$("${@:2}")" = "$1" ]; }
await() {
    local deadline=$((SECONDS + 60))
    until "$@" >/dev/null 2>&1; do
        [ "$SECONDS" -lt "$deadline" ] || return 1
        sleep 0.1
    done
}
