/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Certificates for tests, written as DER octet by octet, so that they can be wrong in any way.
 * Their keys and signatures have the right form and no meaning.
 *
 * A certificate is described by a kind of valid certificate and by edits of it, which are words
 * separated by blanks:
 *
 * - version=1, 2 or 3; 0 leaves it out
 * - serial=00ff: the octets of the serial number
 * - subject=CN:a/O:b+OU:c and issuer=…: RDNs between slashes; nothing is the empty name; a tilde
 *   after a type makes a PrintableString; `_` is a blank, `%xx` an octet
 * - from=700101000000Z and until=…: UTCTime if the text has 13 characters, else GeneralizedTime
 * - signature=HEX and inner=HEX: AlgorithmIdentifiers; without `inner`, both are the first one
 * - key=p256, rsa:2048:010001, pss:2048:010001 and more (x509_words.c)
 * - ids: adds an issuerUniqueID
 * - NAME=VALUE: an extension, by its short name (x509_fixture.c) or as x:OID-IN-HEX, which replaces
 *   the one of this name; `NAME=!VALUE` makes it critical; `-NAME` removes it; `+NAME=VALUE` adds
 *   one more
 *
 * A VALUE is hexadecimal. For san it is names separated by commas: dns:, ip:HEX, email:, uri:, dn:,
 * smtp: (an SmtpUTF8Mailbox), other, rid, x400, edi; for nc it is such names with `permit` and
 * `exclude` before and between them, and with ;min or ;max after a name. In san and nc, `#`
 * precedes a value in hexadecimal.
 */

#include <stddef.h>

#include "daemon/x509/parse/facts.h"

enum fixture_kind {
    FIXTURE_LEAF, /* CN=example.com, issued by the CA */
    FIXTURE_CA,   /* CN=ca, issued by the root */
    FIXTURE_ROOT, /* CN=root, issued by itself */
};

struct fixture {
    uint8_t *der;
    size_t len;
    X509 *x509;
    struct facts facts;
    int r; /* what facts_init returned */
};

/* Makes a certificate, which fixture_deinit frees. The test fails if OpenSSL cannot parse it. */
void fixture_init(struct fixture *fixture, enum fixture_kind kind, const char *edits);
void fixture_deinit(struct fixture *fixture);

/* Writes the faults as `code@depth`, separated by blanks; "" if there are none. */
#define FIXTURE_FAULTS_BYTES 1024
void fixture_print(char text[static FIXTURE_FAULTS_BYTES], const struct fault_list *faults);
