/* SPDX-License-Identifier: MIT */
#pragma once

/* The server that `--connect` names. */

#include <stdbool.h>

#define TARGET_HOST_BYTES 256

struct target {
    char host[TARGET_HOST_BYTES]; /* a host name in ASCII, or an address without brackets */
    char port[6];                 /* the port in decimal */
    bool is_address;
};

/*
 * Parses HOST, HOST:PORT, ADDRESS, [ADDRESS] or [ADDRESS]:PORT. A text without a port gets `port`.
 * Returns NULL, or a message that says what is wrong with the text.
 */
const char *target_parse(struct target *target, const char *text, const char *port);

/*
 * Returns whether the text is an IPv4 or IPv6 address; an address is never sent as server_name (RFC
 * 6066).
 */
bool target_is_address(const char *text);

/*
 * Writes a host name in the form of server_name (RFC 6066 section 3), without a trailing dot; NULL
 * gives "". Returns 0, or 1 if the name is too long or not in ASCII.
 */
int target_server_name(char out[static TARGET_HOST_BYTES], const char *name);

struct target_error {
    const char *code; /* a name for programs, for example "unreachable" */
    char text[512];   /* a message for people that begins with host and port */
};

/* Fills in *error with the code and a message about the target. Always returns -1. */
int target_fail(struct target_error *error, const struct target *target, const char *code,
                const char *format, ...) __attribute__((format(printf, 4, 5)));
