/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * What the front has to know of an epoch: the limits, and which clients have a section of their
 * own. It travels as a sealed memory file, between two programs of one build.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "daemon/limits.h"

/* Clients by number: beyond it a configuration is refused. */
#define SETTINGS_CLIENTS_COUNT 4096
/* The user id that the kernel shows for every one that a user namespace does not map. */
#define SETTINGS_OVERFLOW_UID 65534u

/* Which requests are recorded (record.h). */
struct settings_record {
    uint32_t one_in;    /* one request in so many; 0: none */
    uint64_t max_bytes; /* the file is not written beyond this size */
};

struct settings_client {
    uint32_t id;
    bool is_group;
    uint32_t client_class; /* 1 and up, in the order of the sections */
};

struct settings {
    uint64_t epoch;
    uint64_t generation;
    uint8_t digest[DIGEST_BYTES];
    struct limits limits; /* workers is never 0 here */
    struct settings_record record;
    size_t n_clients;
    struct settings_client clients[SETTINGS_CLIENTS_COUNT];
};

/* Writes them into a new sealed memory file. 0 and *fdp is the caller's; or -errno. */
int settings_seal(const struct settings *settings, int *fdp);

/* Reads them; the descriptor stays the caller's. 0; -EBADMSG for what is no settings, or -errno,
 * and *settings is zero. */
int settings_read(struct settings *settings, int fd);

/*
 * Which class a peer is of: that of its user id, else of the first section that names one of its
 * groups, else CLIENT_CLASS_NONE. SETTINGS_OVERFLOW_UID cannot be told apart from anybody:
 * CLIENT_CLASS_UNIDENTIFIED.
 */
uint32_t settings_class(const struct settings *settings, uint32_t uid, const uint32_t *gids,
                        size_t n_gids);

/* Text (facts, the outcome of a reload) in a sealed memory file, and back, at most `size` bytes
 * with the NUL. 0 or -errno. */
int settings_seal_text(const char *text, size_t len, int *fdp);
int settings_read_text(int fd, char *text, size_t size, size_t *lenp);
