/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * What the front has to know of an epoch: the limits, and which clients have a section of their
 * own. It travels as a sealed memory file, between two programs of one build.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SETTINGS_DIGEST_BYTES 32
/* Clients by number: beyond it a configuration is refused. */
#define SETTINGS_CLIENTS_COUNT 4096
/* The user id that the kernel shows for every one that a user namespace does not map. */
#define SETTINGS_OVERFLOW_UID 65534u

/* Every one has a default in proto/limits.h and a key in section `limits`. */
struct settings_limits {
    uint32_t connections;
    uint32_t connections_per_uid;
    uint32_t in_flight_per_connection;
    uint32_t in_flight_per_uid;
    uint32_t queued_ms;
    uint32_t frame_ms;
    uint32_t idle_ms; /* 0: for ever */
    uint32_t unread_output_bytes;
    uint32_t unread_output_ms;
    uint32_t cpu_per_uid_ms; /* of verification, each second */
    uint32_t cpu_burst_ms;   /* what a uid may save up */
    uint64_t cache_bytes;    /* 0: no cache */
    uint32_t workers;        /* verifiers at work at a time; those beyond them are spare */
    bool shared_cache;       /* no: what one uid has asked never answers another */
    uint32_t record_one_in;  /* 0: nothing is recorded */
    uint64_t record_bytes;   /* the file's bound */
};

struct settings_client {
    uint32_t id;
    bool is_group;
    uint32_t client_class; /* 1 and up, in the order of the sections */
};

struct settings {
    uint64_t epoch;
    uint64_t generation;
    uint8_t digest[SETTINGS_DIGEST_BYTES];
    struct settings_limits limits;
    size_t n_clients;
    struct settings_client clients[SETTINGS_CLIENTS_COUNT];
};

/* The limits of proto/limits.h. */
void settings_limits_default(struct settings_limits *limits);

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
