/* SPDX-License-Identifier: MIT */
#pragma once

/* One of the two configurations of a trial, with a verifier that judges by it. */

#include <stddef.h>
#include <stdint.h>

#include "daemon/ipc/note.h"
#include "daemon/ipc/record.h"
#include "daemon/load/epoch.h"
#include "daemon/os/child.h"
#include "daemon/supervisor/spawn.h"

struct trial_side {
    struct epoch *epoch;
    struct settings settings;
    struct child child;
    int socket; /* to the verifier; -1: no verifier is running */
};

#define TRIAL_SIDE_NULL ((struct trial_side){.child = CHILD_NULL, .socket = -1})

/* Loads the configuration. Returns 0, or -errno, and the reason has been printed. */
int trial_side_init(struct trial_side *side, const struct sources *sources);

/* Ends the verifier and frees everything. Does nothing on TRIAL_SIDE_NULL. */
void trial_side_deinit(struct trial_side *side);

/*
 * Judges the request of a record, whose payload has `len` bytes, for the client that sent it: by
 * the section `client` of its socket, else by that of its user. Returns 0, and *note has the
 * outcome; if the request ended its verifier, note->code is "resources". Returns -errno if no
 * verifier can be started.
 */
int trial_side_ask(struct trial_side *side, const struct spawn_setup *spawn,
                   const struct record *record, const uint8_t *payload, size_t len,
                   struct note *note);
