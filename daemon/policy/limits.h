/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The section `limits`: what it may say and what holds without it. The reasons for the defaults
 * stand where the rest of the daemon keeps them, in proto/limits.h; a test holds both equal.
 */

#include <stdbool.h>
#include <stdint.h>

struct policy_limits {
    uint64_t connections;
    uint64_t connections_per_uid;
    uint64_t in_flight_per_connection;
    uint64_t in_flight_per_uid;
    uint64_t queued_ms;
    uint64_t frame_ms;
    uint64_t unread_output_bytes;
    uint64_t unread_output_ms;
    uint64_t idle_ms;        /* 0: a silent connection may stay */
    uint64_t cpu_per_uid_ms; /* of verification, in each second; 0: as much as there is */
    uint64_t cpu_burst_ms;   /* what a uid that was silent may take at once */
    uint64_t cache_bytes;    /* 0: no cache */
    bool shared_cache;       /* one uid's verdicts may answer another's */
    uint64_t workers;        /* 0: as many as processors */
};
