/* SPDX-License-Identifier: MIT */
#pragma once

/* Asks certnamed about a server that the program's own verification has accepted. */

#include <stdbool.h>
#include <stddef.h>

#include "client/run/server.h"

/* Room for the longest reason with its NUL. */
#define JUDGE_REASON_BYTES 512

/* A judgement, which must be compared with ==. Zero refuses. */
enum server_judgement {
    JUDGED_REFUSED = 0,
    JUDGED_ACCEPTED = 0x5a3c,
};

/*
 * Judges a server: its names and its path, or, if it has no name, as --nameless says. Counts and
 * records the decision. Under --report every server is accepted. If the server is refused `reason`
 * says why, otherwise it is empty. May be called by any thread.
 */
enum server_judgement judge_server(const struct tls_server *server,
                                   char reason[JUDGE_REASON_BYTES]);

/*
 * Judges a certificate with which a program compares a name after the handshake. The certificates
 * that a server sent with this end entity are judged as by judge_server(), unless they were
 * accepted with this host name before. `type` is CERTNAME_HOST, or CERTNAME_EMAIL for a mailbox.
 */
enum server_judgement judge_later(enum certname_reference type, const char *name, const void *der,
                                  size_t len, char reason[JUDGE_REASON_BYTES]);
