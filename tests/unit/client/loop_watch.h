/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Measures the event loop of a client: how long its steps are, and how late its questions end. What
 * other processes take of the machine is told apart: a step that the kernel interrupted counts with
 * its CPU time alone, and the time in which this process waited for a processor is summed.
 */

#include <stddef.h>
#include <stdint.h>

#include "certname/client.h"

struct loop_watch {
    size_t n; /* answers */
    size_t n_accepted;
    size_t n_refused;
    int last_error;    /* the last negative result; 0: there was none */
    int64_t gap_us;    /* of the longest step */
    int64_t early_us;  /* the most that a question ended before its deadline without a verdict */
    int64_t late_us;   /* the most that a question ended after its deadline */
    int64_t cpu_us;    /* of all steps */
    int64_t stolen_us; /* in which this process was ready to run and did not */
};

/* Asks a question whose answer, and the moment of it, are noted in *watch. Returns what
 * certname_ask() returned. */
int loop_watch_ask(struct loop_watch *watch, struct certname_client *client,
                   const struct certname_question *question, unsigned timeout_ms);

/* Does one step of the loop without waiting. Returns what certname_process() returned. */
int loop_watch_step(struct loop_watch *watch, struct certname_client *client);

/* Runs the loop until no question waits. Returns 0 or a negative enum certname_error. */
int loop_watch_run(struct loop_watch *watch, struct certname_client *client);
