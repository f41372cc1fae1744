/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Turns names and name constraints into keys. Only for the files of daemon/x509/path. A name is in
 * a subtree (RFC 5280 section 4.2.1.10) if and only if the key of the subtree is a prefix of the
 * key of the name. So a sorted set of keys can be searched, instead of comparing every name with
 * every constraint.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/x509.h>

#include "base/bytes.h"

/* Returned if the name or constraint is not written as its kind demands. */
#define NAME_KEY_MALFORMED 1

/*
 * A key that is being written. Zero-initialised it is empty. The caller calls name_key_deinit in
 * any case.
 */
struct name_key {
    uint8_t *data;
    size_t len;
    size_t size; /* bytes allocated */
};

/* Appends `len` bytes to the key. Returns 0 or -ENOMEM. */
int name_key_put(struct name_key *key, const void *data, size_t len);

void name_key_deinit(struct name_key *key);

/*
 * Each of the functions below appends the key of one name or constraint to `key`, and returns 0,
 * NAME_KEY_MALFORMED or -ENOMEM.
 *
 * name_key_dns: a domain name of letters, digits, hyphens and underscores. If the name begins with
 * `*.`, *starp is set, and the key is that of all names below the rest.
 */
int name_key_dns(struct name_key *key, struct bytes name, bool *starp);
/* A mailbox, RFC 5321, without quoted strings. With `wide` its local part may be UTF-8. */
int name_key_email(struct name_key *key, struct bytes name, bool wide);
/*
 * A mailbox with its local part in lower case, for the emailAddress of a subject, which RFC 5280
 * section 4.1.2.6 compares without regard to case.
 */
int name_key_folded_email(struct name_key *key, struct bytes name);
/* The host of a URI, RFC 3986, which has to be a domain name. */
int name_key_uri(struct name_key *key, struct bytes name);
/* An address of 4 or 16 octets, of which the first `n_bits` bits count. */
int name_key_ip(struct name_key *key, struct bytes address, size_t n_bits);
/*
 * A distinguished name. As RFC 5280 section 7.1 demands, the case of ASCII letters, the amount of
 * white space and the string type make no difference.
 */
int name_key_directory(struct name_key *key, const X509_NAME *name);

/*
 * The constraint (the base of a subtree) of each kind, RFC 5280 section 4.2.1.10. For a
 * directoryName use name_key_directory. With `leading_dot` a domain may begin with a dot, and then
 * stands for the names below it.
 */
int name_key_dns_base(struct name_key *key, struct bytes base, bool leading_dot);
int name_key_email_base(struct name_key *key, struct bytes base);
int name_key_uri_base(struct name_key *key, struct bytes base);
int name_key_ip_base(struct name_key *key, struct bytes base);

/*
 * For comparing wildcards with excluded subtrees: `*.example` also stands for `b.example`, so an
 * excluded `b.example` excludes the wildcard. The key that name_key_star_base makes of `b.example`
 * is a prefix of the key that name_key_star makes of `*.example`.
 */
int name_key_star_base(struct name_key *key, struct bytes base);
int name_key_star(struct name_key *key, struct bytes name);
