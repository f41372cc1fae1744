/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The daemon's own limits, each with its unit and its reason. The limits that the protocol promises
 * to clients are in proto/limits.h, those of certificates and paths in daemon/x509.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LIMITS_KIB     1024
#define LIMITS_MIB     (1024 * 1024)
#define LIMITS_HOUR_MS 3600000

/*
 * The limits that the configuration's section `limits` may change. The keys of that section, their
 * bounds, the effective policy, the front's settings and the check of certnamed.conf(5) are all
 * made from these rows, so that a new limit is a row here, its use and its entry in the manual.
 *
 * A row has the name of its constants, its field in struct limits, its key, its unit, its default,
 * the least and the greatest value that a configuration may give, and what the value 0 means where
 * 0 is allowed besides. The bounds keep a slip of the pen from switching the service off, or its
 * protection.
 */
/* clang-format off */
#define LIMITS_TABLE(ROW) \
    /* Connections in all. The default leaves descriptors for everything else under the usual hard
     * limit. */ \
    ROW(CONNECTIONS, connections, "connections", COUNT, 4096, 16, 65536, NULL) \
    /* Connections of one user, so that one user cannot take them all. */ \
    ROW(CONNECTIONS_PER_UID, connections_per_uid, "connections-per-uid", COUNT, 256, 1, 65536, NULL) \
    /* Requests in flight on one connection. */ \
    ROW(IN_FLIGHT_PER_CONNECTION, in_flight_per_connection, "in-flight-per-connection", COUNT, 64, 1, 1024, NULL) \
    /* Requests in flight for one user, over all its connections. */ \
    ROW(IN_FLIGHT_PER_UID, in_flight_per_uid, "in-flight-per-uid", COUNT, 1024, 1, 65536, NULL) \
    /* How long a request may wait for a verifier before the reply is BUSY. */ \
    ROW(QUEUE_TIME, queued_ms, "queue-time", MS, 5000, 100, 60000, NULL) \
    /* The time from the first byte of a frame to its last. */ \
    ROW(FRAME_TIME, frame_ms, "frame-time", MS, 2000, 100, 60000, NULL) \
    /* Unread replies of one connection beyond which the front stops reading from it. The least is
     * the longest reply. */ \
    ROW(UNREAD_OUTPUT, unread_output_bytes, "unread-output", BYTES, 64 * LIMITS_KIB, 32 * LIMITS_KIB, 16 * LIMITS_MIB, NULL) \
    /* How long a client may leave replies unread once the front has stopped reading from it. */ \
    ROW(UNREAD_TIME, unread_output_ms, "unread-time", MS, 10000, 100, LIMITS_HOUR_MS, NULL) \
    /* How long a connection may be silent. */ \
    ROW(IDLE_TIME, idle_ms, "idle-time", MS, 0, 1000, 24 * LIMITS_HOUR_MS, "a silent connection may stay") \
    /* CPU time of verification that one user may use each second: half of one processor for a
     * client that never pauses. */ \
    ROW(CPU_PER_UID, cpu_per_uid_ms, "cpu-per-uid", MS, 500, 1, 64000, "as much as there is") \
    /* CPU time that a silent user saves up: room for a cold start with a few hundred questions. The
     * least is the time of one verification. */ \
    ROW(CPU_BURST, cpu_burst_ms, "cpu-burst", MS, 5000, 100, LIMITS_HOUR_MS, NULL) \
    /* Bytes of verdicts that the front's cache keeps: some three thousand with their questions. */ \
    ROW(CACHE, cache_bytes, "cache", BYTES, 16 * LIMITS_MIB, 64 * LIMITS_KIB, 4096ull * LIMITS_MIB, "no cache") \
    /* Verifiers at work at a time; one more is kept ready. */ \
    ROW(WORKERS, workers, "workers", COUNT, 0, 1, LIMIT_VERIFIERS_COUNT, "as many as processors") \
    /* Whether a verdict that one user asked for may answer another user. */ \
    ROW(SHARED_CACHE, shared_cache, "shared-cache", SWITCH, 1, 0, 1, NULL)
/* clang-format on */

