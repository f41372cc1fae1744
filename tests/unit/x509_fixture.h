/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Certificates for the tests of what judges them: written as DER octet by octet, so that they can
 * be wrong in any way. Their keys and signatures are only the shape of such.
 *
 * A certificate is a kind of good one and edits of it, words with a blank between:
 *
 *   serial=00ff        the octets of the serial number
 *   version=1          2, 3; 0 leaves it out
 *   subject=CN:a/O:b+OU:c    RDNs between slashes; `subject=` is empty; `_` is a blank, `%xx` an
 * octet issuer=…           the same from=700101000000Z until=20500101000000Z    UTCTime by 13
 * characters, else GeneralizedTime signature=HEX inner=HEX  AlgorithmIdentifiers; without inner=,
 * both are the first key=p256 rsa:2048:010001 dsa p192 ed25519 explicit compressed rsa-bad pss:2048
 * p384 p521 ids                an issuerUniqueID NAME=VALUE         an extension by its short name
 * (the list is in the .c), instead of the one there is; `NAME=!VALUE` is a critical one, `-NAME`
 * none, `+NAME=VALUE` one more x:OID-IN-HEX=…     any extension
 *
 * A value is hexadecimal, or for san: names between commas, `dns:a,ip:c0000201,email:a@b,uri:…,
 * dn:CN:x/O:y,smtp:…,other,rid,x400,edi`, and for nc: the same, with `permit` and `exclude` between
 * them.
 */

#include <stddef.h>

#include "daemon/x509/facts.h"

enum fixture_kind {
    FIXTURE_LEAF, /* CN=example.com, by the CA */
    FIXTURE_CA,   /* CN=ca, by the root */
    FIXTURE_ROOT, /* CN=root, by itself */
};

struct fixture {
    uint8_t *der;
    size_t len;
    X509 *x509;
    struct facts facts;
    int r; /* of facts_init */
};

/* Makes one; the test fails if OpenSSL cannot parse it. fixture_deinit. */
void fixture_init(struct fixture *fixture, enum fixture_kind kind, const char *edits);
void fixture_deinit(struct fixture *fixture);

/* The faults as `code@depth` with a blank between; "" for none. */
#define FIXTURE_FAULTS_BYTES 1024
void fixture_print(char text[static FIXTURE_FAULTS_BYTES], const struct fault_list *faults);
