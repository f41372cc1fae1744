/* SPDX-License-Identifier: MIT */
#pragma once

/* Whom to connect to, and what went wrong with it. */

#include <stdbool.h>

#define TARGET_HOST_BYTES 256

struct target {
    char host[TARGET_HOST_BYTES]; /* a name in ASCII, or an address without brackets */
    char port[6];
    bool is_address;
};

/*
 * HOST, HOST:PORT, ADDRESS, [ADDRESS] or [ADDRESS]:PORT; `port` where it has none. NULL, or what is
 * wrong with it.
 */
const char *target_parse(struct target *target, const char *text, const char *port);

/* An IPv4 or IPv6 address in text, which is never sent as server_name. */
bool target_is_address(const char *text);

/*
 * A name as it is sent as server_name, RFC 6066 section 3: without the trailing dot; "" for NULL.
 * 0, or 1 if it cannot be sent.
 */
int target_server_name(char out[static TARGET_HOST_BYTES], const char *name);

struct target_error {
    const char *code; /* as in "unreachable" */
    char text[512];   /* with host and port */
};

/* Fills in the error. Always -1. */
int target_fail(struct target_error *error, const struct target *target, const char *code,
                const char *format, ...) __attribute__((format(printf, 4, 5)));
