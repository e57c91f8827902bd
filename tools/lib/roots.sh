# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced by tools that try sipresp on every Wireshark series: one root, made
# by mmdebstrap from signed packages, for each. Needs common.sh before it.
#
# Roots are cached in SIPRESP_ROOTS (default: sipresp/roots in the user's cache
# folder) and made anew when the list of packages in them changes.

ROOTS=${SIPRESP_ROOTS:-${XDG_CACHE_HOME:-$HOME/.cache}/sipresp/roots}
ALL_SERIES="4.0 4.4 4.6"

# suite_of SERIES prints the Debian suite that has this Wireshark series.
suite_of() {
    case $1 in
    4.0) echo bookworm ;;
    4.4) echo trixie ;;
    4.6) echo sid ;;
    *) die "there is no root for Wireshark '$1'; the series are: $ALL_SERIES" ;;
    esac
}

# need_roots sees to what making and entering a root takes.
need_roots() {
    [ "$(id -u)" -eq 0 ] || die "only root can make and enter roots; run: sudo $0"
    need_packages mmdebstrap debian-archive-keyring git util-linux
    mkdir -p "$ROOTS"
}

# lock_roots lets one tool at a time work in the roots.
lock_roots() {
    exec 9>"$ROOTS/lock"
    flock --nonblock 9 ||
        die "another tool works in the roots in $ROOTS; wait for it, or name other roots by SIPRESP_ROOTS"
}

# The mirror that this machine's own apt uses for Debian; empty if it uses none,
# and mmdebstrap then takes its default.
debian_mirror() {
    if [ -n "${SIPRESP_MIRROR:-}" ]; then
        echo "$SIPRESP_MIRROR"
        return
    fi
    apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' \
        'Label: Debian' 2>/dev/null | sed -n 1p
}

# make_root FOLDER SUITE PACKAGE... fills FOLDER, or leaves none.
make_root() {
    local folder=$1 suite=$2 mirror options=() log=$1.log
    shift 2
    mirror=$(debian_mirror)
    # A mirror may hold a frozen copy of sid, whose Release file is then past
    # its date; its signature is checked all the same.
    [ "$suite" != sid ] || options=(--aptopt='Acquire::Check-Valid-Until "false"')
    say "making a root of Debian $suite in $folder"
    rm -rf --one-file-system "$folder" "$folder.new"
    if ! mmdebstrap --mode=root --variant=minbase "${options[@]}" \
        --include="$(echo "$*" | tr ' ' ,)" \
        "$suite" "$folder.new" ${mirror:+"$mirror"} </dev/null >"$log" 2>&1; then
        cat "$log" >&2
        rm -rf --one-file-system "$folder.new"
        die "mmdebstrap could not make a root of Debian $suite; its own message above says why"
    fi
    mv "$folder.new" "$folder"
}

# root_with NAME SERIES PACKAGE... sets ROOT to a root of the series with these
# packages: the cached one, if it is what would be made.
root_with() {
    local name=$1 suite wanted
    suite=$(suite_of "$2")
    shift 2
    ROOT=$ROOTS/$suite-$name
    wanted="$(debian_mirror) $*"
    if [ ! -d "$ROOT" ] || [ "$(cat "$ROOT.packages" 2>/dev/null)" != "$wanted" ]; then
        make_root "$ROOT" "$suite" "$@"
        echo "$wanted" >"$ROOT.packages"
    fi
}

# tests_root SERIES sets ROOT to a root in which the plugin can be built and tested.
tests_root() {
    root_with tests "$1" $BUILD_PACKAGES $TEST_PACKAGES
}

# Below each root: where the tree goes.
TREE=src

# copy_tree ROOT puts the files that git would commit into ROOT/$TREE, and nothing else.
copy_tree() {
    rm -rf --one-file-system "${1:?}/$TREE"
    mkdir -p "$1/$TREE"
    git -C "$SIPRESP_ROOT" -c "safe.directory=$SIPRESP_ROOT" ls-files -z --cached --others \
        --exclude-standard | tar -C "$SIPRESP_ROOT" --null -T - -cf - | tar -C "$1/$TREE" -xf - --no-same-owner
}

# in_root ROOT COMMAND [ARGUMENT...] runs it as root in the tree. Mounts and
# processes live in namespaces of their own and end with the command.
in_root() {
    local root=$1
    shift
    TREE=$TREE unshare --mount --propagation private --pid --fork --kill-child -- bash -c '
        root=$1
        shift
        mount -t proc proc "$root/proc" && mount --rbind /dev "$root/dev" &&
            exec chroot "$root" /usr/bin/env -i "--chdir=/$TREE" PATH=/usr/sbin:/usr/bin:/sbin:/bin \
                HOME=/root LC_ALL=C.UTF-8 "$@"' in_root "$root" "$@"
}
