#!/bin/sh
# SPDX-License-Identifier: MIT
# Builds the RPM packages as far as the tools of this machine go: rpmbuild makes all of them from the tarball of `make dist`.
# Where rpm is a Debian package, its macros lack those of systemd and its database lacks the dependencies, which are left to
# configure. rpmlint judges the packages where it is installed.
set -eu
export LC_ALL=C

top=${top_srcdir:-$(dirname "$0")/../..}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
command -v rpmbuild >/dev/null || {
    echo 'rpm: no rpmbuild'
    exit 77
}

mkdir -p "$work/SOURCES"
version=$(sed -n 's/^Version:  *//p' "$top/packaging/certnamed.spec")
make -s dist-xz DIST_ARCHIVES="certnamed-$version.tar.xz" >"$work/dist.log" 2>&1 || { tail -n 20 "$work/dist.log"; exit 1; }
mv "certnamed-$version.tar.xz" "$work/SOURCES/"

# define NAME VALUE: adds a macro that this rpm does not have.
define()
{
    [ "$(rpm --eval "%{?$1}")" != '' ] || printf '%%%s %s\n' "$1" "$2" >>"$work/macros"
}
touch "$work/macros"
define _unitdir /usr/lib/systemd/system
define _userunitdir /usr/lib/systemd/user
define _sysusersdir /usr/lib/sysusers.d
define _tmpfilesdir /usr/lib/tmpfiles.d
define _pkgdocdir '%{_docdir}/%{name}'
for macro in sysusers_create_compat systemd_post systemd_preun systemd_postun_with_restart; do
    [ "$(rpm --eval "%$macro x")" != "%$macro x" ] || printf '%%%s() : %%*\n' "$macro" >>"$work/macros"
done
rpmbuild -bb --nodeps --nocheck --define "_topdir $work" --load "$work/macros" "$top/packaging/certnamed.spec" \
    >"$work/log" 2>&1 || { tail -n 30 "$work/log"; exit 1; }

failed=0
for package in "$work"/RPMS/*/*.rpm; do
    rpm -qlp "$package" >"$work/files" 2>/dev/null
    [ -s "$work/files" ] || { echo "rpm: $package is empty" >&2; failed=1; }
    rpm -qlp "$package" 2>/dev/null
done >"$work/all"
for file in sbin/certnamed bin/certnamectl bin/certname-run libcertname-client.so.0 libcertname-openssl.so.0 certnamed/certname.so \
    certnamed.service certnamed.socket certnamed.conf.5 certname/client.h; do
    grep -q "$file" "$work/all" || { echo "rpm: no package has $file" >&2; failed=1; }
done
# The rest is what a distribution adds (a signature, a packager, a group, its own naming of libraries), what Fedora no longer does
# (ldconfig in scriptlets, DT_HASH), the licence and the build identifiers beside a library, the front's mode, which is meant,
# and a configuration's manual, which rpmlint takes for a page in a language "conf".
policy='no-signature|no-packager-tag|no-group-tag|no-buildhost-tag|library-without-ldconfig|missing-hash-section|outside-libdir-files'
policy="$policy|non-versioned-file-in-library-package|shlib-policy-name-error|certnamed-front 711|bad-manual-page-folder .*certnamed.conf.5"
if command -v rpmlint >/dev/null; then
    rpmlint "$work"/RPMS/*/*.rpm >"$work/lint" 2>&1 || :
    grep -q 'packages and 0 specfiles checked' "$work/lint" || { echo 'rpm: rpmlint has not judged the packages' >&2; failed=1; }
    if grep ': E: ' "$work/lint" | grep -vE "$policy" >&2; then
        failed=1
    fi
fi
echo "rpm: $(find "$work/RPMS" -name '*.rpm' | wc -l) packages, $(wc -l <"$work/all") files"
exit "$failed"
