/* SPDX-License-Identifier: MIT */
#pragma once

/* One of a trial's two configurations, with a verifier that judges by it. */

#include <stddef.h>
#include <stdint.h>

#include "daemon/ipc/note.h"
#include "daemon/load/epoch.h"
#include "daemon/os/child.h"
#include "daemon/supervisor/supervisor.h"

struct trial_side {
    struct epoch *epoch;
    struct settings settings;
    struct child child;
    int socket; /* -1: no verifier */
};

#define TRIAL_SIDE_NULL ((struct trial_side){.child = CHILD_NULL, .socket = -1})

/* Loads it. 0; or -errno, and what is wrong has been printed. */
int trial_side_init(struct trial_side *side, const struct sources *sources);

/* Ends the verifier and frees the rest. Safe on TRIAL_SIDE_NULL. */
void trial_side_deinit(struct trial_side *side);

/*
 * Has a request judged. 0 and *note says what became of it: one that its verifier could not bear is
 * the error "resources". -errno where no verifier can be had.
 */
int trial_side_ask(struct trial_side *side, const struct supervisor_setup *setup, uint32_t uid,
                   const uint8_t *payload, size_t len, struct note *note);
