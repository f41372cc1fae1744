/* SPDX-License-Identifier: MIT */
#pragma once

/* Asks certnamed about a server, after the program's own verification has accepted it. */

#include <stdbool.h>
#include <stddef.h>

#include "client/run/server.h"

/* Room for a reason, with its NUL. */
#define JUDGE_REASON_BYTES 512

/* Compare with ==; zero refuses. */
enum server_judgement {
    JUDGED_REFUSED = 0,
    JUDGED_ACCEPTED = 0x5a3c,
};

/*
 * Judges a server: its names and its path, or what --nameless says about one without a name. The
 * decision is counted and recorded. Under --report everything is accepted. Where the server is
 * refused, `reason` says why, else it is empty. Any thread may call it.
 */
enum server_judgement judge_server(const struct tls_server *server,
                                   char reason[JUDGE_REASON_BYTES]);

/*
 * Judges what a program compares later with a certificate: the same as judge_server() with the
 * certificates that were seen with this end entity, unless it was accepted with this name before.
 */
enum server_judgement judge_later(const char *name, const void *der, size_t len,
                                  char reason[JUDGE_REASON_BYTES]);