/* The type of a field follows from its unit. */
#define LIMITS_TYPE_COUNT  uint32_t
#define LIMITS_TYPE_MS     uint32_t
#define LIMITS_TYPE_BYTES  uint64_t
#define LIMITS_TYPE_SWITCH bool

/* The values in force: one field for each row of LIMITS_TABLE. */
struct limits {
#define LIMITS_FIELD(NAME, field, key, unit, built_in, least, most, zero) LIMITS_TYPE_##unit field;
    LIMITS_TABLE(LIMITS_FIELD)
#undef LIMITS_FIELD
};

/* LIMITS_DEFAULT_CONNECTIONS and so on: the defaults of the rows. */
enum limits_default {
#define LIMITS_DEFAULT(NAME, field, key, unit, built_in, least, most, zero)                        \
    LIMITS_DEFAULT_##NAME = (built_in),
    LIMITS_TABLE(LIMITS_DEFAULT)
#undef LIMITS_DEFAULT
};

enum limits_unit {
    LIMITS_UNIT_COUNT = 0,
    LIMITS_UNIT_MS,
    LIMITS_UNIT_BYTES,
    LIMITS_UNIT_SWITCH, /* yes (1) or no (0) */
};

/* Sets every field to its default. */
static inline void limits_set_defaults(struct limits *limits)
{
#define LIMITS_SET(NAME, field, key, unit, built_in, least, most, zero) .field = (built_in),
    *limits = (struct limits){LIMITS_TABLE(LIMITS_SET)};
#undef LIMITS_SET
}

/* --- what a configuration is read as --- */

/* Bytes of the path of a configuration file, which every verdict names. */
#define LIMIT_CONFIG_PATH_BYTES 255

/* --- the verdict --- */

/* Bytes of presented identities shown in a verdict, so that a refusal stays within 4 KiB. */
#define LIMIT_PRESENTED_SHOWN_BYTES 1024
/* Bytes of a presented identity shown as the nearest miss: no name that could match is longer. */
#define LIMIT_NEAREST_SHOWN_BYTES 256
/* Bytes of a key shown in a refusal, so that the refusal stays within 4 KiB: RSA of 4,096 bits
 * takes 550. */
#define LIMIT_REFUSED_SPKI_BYTES 800

/* --- the front --- */

/* Bytes of requests that wait for a verifier, over all users. Beyond it every new request is
 * refused as BUSY. */
#define LIMIT_QUEUED_BYTES 67108864
/* Bytes of requests of one user that wait for a verifier, so that one user cannot fill the queue.
 */
#define LIMIT_QUEUED_PER_UID_BYTES 8388608
/* Bytes of unfinished frames and unread replies of one user, over all its connections: forty of the
 * largest frames, or a usual one on each connection. */
#define LIMIT_HELD_PER_UID_BYTES 8388608
/* Lines in the log about the requests of one user in each second; further lines are counted. */
#define LIMIT_LOG_LINES_PER_UID_COUNT 10
/* Bytes of the supervisor's part of a status reply: its material and its last reload. */
#define LIMIT_FACTS_BYTES 8192
/* Bytes of the supervisor's part of the metrics: about three times what they take, and together
 * with the front's own metrics, every table of the front being full, within one reply. */
#define LIMIT_FACTS_METRICS_BYTES 4096
/* Metrics over HTTP: the bytes of a request, the time for it, and the connections at a time. A
 * collector sends a few hundred bytes and connects once in some seconds. */
#define LIMIT_METRICS_REQUEST_BYTES     4096
#define LIMIT_METRICS_MS                2000
#define LIMIT_METRICS_CONNECTIONS_COUNT 8
/* Supplementary groups of a client that are looked at: far more than an account has, and few enough
 * that reading them holds nobody up. */
#define LIMIT_CLIENT_GROUPS_COUNT 1024
/* How far the window of a kept verdict may reach into the past and the future, whatever its verifier
 * says: a verdict that a day has not disproved is worked out anew. */
#define LIMIT_CACHE_WINDOW_S 86400
/* Crashes of verifiers under one user's requests that have no consequences for that user, and the
 * pause after each further crash, which is doubled up to a minute. One crash is forgotten in so many
 * milliseconds. */
