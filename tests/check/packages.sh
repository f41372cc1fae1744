#!/bin/sh
# SPDX-License-Identifier: MIT
# The packages follow the source: one version everywhere, the library's symbols, each library that is linked, and scripts
# that a shell can read.
set -eu
export LC_ALL=C

top=${top_srcdir:-$(dirname "$0")/../..}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=0

complain()
{
    printf 'packages: %s\n' "$*" >&2
    failed=1
}

version=$(sed -n 's/^AC_INIT(\[certnamed\], \[\([0-9.]*\)\].*/\1/p' "$top/configure.ac")
[ -n "$version" ] || complain "configure.ac has no version"
[ "$(sed -n '1s/^certnamed (\([0-9.]*\)).*/\1/p' "$top/debian/changelog")" = "$version" ] ||
    complain "debian/changelog is not of version $version"
grep -qx "Version:  *$version" "$top/packaging/certnamed.spec" || complain "certnamed.spec is not of version $version"
grep -qx "pkgver=$version" "$top/packaging/APKBUILD" || complain "APKBUILD is not of version $version"

sed -n 's/^    \(certname_[a-z0-9_]*\);$/\1/p' "$top/client/lib/libcertname-client.map" | sort >"$scratch/map"
sed -n 's/^ \(certname_[a-z0-9_]*\)@.*/\1/p' "$top/debian/libcertname-client0.symbols" | sort >"$scratch/symbols"
[ -s "$scratch/map" ] || complain "the library's map has no symbols: this script has to be adapted"
diff -u "$scratch/map" "$scratch/symbols" >&2 || complain "debian/libcertname-client0.symbols is not what the map says"

# The adapters have no map: what their headers declare is what they offer.
for adapter in gnutls openssl; do
    sed -n 's/^\([a-z].*[ *]\)\{0,1\}\(certname_[a-z_]*\)(.*/\2/p' "$top/client/include/certname/$adapter.h" | sort >"$scratch/declared"
    sed -n 's/^ \(certname_[a-z0-9_]*\)@.*/\1/p' "$top/debian/libcertname-${adapter}0.symbols" | sort >"$scratch/symbols"
    [ -s "$scratch/declared" ] || complain "$adapter.h declares nothing: this script has to be adapted"
    diff -u "$scratch/declared" "$scratch/symbols" >&2 || complain "debian/libcertname-${adapter}0.symbols is not what $adapter.h says"
done

# Each library that is installed is in a package of both kinds.
for library in $(sed -n 's/^lib_LTLIBRARIES += \(.*\)\.la/\1/p' "$top"/client/*/Makefile.am); do
    grep -q "/$library.so.\*" "$top"/debian/*.install || complain "no package for Debian has $library"
    grep -q "/$library.so.0" "$top/packaging/certnamed.spec" || complain "no package of the RPM spec has $library"
done
for module in $(sed -n 's/^pkglib_LTLIBRARIES += \(.*\)\.la/\1/p' "$top"/client/*/Makefile.am); do
    grep -q "/certnamed/$module.so" "$top"/debian/*.install || complain "no package for Debian has $module"
done

# Each module that configure looks for is built against in both packages, by the name of its Debian package.
for module in libconfuse libevent libgnutls28 libidn2 libpsl libseccomp libprotobuf-c; do
    grep -q "^ $module-dev" "$top/debian/control" || complain "debian/control does not build with $module"
done

for script in debian/certnamed.postinst debian/certnamed.postrm debian/tests/build debian/tests/serve \
    packaging/build-deb packaging/ca-certificates-hook; do
    sh -n "$top/$script" || complain "$script"
done
for script in tests/booted/container tests/booted/drive.sh tests/booted/run; do
    bash -n "$top/$script" || complain "$script"
done

# Runs the tools for packages that are installed here. A profile is parsed only, which needs no AppArmor in the kernel.
if command -v shellcheck >/dev/null; then
    (cd "$top" && shellcheck -S warning packaging/APKBUILD packaging/build-deb packaging/ca-certificates-hook packaging/compare-builds \
        debian/certnamed.postinst debian/certnamed.postrm debian/tests/build debian/tests/serve quickstart tests/booted/container \
        tests/booted/drive.sh tests/booted/run tests/check/rpm.sh) >&2 || complain "shellcheck finds fault"
fi
parser=$(PATH=$PATH:/usr/sbin:/sbin command -v apparmor_parser || :)
if [ -n "$parser" ] && [ -d /etc/apparmor.d/abstractions ]; then
    "$parser" --skip-kernel-load --skip-cache --quiet "$top/packaging/usr.sbin.certnamed" >"$scratch/parsed" 2>&1 || {
        cat "$scratch/parsed" >&2
        complain "apparmor_parser does not take the profile"
    }
    # The parser is at work: it refuses a profile with an unknown rule.
    sed 's/^  capability kill,/  capability nonsense,/' "$top/packaging/usr.sbin.certnamed" >"$scratch/wrong"
    ! "$parser" --skip-kernel-load --skip-cache --quiet "$scratch/wrong" >/dev/null 2>&1 || complain "apparmor_parser takes anything"
fi
exit "$failed"
