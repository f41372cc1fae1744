/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * How names and constraints are compared; for constraints*.c alone.
 *
 * Each is written as a key, so that a name is in a subtree exactly if the subtree's key is the
 * beginning of the name's. A set of keys is sorted, and rid of those that another one begins: then
 * the only one that can begin a name's key is the last one that is not behind it in the order, and
 * one binary search finds it, whatever stands in the certificates.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/x509/parse/facts.h"
#include "daemon/x509/path/constraints.h"

/* A name, or a constraint, is not what its kind demands. */
#define KEY_MALFORMED 1

/* The kinds of names that constraints are understood for. */
enum name_kind {
    KIND_DNS,
    KIND_EMAIL,
    KIND_URI,
    KIND_DIRECTORY,
    KIND_IP,
    N_KINDS,
};

/* A key under way. Zero-initialised it is empty; key_deinit in every case. */
struct key {
    uint8_t *data;
    size_t len;
    size_t size;
};

/* 0 or -ENOMEM. */
int key_put(struct key *key, const void *data, size_t len);
void key_deinit(struct key *key);

/*
 * Writes the key of a name behind what is in `key`: 0, KEY_MALFORMED or -ENOMEM.
 *
 * A domain name: labels of letters, digits, hyphens and underscores. It may begin with `*.`: *starp
 * says so, and the key is that of the rest.
 */
int key_dns(struct key *key, struct bytes name, bool *starp);
/* A mailbox, RFC 5321, without quoted strings; with `wide`, its local part may be UTF-8. */
int key_email(struct key *key, struct bytes name, bool wide);
/* The host of a URI, RFC 3986: there is one, and it is a domain name. */
int key_uri(struct key *key, struct bytes name);
/* An address of 4 or 16 octets, its first `n_bits` bits. */
int key_ip(struct key *key, struct bytes address, size_t n_bits);
/* A distinguished name, its values compared as RFC 5280 section 7.1 wants at least: case of ASCII
 * and white space do not matter, nor does the type of a string. */
int key_directory(struct key *key, const X509_NAME *name);

/* The same for a constraint on such names: RFC 5280 section 4.2.1.10. */
int key_dns_base(struct key *key, struct bytes base);
int key_email_base(struct key *key, struct bytes base);
int key_uri_base(struct key *key, struct bytes base);
int key_ip_base(struct key *key, struct bytes base);
/* What, of one label before it, an excluded domain name leaves to no wildcard: key_star_base of
 * `b.example` begins key_star of `*.b.example`'s parent. */
int key_star_base(struct key *key, struct bytes base);
int key_star(struct key *key, struct bytes name);

/* Zero-initialised it is empty. */
struct key_set {
    uint8_t *bytes;
    size_t n_bytes;
    size_t size;
    struct bytes *keys;
    size_t n;
    size_t n_room;
};

/* Copies a key into a set that is not sealed. 0 or -ENOMEM. */
int key_set_add(struct key_set *set, const struct key *key);
/* Sorts it: the set can be asked, and not be added to any more. */
void key_set_seal(struct key_set *set);
/* Whether one of the set begins the key. */
bool key_set_covers(const struct key_set *set, const struct key *key);
void key_set_deinit(struct key_set *set);

/* What one CA, or somebody else, allows below it. */
struct space {
    struct key_set permitted[N_KINDS];
    struct key_set excluded[N_KINDS];
    struct key_set stars;        /* excluded to a wildcard */
    size_t n_permitted[N_KINDS]; /* before the sets were thinned out */
    size_t n_excluded[N_KINDS];
    unsigned
        unsupported; /* bit 1 << GEN_…: kinds of names that are constrained in a way not known */
};

/* A constraint is malformed, or has a minimum or maximum that RFC 5280 does not allow. */
#define SPACE_MALFORMED 1
#define SPACE_DISTANCE  2

/* 0, SPACE_MALFORMED, SPACE_DISTANCE or -ENOMEM; space_deinit in every case. */
int space_read(struct space *space, const NAME_CONSTRAINTS *constraints);
/* The same for what is put on the anchor from outside. */
int space_impose(struct space *space, const struct constraints_options *options);
void space_deinit(struct space *space);
