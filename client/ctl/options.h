/* SPDX-License-Identifier: MIT */
#pragma once

/* What the command line says, whatever the command. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "certname/client.h"

/* As many references as a request takes. */
#define OPTIONS_REFERENCES_COUNT 16
/* Files of one kind: each holds one anchor or CRL at least, and a request takes no more. */
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
    OPTIONS_COUNT,
};

/* A set of options, and those that every command takes. */
#define OPTION_BIT(key) (UINT64_C(1) << (key))
#define OPTIONS_COMMON  (OPTION_BIT(OPTION_HELP) | OPTION_BIT(OPTION_VERSION))
/* And those of the commands that ask the daemon. */
#define OPTIONS_ASKING (OPTIONS_COMMON | OPTION_BIT(OPTION_SOCKET))

struct options_reference {
    enum certname_reference type;
    const char *text;
};

struct options_files {
    const char *paths[OPTIONS_FILES_COUNT];
    size_t n;
};

struct options {
    uint64_t given; /* bits of those that are there */
    const char *socket;
    enum certname_purpose purpose;
    struct options_reference references[OPTIONS_REFERENCES_COUNT];
    size_t n_references;
    struct options_files anchors;
    struct options_files crls;
    const char *ocsp;
    int64_t time;       /* with OPTION_TIME */
    unsigned max_depth; /* with OPTION_MAX_DEPTH */
    const char *connect;
    const char *starttls;
    const char *new_backup;
    const char *replay;
    const char *old;
    const char *certnamed;
};

bool options_have(const struct options *options, enum option_key key);

/*
 * Reads options from argv[1] on: those in the set `known`, and no others. With `stops` they end at
 * the first operand, else operands are moved behind them. 0 and *firstp is where the operands
 * start; 1 if an option is wrong, and it has been said which.
 */
int options_read(struct options *options, int argc, char **argv, uint64_t known, bool stops,
                 int *firstp);
