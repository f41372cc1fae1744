/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Names and name constraints as keys, for the files of daemon/x509/path alone. A name lies in a
 * subtree (RFC 5280 section 4.2.1.10) exactly if the key of the subtree is a prefix of the key of
 * the name, so that a sorted set of keys can be searched instead of comparing every pair.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/x509.h>

#include "base/bytes.h"

/* The name, or the constraint, is not written as its kind demands. */
#define NAME_KEY_MALFORMED 1

/* A key that is being written. Zero-initialised it is empty; name_key_deinit in every case. */
struct name_key {
    uint8_t *data;
    size_t len;
    size_t size; /* bytes allocated */
};

/* Appends `len` bytes to the key. 0 or -ENOMEM. */
int name_key_put(struct name_key *key, const void *data, size_t len);

void name_key_deinit(struct name_key *key);

/*
 * Each of the following appends the key of one name to `key`. 0, NAME_KEY_MALFORMED or -ENOMEM.
 *
 * name_key_dns: a domain name of letters, digits, hyphens and underscores. If it begins with `*.`,
 * *starp is true and the key is that of the names below the rest.
 */
int name_key_dns(struct name_key *key, struct bytes name, bool *starp);
/* A mailbox, RFC 5321, without quoted strings. With `wide`, its local part may be UTF-8. */
int name_key_email(struct name_key *key, struct bytes name, bool wide);
/* The same with the local part in small letters, for the emailAddress of a subject, which RFC 5280
 * section 4.1.2.6 compares without regard to case. */
int name_key_folded_email(struct name_key *key, struct bytes name);
/* The host of a URI, RFC 3986, which has to be a domain name. */
int name_key_uri(struct name_key *key, struct bytes name);
/* The first `n_bits` bits of an address of 4 or 16 octets. */
int name_key_ip(struct name_key *key, struct bytes address, size_t n_bits);
/* A distinguished name. Values are compared as RFC 5280 section 7.1 demands at least: the case of
 * ASCII letters, the amount of white space and the type of a string do not matter. */
int name_key_directory(struct name_key *key, const X509_NAME *name);

/* The same for the constraint (the base of a subtree) of each kind, RFC 5280 section 4.2.1.10. A
 * directory's base is written by name_key_directory. With `leading_dot` a domain may begin with a
 * dot, and stands for the names below it then. */
int name_key_dns_base(struct name_key *key, struct bytes base, bool leading_dot);
int name_key_email_base(struct name_key *key, struct bytes base);
int name_key_uri_base(struct name_key *key, struct bytes base);
int name_key_ip_base(struct name_key *key, struct bytes base);

/*
 * Wildcards against excluded subtrees: `*.example` also stands for `b.example`, so an excluded
 * `b.example` excludes the wildcard. name_key_star_base(`b.example`) is a prefix of
 * name_key_star(`*.example`).
 */
int name_key_star_base(struct name_key *key, struct bytes base);
int name_key_star(struct name_key *key, struct bytes name);
