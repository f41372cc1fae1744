/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A client: one connection at a time, the questions that wait on it, and what the last call failed
 * on. Asking and answering are apart, for pipelining; certname_verify() is one after the other.
 */

#include <stdint.h>

#include "base/bytes.h"
#include "certname/client.h"
#include "client/lib/address.h"
#include "client/lib/connection.h"
#include "client/lib/deadline.h"
#include "client/lib/failure.h"
#include "client/lib/outstanding.h"
#include "proto/frame.h"
#include "proto/verdict.h"

struct certname_client {
    struct address address;
    unsigned timeout_ms;
    struct connection connection;
    struct outstanding outstanding;
    uint64_t last_tag; /* never used twice in a client's life */
    struct failure failure;
};

/*
 * Starts a call: no failure yet, and a connection that is not ours, as after a fork, is let go.
 */
void client_begin(struct certname_client *client, struct deadline *deadline);

/* Closes the connection; whatever waited on it will get no answer. */
void client_disconnect(struct certname_client *client);

/*
 * Sends a question, on a new connection if there is none. 0 and *tagp; CONNECTION_GONE; or an enum
 * certname_error. Unless it returns 0 the connection is closed; a full table of waiting questions
 * (CERTNAME_ERR_BUSY) alone leaves it open.
 */
int client_ask(struct certname_client *client, struct bytes payload, struct verdict_asked asked,
               const struct deadline *deadline, uint64_t *tagp);

/*
 * Asks the daemon about itself; one inquiry at a time, while no question waits. 0 and *textp is
 * malloc'ed; CONNECTION_GONE; or an enum certname_error. Unless it returns 0 the connection is
 * closed.
 */
int client_inquire(struct certname_client *client, enum frame_kind kind,
                   const struct deadline *deadline, char **textp);

/*
 * Waits for the next answer. A certname_result, CONNECTION_GONE or an enum certname_error. *tagp is
 * the question's; or 0, and the connection is closed.
 */
int client_answer(struct certname_client *client, const struct deadline *deadline, uint64_t *tagp,
                  struct certname_verdict **verdictp);
