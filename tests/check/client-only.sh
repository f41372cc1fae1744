#!/bin/sh
# SPDX-License-Identifier: MIT
# The client library alone: it is configured and built where no library but libc is to be found, its archive has the symbols of the
# version script and no others, its code stays small, and a static program runs with it; the same with musl where musl-gcc is.
set -eu
export LC_ALL=C

top_srcdir=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
TEXT_BYTES_MAX=40960

fail()
{
    echo "client-only: $*" >&2
    exit 1
}
skip()
{
    echo "client-only: $*"
    exit 77
}

[ "${CERTNAMED_SANITIZERS:-no}" = no ] || skip "a sanitizer build says nothing about sizes"
[ -x "$top_srcdir/configure" ] || skip "there is no configure script"
[ ! -e "$top_srcdir/config.status" ] || skip "the source folder itself is configured"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# This pkg-config knows no library.
cat >"$folder/pkg-config" <<'END'
#!/bin/sh
for word; do
    case $word in
    -* | [0-9]*) ;;
    *) exit 1 ;;
    esac
done
END
chmod +x "$folder/pkg-config"

# build NAME CC [VARIABLE=VALUE...]: configures and builds in a folder of its own.
build()
{
    name=$1
    compiler=$2
    shift 2
    mkdir "$folder/$name"
    (cd "$folder/$name" && "$top_srcdir/configure" --enable-client-only --enable-static-client --quiet CC="$compiler" \
        PKG_CONFIG="$folder/pkg-config" PROTOC_C=no "$@" && make -s && make -s install DESTDIR="$folder/$name/root") >"$folder/log" 2>&1 || {
        tail -20 "$folder/log" >&2
        fail "$name: the client library alone does not build"
    }
}

# run_static NAME CC [FLAG...]: links an example without shared libraries; without a daemon it must get an error.
run_static()
{
    name=$1
    compiler=$2
    shift 2
    $compiler -static -o "$folder/$name/example" "$top_srcdir/doc/examples/poll.c" -I"$top_srcdir/doc/examples" \
        -I"$top_srcdir/client/include" -Wl,--gc-sections "$folder/$name/libcertname-client.a" "$@" || return 1
    printf 0 >"$folder/der"
    CERTNAMED_SOCKET=/nonexistent/socket "$folder/$name/example" "$folder/der" a.example >"$folder/out" 2>/dev/null ||
        fail "$name: the static program does not run"
    [ "$(cat "$folder/out")" = "a.example: unavailable" ] || fail "$name: the static program printed $(cat "$folder/out")"
}

build glibc "${CC:-cc}"
library=$folder/glibc/.libs/libcertname-client.so
text=$(size -A "$library" | awk '$1 == ".text" { print $2 }')
[ "$text" -le $TEXT_BYTES_MAX ] || fail ".text has $text bytes: it must stay below $TEXT_BYTES_MAX"

sed -n 's/^ *\([a-z_0-9]*\);$/\1/p' "$top_srcdir/client/lib/libcertname-client.map" | sort >"$folder/map"
nm --defined-only -g "$folder/glibc/libcertname-client.a" | awk 'NF == 3 { print $3 }' | sort >"$folder/archive"
diff -u "$folder/map" "$folder/archive" >&2 || fail "the archive's symbols are not those of the version script"

installed=$(cd "$folder/glibc/root" && find . -name '*certname*' -type f | wc -l)
[ "$installed" -ge 4 ] || fail "the library, its archive, header or .pc file is not installed"
# The flags that pkg-config finds for the installed library suffices to build a program, and to find the schema.
if command -v pkg-config >/dev/null; then
    root=$folder/glibc/root
    found=$(dirname "$(find "$root" -name libcertname-client.pc)")
    package()
    {
        PKG_CONFIG_LIBDIR=$found PKG_CONFIG_SYSROOT_DIR=$root pkg-config "$@" libcertname-client
    }
    schema=$(PKG_CONFIG_LIBDIR=$found pkg-config --variable=protodir libcertname-client)/certname.proto
    diff "$root/${schema#"$root"}" "$top_srcdir/proto/certname.proto" >&2 || fail "protodir does not have the schema: $schema"
    # shellcheck disable=SC2046 # a list of flags
    ${CC:-cc} -o "$folder/installed" "$top_srcdir/doc/examples/poll.c" -I"$top_srcdir/doc/examples" \
        $(package --cflags --libs) || fail "a program does not build with what pkg-config prints"
    [ -z "$(package --print-requires-private)" ] || fail "the library needs another one"
fi
if find "$folder/glibc/root" -type f | grep -E '/(certnamed|certnamectl|certnamed-front)$' >&2; then
    fail "more than the client is installed"
fi
run_static glibc "${CC:-cc}" || fail "a static program does not link"

if ! command -v musl-gcc >/dev/null; then
    echo "client-only: .text $text bytes; without musl-gcc no build with musl"
    exit 0
fi
build musl musl-gcc
run_static musl musl-gcc || fail "a static program does not link with musl"
echo "client-only: .text $text bytes; glibc and musl, shared and static"
