#!/bin/sh
# SPDX-License-Identifier: MIT
# Every code that a verdict's failures can have stands in doc/failures.md with OpenSSL's number, and no other does;
# so it is with every `why` of the matching engine and every error, by name and number, in proto/PROTOCOL.md.
set -eu
export LC_ALL=C

top_srcdir=${top_srcdir:-$(dirname "$0")/../..}
failures=$top_srcdir/doc/failures.md
protocol=$top_srcdir/proto/PROTOCOL.md
numbers=/usr/include/openssl/x509_vfy.h

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=0

# These strings look like codes but are none: they name stores, a provider, choices of library functions, and keys of the
# policy that a sentence names, and how an index of CRLite filters begins.
no_codes='certnamed default null request subject system upkiidx0 upkiidx1'
no_codes="$no_codes distrust-after excluded-dns excluded-ip max-lifetime-days permitted-dns permitted-ip"
no_codes="$no_codes anchors-report certificates-report max-depth-report public-suffix-wildcards-report"
no_codes="$no_codes revocation-report rules-report trust-report wildcards-report"

# flatten FILE...: each file as one line without comments, adjoining strings as one.
flatten()
{
    for source in "$@"; do
        tr '\n\\' '  ' <"$source" |
            sed -e 's|/\*[^*]*\*\**\([^/*][^*]*\*\**\)*/| |g' -e 's/  */ /g' -e 's/" "//g'
        echo
    done
}

# pick PATTERN REPLACEMENT: prints each match in the flattened sources, rewritten to "CODE NAME-OF-NUMBER".
pick()
{
    grep -o "$1" "$scratch/sources" | sed "s/^$1\$/$2/" || :
}

# Prints every failure that the sources make. Each line finds one form: a row of a table, a call, an assignment.
list_codes()
{
    code='"\([a-z][a-z0-9-]*\)"'
    number='\(X509_V_[A-Z0-9_]*\|NO_CODE\|EXTENSIONS\|APPLICATION\|FINDING_APPLICATION\|CODE_[A-Z_]*\)'
    pick "fault_add([^\",]*, $code, $number" '\1 \2'
    pick "{$code, $number" '\1 \2'
    pick "{$number, $code}" '\2 \1'
    pick "{REVOCATION_[A-Z]*, $number, $code" '\2 \1'
    pick "{VERDICT_[A-Z_]*, $code, $number}" '\1 \2'
    pick "{$code, \"[^\"]*\", \(true\|false\)}" '\1 X509_V_ERR_UNSPECIFIED'
    pick "FAULT($code" '\1-malformed X509_V_ERR_INVALID_EXTENSION'
    pick "\.code = $code" '\1 FINDING_APPLICATION'
    # libcrypto's other errors: their number may be any.
    pick "return $code;" '\1 ANY'
}

flatten "$top_srcdir"/daemon/x509/*/*.c "$top_srcdir"/daemon/verify/*.c >"$scratch/sources"
list_codes | sort -u >"$scratch/rows"

# Every string that looks like a code has to be in the list, so that a new form of row is noticed.
grep -o '"[a-z][a-z0-9-]*"' "$scratch/sources" | tr -d '"' | sort -u >"$scratch/strings"
{
    sed 's/ .*//' "$scratch/rows"
    sed -n 's/-malformed X509_V_ERR_INVALID_EXTENSION$//p' "$scratch/rows"
    printf '%s\n' $no_codes
} | sort -u >"$scratch/known"
if comm -23 "$scratch/strings" "$scratch/known" | grep .; then
    echo 'codes: these strings are neither codes of a known form nor excepted: this script has to be adapted' >&2
    exit 1
fi

# The page: rows `| code | numbers | sentence |`.
sed -n 's/^| `\([a-z0-9-]*\)` | \([^|]*\) | .*[^ ].* |$/\1 \2/p' "$failures" | sort >"$scratch/page"
sed 's/ .*//' "$scratch/rows" | sort -u >"$scratch/codes"
sed 's/ .*//' "$scratch/page" >"$scratch/described"
if ! diff "$scratch/codes" "$scratch/described" >"$scratch/difference"; then
    sed -n 's/^< \(.*\)/codes: "\1" of the sources is not in/p; s/^> \(.*\)/codes: "\1" is in no source, or twice in/p' \
        "$scratch/difference" | sed "s|\$| $failures|" >&2
    failed=1
fi

# OpenSSL's numbers, where its header is to be found.
number_of()
{
    case $1 in
    NO_CODE | APPLICATION | FINDING_APPLICATION) echo 50 ;;
    EXTENSIONS) echo 34 ;;
    CODE_HOSTNAME) echo 62 ;;
    CODE_EMAIL) echo 63 ;;
    CODE_IP_ADDRESS) echo 64 ;;
    ANY) echo any ;;
    *) sed -n "s/^# *define[ \t]*$1[ \t][ \t]*\([0-9]*\).*/\1/p" "$numbers" ;;
    esac
}
if [ -r "$numbers" ]; then
    while read -r code name; do
        echo "$code $(number_of "$name")"
    done <"$scratch/rows" | sort -u -k 1,1 -k 2n |
        awk '$1 != last { if (NR > 1) print ""; printf "%s %s", $1, $2; last = $1; next } { printf ", %s", $2 }
             END { print "" }' | sort >"$scratch/numbered"
    if [ "$failed" -eq 0 ] && ! diff -u "$scratch/numbered" "$scratch/page" >&2; then
        echo "codes: $failures has other numbers than the sources (with a minus)" >&2
        failed=1
    fi
else
    echo "codes: there is no $numbers: the numbers are not compared"
fi

# The reasons of a miss, and the errors with their numbers.
flatten "$top_srcdir/daemon/identity/miss.c" | grep -o '\[MISS_[A-Z0-9_]*\] = {"[^"]*"' |
    sed -e '/MISS_NONE/d' -e 's/.*{"\([^"]*\)"/\1/' | sort >"$scratch/misses"
sed -n '/^| `why` |/,/^$/p' "$protocol" | sed -n 's/^| `\([a-z0-9-]*\)` | [^|]*[^ |] |$/\1/p' | sort >"$scratch/whys"
flatten "$top_srcdir/proto/error.h" | grep -o 'ERROR_[A-Z_]* = [1-9][0-9]*' |
    sed 's/ERROR_\([A-Z_]*\) = \(.*\)/\2 \1/' | tr 'A-Z_' 'a-z-' | sort >"$scratch/errors"
sed -n 's/^| \([0-9]*\) | `\([a-z-]*\)` |.*/\1 \2/p' "$protocol" | sort >"$scratch/error-rows"
for list in misses errors; do
    if [ ! -s "$scratch/$list" ]; then
        echo "codes: no $list found in the sources: this script has to be adapted" >&2
        exit 1
    fi
done
diff -u "$scratch/misses" "$scratch/whys" >&2 || failed=1
diff -u "$scratch/errors" "$scratch/error-rows" >&2 || failed=1

[ "$failed" -eq 0 ] || exit 1
echo "codes: $(wc -l <"$scratch/codes") codes, $(wc -l <"$scratch/misses") reasons, $(wc -l <"$scratch/errors") errors"
