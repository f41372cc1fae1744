/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The part of an epoch that the front knows: the limits, and which clients have a section `client`.
 * The supervisor sends it as a sealed memory file; both programs are of one build.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "daemon/limits.h"

/*
 * The most user and group ids in all `client` sections together. A configuration with more is
 * refused.
 */
#define SETTINGS_CLIENTS_COUNT 4096
/* The overflow uid, which the kernel shows for every uid that a user namespace does not map. */
#define SETTINGS_OVERFLOW_UID 65534u

/* Which requests are recorded (record.h). */
struct settings_record {
    uint32_t one_in;    /* one request out of this many is recorded; 0: none */
    uint64_t max_bytes; /* once the file is this large, nothing more is written to it */
};

struct settings_client {
    uint32_t id; /* a user id, or with is_group a group id */
    bool is_group;
    uint32_t client_class; /* the number of the section, counted from 1 */
};

/* A socket for which the policy has a section `client`, which holds for all its clients. */
struct settings_socket {
    char name[LIMIT_SOCKET_NAME_BYTES];
    uint32_t client_class;
};

struct settings {
    uint64_t epoch;
    uint64_t generation;
    uint8_t digest[DIGEST_BYTES];
    struct limits limits; /* `workers` is never 0: 0 in the policy has been replaced by the number
                             of processors */
    struct settings_record record;
    size_t n_sockets;
    struct settings_socket sockets[LIMIT_NAMED_SOCKETS_COUNT];
    size_t n_clients;
    struct settings_client clients[SETTINGS_CLIENTS_COUNT];
};

/* Writes settings into a new sealed memory file. Returns 0, and *fdp is the caller's; or -errno. */
int settings_seal(const struct settings *settings, int *fdp);

/*
 * Reads settings; the descriptor stays the caller's. Returns 0; or -EBADMSG if the file does not
 * hold settings, or -errno, with *settings zeroed.
 */
int settings_read(struct settings *settings, int fd);

/*
 * Returns the class of a client: that of the section that has its user id, else that of the first
 * section that has one of its groups, else CLIENT_CLASS_NONE. For SETTINGS_OVERFLOW_UID, which can
 * be any of many users, returns CLIENT_CLASS_UNIDENTIFIED.
 */
uint32_t settings_class(const struct settings *settings, uint32_t uid, const uint32_t *gids,
                        size_t n_gids);

/*
 * Returns the class of all clients of the socket with this name; CLIENT_CLASS_NONE if the policy
 * has no section for the socket, so that the class depends on the client's user.
 */
uint32_t settings_class_of_socket(const struct settings *settings, const char *name);

/* Writes `len` bytes of text into a new sealed memory file. Returns 0, and *fdp is the caller's; or
 * -errno. */
int settings_seal_text(const char *text, size_t len, int *fdp);

/*
 * Reads a text of at most `size` - 1 bytes and adds a NUL; the rest of a longer text is left out.
 * Returns 0, with the length without the NUL in *lenp; or -errno.
 */
int settings_read_text(int fd, char *text, size_t size, size_t *lenp);
