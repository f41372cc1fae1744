/* SPDX-License-Identifier: MIT */
#pragma once

/* Reads the command-line options of all commands from one table. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "certname/client.h"

/*
 * The largest number of reference identities in one question, which is the limit of the protocol.
 */
#define OPTIONS_REFERENCES_COUNT 16
/*
 * The largest number of files for --anchors, and for --crl: each file holds at least one anchor or
 * CRL, and a question takes at most 16 of each.
 */
#define OPTIONS_FILES_COUNT 16

enum option_key {
    OPTION_SOCKET = 0,
    OPTION_HELP,
    OPTION_VERSION,
    OPTION_JSON,
    OPTION_BATCH,
    OPTION_PATH,
    OPTION_NO_PATH,
    OPTION_PURPOSE,
    OPTION_HOST,
    OPTION_EMAIL,
    OPTION_URI,
    OPTION_SPIFFE,
    OPTION_SRV,
    OPTION_NO_IDENTITY,
    OPTION_ANCHORS,
    OPTION_CRL,
    OPTION_OCSP,
    OPTION_TIME,
    OPTION_MAX_DEPTH,
    OPTION_CONNECT,
    OPTION_STARTTLS,
    OPTION_DENY,
    OPTION_NEW_BACKUP,
    OPTION_RSA,
    OPTION_CHECK,
    OPTION_REPLAY,
    OPTION_HASH_NAMES,
    OPTION_OLD,
    OPTION_CERTNAMED,
    OPTION_USER,
    OPTION_INSECURE_TRUST_UNMAPPED_UID,
    OPTION_PROMETHEUS,
    OPTIONS_COUNT,
};

/* The bit of an option in a set of options. OPTIONS_COMMON is the set that every command takes. */
#define OPTION_BIT(key) (UINT64_C(1) << (key))
#define OPTIONS_COMMON  (OPTION_BIT(OPTION_HELP) | OPTION_BIT(OPTION_VERSION))
/* The set of options of every command that connects to the daemon. */
#define OPTIONS_OF_DAEMON                                                                          \
    (OPTIONS_COMMON | OPTION_BIT(OPTION_SOCKET) | OPTION_BIT(OPTION_INSECURE_TRUST_UNMAPPED_UID))

struct options_reference {
    enum certname_reference type;
    const char *text;
};

struct options_files {
    const char *paths[OPTIONS_FILES_COUNT];
    size_t n;
};

struct ctl_options {
    uint64_t given; /* OPTION_BIT() of each option on the command line */
    const char *socket;
    enum certname_purpose purpose;
    struct options_reference references[OPTIONS_REFERENCES_COUNT];
    size_t n_references;
    struct options_files anchors;
    struct options_files crls;
    const char *ocsp;
    int64_t time; /* the value of --time in seconds since 1970-01-01T00:00:00Z; valid if that option
                     was given */
    unsigned max_depth; /* the value of --max-depth; valid if that option was given */
    const char *connect;
    const char *starttls;
    const char *new_backup;
    const char *replay;
    const char *old;
    const char *certnamed;
    const char *user;
};

/* Returns whether the option was given. */
bool options_have(const struct ctl_options *options, enum option_key key);

/*
 * Reads the options of argv, from argv[1] on. An option outside the set `known` is an error. With
 * `stops` the options end at the first operand; otherwise operands may stand between options, and
 * argv is reordered. Returns 0 and *firstp, the index of the first operand; or prints what is wrong
 * and returns 1.
 */
int options_read(struct ctl_options *options, int argc, char **argv, uint64_t known, bool stops,
                 int *firstp);
