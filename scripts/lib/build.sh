# Builds the program and puts it into DATA/program/<hash>, with class-data caches. Sourced by up.

# Changes when anything changes that goes into the program.
source_hash() {
    (
        cd "$clone"
        # The web app's types come from the API document among the server's tests.
        find pom.xml .mvn jobs web server ml-worker scripts/lib scripts/toolchain \
            server/src/test/resources/immich-openapi.json \
            \( -name target -o -name node_modules -o -path '*/src/test' \) -prune \
            -o -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -c1-16
    )
}

# Changes when anything changes that workers must agree on: a helper on another machine is of the same version.
worker_version() {
    (
        cd "$clone"
        find pom.xml jobs ml-worker/pom.xml ml-worker/src server/src/main/resources/db/migration \
            \( -name target -o -path '*/src/test' \) -prune -o -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -c1-16
    )
}

jars_are_built() {
    [ "$(cat "$clone/target/built" 2>/dev/null)" = "$1" ] &&
        [ -f "$clone/server/target/keepsake-server.jar" ] && [ -f "$clone/ml-worker/target/keepsake-ml-worker.jar" ]
}

# The build generates some of its sources, so what it was built from is told by the hash after it.
remember_build() { source_hash | as_owner tee "$clone/target/built"; }
build_jars() {
    cd "$clone"
    as_owner ./mvnw -DskipTests -Dspotless.check.skip package && remember_build
}

# Sets program. Does nothing when it is there already.
install_program() {
    local hash name
    hash=$(source_hash)
    if ! jars_are_built "$hash"; then
        progress "Building Keepsake (several minutes the first time)" "$logs/build.log" build_jars
        hash=$(cat "$clone/target/built")
    fi
    program=$data/program/$hash-$(java -version 2>&1 | sha256sum | cut -c1-8)
    if [ "$(cat "$program/complete" 2>/dev/null)" != "$program" ]; then
        rm -rf "$program"
        mkdir -p "$program"
        for name in server ml-worker; do
            java -Djarmode=tools -jar "$clone/$name/target/keepsake-$name.jar" extract --force --destination "$program/$name" >/dev/null
        done
        cp -r "$clone/scripts/lib" "$program/lib"
        mkdir -p "$program/models"
        [ ! -d "$clone/ml-worker/models" ] || cp -r "$clone/ml-worker/models/." "$program/models"
        basename -a "$clone"/server/src/main/resources/db/migration/V*.sql | sed 's/^V\([0-9]*\)__.*/\1/' | sort -n >"$program/migrations"
        worker_version >"$program/worker.version"
        ln -sfn "$JAVA_HOME" "$program/java"
        chmod -R u=rwX,go=rX "$program"
        unpack_onnxruntime
        # One hostile file must not take the server down: it ends that one job, not the process.
        # Who waits for a file keeps a carrier of virtual threads: a few that wait for a slow disk must not keep all of
        # them, one a core, or nobody else is answered.
        # The first compiler alone: less memory and work until all is warm, and what costs most is done in native code.
        write_java_options server "$program/server/keepsake-server.jar" -Xmx256m -Dspring.aot.enabled=true \
            -XX:TieredStopAtLevel=1 -Djdk.virtualThreadScheduler.parallelism=32
        # The heap shrinks back after work, and what is left undone by a worker out of memory is known to the queue.
        # Its work is done in native code: the second compiler costs more memory than it saves time.
        write_java_options worker "$program/ml-worker/keepsake-ml-worker.jar" -Xmx128m -Xms12m -XX:-ShrinkHeapInSteps \
            -XX:MinHeapFreeRatio=20 -XX:MaxHeapFreeRatio=40 -XX:+ExitOnOutOfMemoryError -XX:TieredStopAtLevel=1 \
            -Dspring.aot.enabled=true \
            "-Donnxruntime.native.path=$program/native"
        (progress "Preparing a fast start" "$logs/training.log" "$clone/scripts/lib/train" "$program") ||
            warn "no class-data cache could be made ($logs/training.log): starts will take longer"
        echo "$program" >"$program/complete"
    fi
    chmod 755 "$data/program"
}

# ONNX Runtime would unpack its libraries into /tmp at every start, and leave them there when it is killed.
unpack_onnxruntime() {
    local arch=x64
    [ "$(uname -m)" != aarch64 ] || arch=aarch64
    (
        cd "$program"
        "$JAVA_HOME/bin/jar" --extract --file ml-worker/lib/onnxruntime-*.jar "ai/onnxruntime/native/linux-$arch"
        mv "ai/onnxruntime/native/linux-$arch" native
        rm -r ai
    )
}

# One file of options a process, so that the training run and every start have the same ones.
write_java_options() {
    local process=$1 jar=$2
    shift 2
    printf '%s\n' -XX:+UseSerialGC -XX:+UseCompactObjectHeaders --enable-native-access=ALL-UNNAMED \
        -Djava.io.tmpdir=/tmp "$@" >"$program/$process.options"
    printf '%s\n' "-jar" "$jar" >"$program/$process.command"
    chmod 644 "$program/$process".*
}

# The newest two programs stay: the running one and the one before it.
remove_old_programs() {
    ln -sfn "$program" "$data/program/current"
    find "$data/program" -mindepth 1 -maxdepth 1 -type d -printf '%T@ %p\n' | sort -rn | tail -n +3 | cut -d' ' -f2- |
        { grep -vxF "$program" || true; } | xargs -r rm -rf
}
