# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced by the tools: installs what is missing, builds, runs tshark as a
# plain user. Everything it says goes to stderr.

SIPRESP_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
BUILD_DIR=${SIPRESP_BUILD_DIR:-$SIPRESP_ROOT/build}
BUILD_PACKAGES="cmake gcc libc6-dev make python3 wireshark-dev tshark"
TEST_PACKAGES="libcmocka-dev pkg-config python3-pytest python3-pytest-xdist wireshark-common libxml2-utils binutils parallel libjs-chart.js python3-prometheus-client openssl valgrind"
FUZZ_PACKAGES="clang libclang-rt-dev python3-pytest"

say() {
    echo "sipresp: $*" >&2
}

die() {
    say "$*"
    exit 2
}

# missing_packages PACKAGE... prints those that are not installed.
missing_packages() {
    local package
    for package in "$@"; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$' ||
            echo "$package"
    done
}

# need_packages PACKAGE... installs those that are missing with apt-get.
need_packages() {
    local missing log as_root=()
    command -v apt-get >/dev/null ||
        die "this is no Debian or Ubuntu system; install $* by hand and run cmake (docs/install.md)"
    missing=$(missing_packages "$@" | paste -sd ' ')
    [ -n "$missing" ] || return 0
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null ||
            die "these packages are missing and there is no sudo; install them as root: apt-get install $missing"
        as_root=(sudo)
    fi
    lock_build
    say "installing with apt-get: $missing"
    log=$(mktemp)
    # The lists of a fresh machine are empty or old, so they are renewed first.
    if ! { "${as_root[@]}" apt-get -q update &&
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
            apt-get -qy install --no-install-recommends $missing; } >"$log" 2>&1; then
        cat "$log" >&2
        rm -f "$log"
        die "apt-get could not install $missing; its own message above says why"
    fi
    rm -f "$log"
    unlock_build
}

# lock_build lets one tool at a time install packages or build in BUILD_DIR; others wait, and say so if it takes long.
lock_build() {
    { mkdir -p "$BUILD_DIR" && exec 8>"$BUILD_DIR/lock"; } 2>/dev/null ||
        die "the build folder $BUILD_DIR cannot be written by $(id -un); change its permissions or run as its owner"
    flock --timeout 2 8 || {
        say "another tool builds in $BUILD_DIR; waiting for it"
        flock 8
    }
}

unlock_build() {
    exec 8>&-
}

# A build folder that was copied along with its tree is bound to the old one.
begin_foreign_build_anew() {
    local cache=$BUILD_DIR/CMakeCache.txt source
    [ -f "$cache" ] || return 0
    source=$(sed -n 's/^CMAKE_HOME_DIRECTORY:INTERNAL=//p' "$cache")
    if [ "$source" -ef "$SIPRESP_ROOT" ] &&
        [ "$(sed -n 's/^CMAKE_CACHEFILE_DIR:INTERNAL=//p' "$cache")" -ef "$BUILD_DIR" ]; then
        return 0
    fi
    [ -z "${SIPRESP_BUILD_DIR:-}" ] ||
        die "SIPRESP_BUILD_DIR=$BUILD_DIR is the build folder of $source; name another one, or remove it"
    say "the build folder $BUILD_DIR was made for $source; beginning it anew"
    find "$BUILD_DIR" -mindepth 1 -maxdepth 1 ! -name lock -exec rm -rf {} +
}

# build_plugin [CMAKE-OPTION...] configures and builds into BUILD_DIR.
build_plugin() {
    build_target all "$@"
}

# build_target TARGET [CMAKE-OPTION...] builds no more than that.
build_target() {
    local log target=$1
    shift
    lock_build
    begin_foreign_build_anew
    log=$(mktemp)
    run_logged "$log" "cmake could not make the build folder $BUILD_DIR ready; its message above says why" \
        cmake -S "$SIPRESP_ROOT" -B "$BUILD_DIR" -DPython3_EXECUTABLE=/usr/bin/python3 "$@"
    run_logged "$log" "the build failed; the compiler's message above says where" \
        cmake --build "$BUILD_DIR" --target "$target" --parallel "$(nproc)"
    rm -f "$log"
    unlock_build
}

# run_logged LOG SENTENCE COMMAND... shows what the command said, and ends with the sentence, if it fails.
run_logged() {
    local log=$1 sentence=$2
    shift 2
    if ! "$@" >"$log" 2>&1; then
        cat "$log" >&2
        rm -f "$log"
        die "$sentence"
    fi
}

# use_sanitizers makes what follows build and run the plugin with them. tshark
# itself is built without, so their run-time comes first by LD_PRELOAD, and what
# Wireshark leaves to the end of the process is no leak of ours.
use_sanitizers() {
    BUILD_DIR=$SIPRESP_ROOT/build-sanitize
    export SIPRESP_LD_PRELOAD SIPRESP_ASAN_OPTIONS=detect_leaks=0
    SIPRESP_LD_PRELOAD=$(gcc -print-file-name=libasan.so):$(gcc -print-file-name=libubsan.so)
}

# Wireshark ignores WIRESHARK_PLUGIN_DIR without a word when it runs as root,
# so root stages plugin and home for another user. Sets AS_USER to the words
# that start a program with our plugin, TSHARK to those that start tshark, and
# STAGE to a folder that they can read and that goes when the tool ends.
stage_tshark() {
    STAGE=$(mktemp -d)
    trap 'rm -rf "$STAGE"' EXIT
    mkdir "$STAGE/home"
    cp -r "$BUILD_DIR/run" "$STAGE/plugins"
    AS_USER=(env "HOME=$STAGE/home" "WIRESHARK_PLUGIN_DIR=$STAGE/plugins")
    if [ "$(id -u)" -eq 0 ]; then
        say "running tshark as user nobody, since Wireshark loads no personal plugins as root"
        chmod -R a+rX "$STAGE"
        chown -R nobody "$STAGE/home"
        AS_USER+=(setpriv --reuid=nobody --regid=nogroup --clear-groups)
    fi
    TSHARK=("${AS_USER[@]}" tshark)
}

# run_pytest OPTION... runs the regression tests. Each run has a folder of its
# own: pytest closes the one it shares between runs to other users, and nobody
# could then no longer read what a run that goes on beside it has put there. One
# process more than there are processors, for some of them wait.
run_pytest() {
    local status=0 scratch
    scratch=$(mktemp -d)
    export SIPRESP_BUILD_DIR=$BUILD_DIR
    (cd "$SIPRESP_ROOT/tests/regression" &&
        PYTEST_DEBUG_TEMPROOT=$scratch /usr/bin/python3 -m pytest -p no:cacheprovider -n "$(($(nproc) + 1))" -rfEs "$@") ||
        status=$?
    rm -rf "$scratch"
    return "$status"
}
