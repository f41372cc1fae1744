#!/bin/sh
# SPDX-License-Identifier: MIT
# Every source of the daemon and of the client library compiles against musl, which lacks some functions of glibc
# (daemon/compat.h has them then). Libraries for musl are seldom installed, so that nothing is linked: of the host's headers
# those of the libraries are used, and no header of glibc. Afterwards a function that musl lacks is planted and has to be found.
set -eu
export LC_ALL=C

top_srcdir=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
builddir=$(pwd)
compiler=${MUSL_CC:-musl-gcc}

command -v "$compiler" >/dev/null || { echo "musl: $compiler is missing (Debian: musl-tools)"; exit 77; }
[ "${CERTNAMED_SANITIZERS:-no}" = no ] || { echo "musl: compiled in a build without sanitizers"; exit 77; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# config.h as configure writes it for musl.
mkdir "$folder/headers"
sed '/HAVE_\(SCANDIRAT\|SIGDESCR_NP\|STRERRORDESC_NP\|CLOSE_RANGE\|MALLOC_TRIM\|SYS_PIDFD_H\)/d' "$builddir/config.h" >"$folder/config.h"
for place in /usr/include /usr/include/"$(${CC:-cc} -dumpmachine)"; do
    for name in asm asm-generic confuse.h event2 evutil.h event.h idn2.h jansson.h jansson_config.h libpsl.h linux openssl \
        protobuf-c seccomp.h seccomp-syscalls.h sys/queue.h xxhash.h; do
        [ -e "$place/$name" ] || continue
        mkdir -p "$(dirname "$folder/headers/$name")"
        if [ -d "$place/$name" ]; then
            mkdir -p "$folder/headers/$name"
            cp -rs "$place/$name/." "$folder/headers/$name/"
        else
            ln -sf "$place/$name" "$folder/headers/$name"
        fi
    done
done

cat >"$folder/compile" <<END
#!/bin/sh
for source; do
    $compiler -std=gnu11 -D_GNU_SOURCE -DHAVE_CONFIG_H -DFRONTDIR='"/"' -DSYSCONFDIR='"/"' -fsyntax-only \\
        -Werror=implicit-function-declaration -Werror=incompatible-pointer-types -Werror=int-conversion \\
        -I"$folder" -I"$builddir" -I"$top_srcdir" -I"$top_srcdir/client/include" \\
        -include "$top_srcdir/daemon/compat.h" -idirafter "$folder/headers" "\$source" || exit 1
done
END
chmod +x "$folder/compile"

# sandbox_relaxed.c takes the place of another file in builds for tests, and hash_avx2.c needs a flag of its own.
find "$top_srcdir/base" "$top_srcdir/proto" "$top_srcdir/daemon" "$top_srcdir/client/lib" -name '*.c' \
    ! -name sandbox_relaxed.c ! -name hash_avx2.c | sort >"$folder/sources"
n=$(wc -l <"$folder/sources")
[ "$n" -gt 200 ] || { echo "musl: only $n sources were found" >&2; exit 1; }
if ! xargs -P 2 -n 20 "$folder/compile" <"$folder/sources" >"$folder/log" 2>&1; then
    grep -E 'error|fatal' "$folder/log" | head -20 >&2
    echo "musl: the sources above do not compile against musl" >&2
    exit 1
fi
printf '#include <string.h>\nint main(void) { return strerrorname_np(1) != 0; }\n' >"$folder/planted.c"
if "$folder/compile" "$folder/planted.c" >/dev/null 2>&1; then
    echo "musl: a function that musl lacks was planted, and the compiler finds nothing" >&2
    exit 1
fi
echo "musl: $n sources compile; a planted function was found"
