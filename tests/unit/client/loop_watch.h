/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Measures a client's event loop: how long its steps take, and how late its questions end. The
 * influence of other processes is removed: a step that the kernel interrupted counts only with its
 * CPU time, and the time in which this process waited for a processor is added up.
 */

#include <stddef.h>
#include <stdint.h>

#include "certname/client.h"

struct loop_watch {
    size_t n; /* the number of answers */
    size_t n_accepted;
    size_t n_refused;
    int last_error;    /* the last negative result; 0: there was none */
    int64_t gap_us;    /* the duration of the longest step */
    int64_t early_us;  /* the most that a question ended before its deadline without a verdict */
    int64_t late_us;   /* the most that a question ended after its deadline */
    int64_t cpu_us;    /* the CPU time of all steps */
    int64_t stolen_us; /* the time in which this process was ready to run but did not run */
};

/*
 * Asks a question. The answer and the time at which it comes are recorded in *watch. Returns what
 * certname_ask() returned.
 */
int loop_watch_ask(struct loop_watch *watch, struct certname_client *client,
                   const struct certname_question *question, unsigned timeout_ms);

/* Does one step of the loop without waiting. Returns what certname_process() returned. */
int loop_watch_step(struct loop_watch *watch, struct certname_client *client);

/* Runs the loop until no question waits. Returns 0 or a negative enum certname_error. */
int loop_watch_run(struct loop_watch *watch, struct certname_client *client);
