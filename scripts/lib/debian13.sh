# Whole Debian 13s for what this machine has not: another processor, newer packages. Sourced, after setup.sh.
# They stay in KEEPSAKE_TREES (/var/cache/keepsake-trees); remove them when you like.
trees=${KEEPSAKE_TREES:-/var/cache/keepsake-trees}
mirror=${KEEPSAKE_DEBIAN_MIRROR:-http://deb.debian.org/debian}

# debian13 ARCH PACKAGE…: sees to a tree of that processor in which these are installed.
debian13() {
    local tree=$trees/$1
    [ -d "$tree" ] || progress "Making a Debian 13 of $1" "$logs/tree-$1.log" bootstrap_debian13 "$1"
    chroot "$tree" dpkg-query -W "${@:2}" >/dev/null 2>&1 ||
        progress "Installing packages in the Debian 13 of $1" "$logs/packages-$1.log" install_in_debian13 "$@"
}

bootstrap_debian13() {
    local tree=$trees/$1
    rm -rf "$tree.new"
    mkdir -p "$tree.new"
    debootstrap --arch="$1" --foreign --variant=minbase --include=ca-certificates trixie "$tree.new" "$mirror"
    chroot "$tree.new" /debootstrap/debootstrap --second-stage
    echo "deb $mirror trixie main" >"$tree.new/etc/apt/sources.list"
    mv "$tree.new" "$tree"
}

install_in_debian13() {
    local tree=$trees/$1
    mount -t proc proc "$tree/proc"
    (
        chroot "$tree" apt-get -q update
        DEBIAN_FRONTEND=noninteractive chroot "$tree" apt-get -qy install --no-install-recommends "${@:2}"
        chroot "$tree" apt-get clean
    ) || { umount "$tree/proc"; return 1; }
    umount "$tree/proc"
}