#define LIMIT_CRASHES_COUNT      32
#define LIMIT_CRASH_PAUSE_MS     100
#define LIMIT_CRASH_PAUSE_MAX_MS 60000
#define LIMIT_CRASH_FORGET_MS    10000
/* The last of all connections, one part in so many, are for root and for users with fewer connections
 * than this: nobody else can take them. */
#define LIMIT_RESERVED_CONNECTIONS_PART 16
#define LIMIT_FEW_CONNECTIONS_COUNT     8
/* Descriptors kept free for verifiers and the supervisor. */
#define LIMIT_SPARE_DESCRIPTORS_COUNT 48
/* How long a request that used up its CPU time or memory, or crashed two verifiers, is refused
 * without another try. */
#define LIMIT_REMEMBERED_MS 60000
/* Bytes of such requests that the front remembers. */
#define LIMIT_REMEMBERED_BYTES 4194304

/* --- the verifier --- */

/* CPU time of one verification: hundreds of times the usual, so that only hostile certificates
 * reach it. */
#define LIMIT_VERIFY_CPU_MS 100
/* Bytes that libcrypto may hold for one verification. A usual one needs a small part of that. It is
 * half of what a verifier may grow by, so that a verification meets this bound first. */
#define LIMIT_VERIFY_MEMORY_BYTES 33554432
/* Wall-clock time of one verification, after which its verifier is replaced. */
#define LIMIT_VERIFY_WALL_MS 1000
/* Bytes of address space that a verifier may use above what it had when it was forked. */
#define LIMIT_VERIFIER_GROWTH_BYTES 67108864
/* Verifiers at work at most, however many processors there are. */
#define LIMIT_VERIFIERS_COUNT 16
/* Verifiers kept ready beside those at work, so that no request waits for a fork when one ends. */
#define LIMIT_SPARE_VERIFIERS_COUNT 1
/* Verifiers that one request is given to at most when they end without having used up its CPU
 * time. */
#define LIMIT_ATTEMPTS_COUNT 2

/* --- the supervisor --- */

/* The pause before a process that ended soon after its start is started again, so that a broken
 * program does not keep the machine busy. */
#define LIMIT_RESTART_PAUSE_MS 100
/* How often that pause is doubled while the process keeps ending soon: to 3.2 s. */
#define LIMIT_RESTART_DOUBLINGS_COUNT 5
/* The pause before a process that was killed from outside soon after its start is started again: the
 * kill says nothing about the program, and the pause only bounds how often the kernel's OOM killer
 * can be fed. */
#define LIMIT_KILLED_PAUSE_MS 5
/* Descriptors without which the daemon does not start: the supervisor's with the most verifiers of
 * two epochs, and some for reading the configuration. */
#define LIMIT_DESCRIPTORS_MIN 64
/* The time that child processes have to end by themselves after SIGTERM. */
#define LIMIT_SHUTDOWN_MS 2000
/* The time that reading the configuration may take in the process that tries it out: many times
 * what ten thousand domains take. */
#define LIMIT_CHECK_MS 10000
/* An epoch in the bytes that the checker hands to the supervisor: the configuration, and as many
 * trust anchors and CRLs as a host may sensibly have. */
#define LIMIT_PACKED_EPOCH_BYTES (1 << 30)
/* The time that verifiers of an epoch that is no longer in force have to finish their requests: the
 * deadlines of one request and of another behind it. */
#define LIMIT_OLD_VERIFIER_MS 3000
/* The interval at which the supervisor looks whether the files in force have changed on disk. */
#define LIMIT_LOOK_MS 5000
/* How often the supervisor asks the front for a sign of life, and how long the front may take for
 * it: many times what a busy machine delays a process, and less than a client's patience. */
#define LIMIT_HEARTBEAT_MS     1000
#define LIMIT_FRONT_SILENCE_MS 3000
/* How long a front that was killed may take to end, before another is started beside it. */
#define LIMIT_FRONT_END_MS 1000
/* The interval at which the log has an error while the last good configuration serves. */
#define LIMIT_COMPLAINT_MS 600000
/* Connections that may wait on the listening socket until the front accepts them. */
#define LIMIT_BACKLOG_COUNT 4096
