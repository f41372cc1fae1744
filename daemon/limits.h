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
 * made from these rows, so a new limit needs a row here, its use, and its entry in the manual.
 *
 * A row has the name of its constants, its field in struct limits, its key, its unit, its default,
 * the least and the greatest value that a configuration may give, and what the value 0 means, or
 * NULL if 0 is not allowed in addition. The bounds prevent a mistyped value from switching off the
 * service or its protection.
 */
/* clang-format off */
#define LIMITS_TABLE(ROW) \
    /* The most connections in all. The default leaves descriptors for everything else under the
     * usual hard limit. */ \
    ROW(CONNECTIONS, connections, "connections", COUNT, 4096, 16, 65536, NULL) \
    /* The most connections of one user, so that one user cannot take them all. */ \
    ROW(CONNECTIONS_PER_UID, connections_per_uid, "connections-per-uid", COUNT, 256, 1, 65536, NULL) \
    /* The most requests in flight on one connection. */ \
    ROW(IN_FLIGHT_PER_CONNECTION, in_flight_per_connection, "in-flight-per-connection", COUNT, 64, 1, 1024, NULL) \
    /* The most requests in flight of one user, on all its connections together. */ \
    ROW(IN_FLIGHT_PER_UID, in_flight_per_uid, "in-flight-per-uid", COUNT, 1024, 1, 65536, NULL) \
    /* The longest time that a request waits for a verifier before the reply is BUSY. */ \
    ROW(QUEUE_TIME, queued_ms, "queue-time", MS, 5000, 100, 60000, NULL) \
    /* The longest time between the first byte of a frame and its last one. */ \
    ROW(FRAME_TIME, frame_ms, "frame-time", MS, 2000, 100, 60000, NULL) \
    /* The most bytes of unread replies on one connection; with more the front stops reading from
     * it. The least is the longest reply. */ \
    ROW(UNREAD_OUTPUT, unread_output_bytes, "unread-output", BYTES, 64 * LIMITS_KIB, 32 * LIMITS_KIB, 16 * LIMITS_MIB, NULL) \
    /* The longest time that a client may leave replies unread after the front has stopped reading
     * from it. */ \
    ROW(UNREAD_TIME, unread_output_ms, "unread-time", MS, 10000, 100, LIMITS_HOUR_MS, NULL) \
    /* The longest time that a connection may be silent. For a client that asks less often than
     * that, the cost of a new connection does not matter. */ \
    ROW(IDLE_TIME, idle_ms, "idle-time", MS, 60000, 1000, 24 * LIMITS_HOUR_MS, "a silent connection may stay") \
    /* The CPU time for verifications that one user may use each second: half of one processor for a
     * client that never pauses. */ \
    ROW(CPU_PER_UID, cpu_per_uid_ms, "cpu-per-uid", MS, 500, 1, 64000, "as much as there is") \
    /* The most CPU time that a silent user can save up: enough for a cold start with a few hundred
     * questions. The least is the time of one verification. */ \
    ROW(CPU_BURST, cpu_burst_ms, "cpu-burst", MS, 5000, 100, LIMITS_HOUR_MS, NULL) \
    /* The most bytes of verdicts that the front's cache stores: some three thousand verdicts with
     * their questions. */ \
    ROW(CACHE, cache_bytes, "cache", BYTES, 16 * LIMITS_MIB, 64 * LIMITS_KIB, 4096ull * LIMITS_MIB, "no cache") \
    /* The most verifiers at work at a time; one more is kept ready. */ \
    ROW(WORKERS, workers, "workers", COUNT, 0, 1, LIMIT_VERIFIERS_COUNT, "as many as processors") \
    /* Whether a verdict that one user asked for may answer another user. */ \
    ROW(SHARED_CACHE, shared_cache, "shared-cache", SWITCH, 1, 0, 1, NULL)
/* clang-format on */

/* The type of the field in struct limits for each unit. */
#define LIMITS_TYPE_COUNT  uint32_t
#define LIMITS_TYPE_MS     uint32_t
#define LIMITS_TYPE_BYTES  uint64_t
#define LIMITS_TYPE_SWITCH bool

/* The limits in force: one field for each row of LIMITS_TABLE. */
struct limits {
#define LIMITS_FIELD(NAME, field, key, unit, built_in, least, most, zero) LIMITS_TYPE_##unit field;
    LIMITS_TABLE(LIMITS_FIELD)
#undef LIMITS_FIELD
};

/* The defaults of the rows: LIMITS_DEFAULT_CONNECTIONS and so on. */
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

/* --- the configuration --- */

/* The most bytes of a configuration file's path, which every verdict contains. */
#define LIMIT_CONFIG_PATH_BYTES 255

/* --- the verdict --- */

/*
 * The most bytes of all presented identities in a verdict together, so that a reply that refuses
 * stays within 4 KiB.
 */
#define LIMIT_PRESENTED_SHOWN_BYTES 1024
/* The most bytes of the nearest miss in a verdict: no name that could match is longer. */
#define LIMIT_NEAREST_SHOWN_BYTES 256
/*
 * The most bytes of the end entity's key in a verdict that refuses, so that the reply stays within
 * 4 KiB: an RSA key of 4,096 bits takes 550.
 */
#define LIMIT_REFUSED_SPKI_BYTES 800

/* --- the front --- */

/*
 * The most bytes of requests that wait for a verifier, of all users together. Beyond this every new
 * request is refused as BUSY.
 */
#define LIMIT_QUEUED_BYTES 67108864
/*
 * The most bytes of one user's requests that wait for a verifier, so that one user cannot fill the
 * queue.
 */
#define LIMIT_QUEUED_PER_UID_BYTES 8388608
/*
 * One part in LIMIT_RESERVED_QUEUE_PART of these bytes is reserved for root and for users with
 * fewer bytes in the queue than LIMIT_FEW_QUEUED_BYTES, which is room for two of the largest
 * frames.
 */
#define LIMIT_RESERVED_QUEUE_PART 16
#define LIMIT_FEW_QUEUED_BYTES    393216
/*
 * Of this many verifications in a row, all except one are reserved for root and for users who have
 * recently used less than their share of a processor, as long as such a user waits. One is for the
 * other users, so that none of them waits for ever.
 */
#define LIMIT_RESERVED_TURNS_COUNT 4
/*
 * How much is handled for one user before other users have a turn. Counted are the bytes of the
 * user's frames plus a fixed cost for each frame and each read, because small ones take time too.
 * One full read of usual questions fits into one turn.
 */
#define LIMIT_TURN_COST       98304
#define LIMIT_TURN_FRAME_COST 256
#define LIMIT_TURN_READ_COST  256
/*
 * The number of frames that are not requests after which a connection is ended; the CPU time that
 * is charged for each of them; and the largest debt that such charges can cause.
 */
#define LIMIT_BAD_FRAMES_COUNT  16
#define LIMIT_BAD_FRAME_CPU_US  1000
#define LIMIT_FINES_DEBT_CPU_US 5000000
/*
 * The most bytes of one user's unfinished frames and unread replies, on all its connections
 * together: forty of the largest frames, or one of the usual size on each connection.
 */
#define LIMIT_HELD_PER_UID_BYTES 8388608
/* The most log lines about one user's requests in each second; further ones are only counted. */
#define LIMIT_LOG_LINES_PER_UID_COUNT 10
/*
 * The most bytes of the supervisor's part of a status reply, which is about material and the last
 * reload.
 */
#define LIMIT_FACTS_BYTES 8192
/*
 * The most bytes of the supervisor's part of the metrics: about three times what it takes. Together
 * with the front's own metrics it fits into one reply, even if every table of the front is full.
 */
#define LIMIT_FACTS_METRICS_BYTES 4096
/*
 * Limits for metrics over HTTP: the bytes of a request, the time for it, and the connections at a
 * time. A collector sends a few hundred bytes and connects every few seconds.
 */
#define LIMIT_METRICS_REQUEST_BYTES     4096
#define LIMIT_METRICS_MS                2000
#define LIMIT_METRICS_CONNECTIONS_COUNT 8
/*
 * The most supplementary groups of a client that are read: far more than an account has, and few
 * enough that reading them delays nobody.
 */
#define LIMIT_CLIENT_GROUPS_COUNT 1024
/*
 * How far in seconds a cached verdict's time window may reach into the past and the future,
 * whatever its verifier claims. So every verdict is worked out anew after a day at the latest.
 */
#define LIMIT_CACHE_WINDOW_S 86400
/*
 * How many crashes of verifiers one user's requests may cause without consequences for that user;
 * the pause before that user's next request after each further crash, which is doubled up to a
 * minute; and the time after which one crash is forgotten.
 */
#define LIMIT_CRASHES_COUNT      32
#define LIMIT_CRASH_PAUSE_MS     100
#define LIMIT_CRASH_PAUSE_MAX_MS 60000
#define LIMIT_CRASH_FORGET_MS    10000
/*
 * One part in this many of all connections is reserved for root and for users with fewer
 * connections than LIMIT_FEW_CONNECTIONS_COUNT, so that nobody else can take the last ones.
 */
#define LIMIT_RESERVED_CONNECTIONS_PART 16
#define LIMIT_FEW_CONNECTIONS_COUNT     8
/* The number of descriptors that the front keeps free for verifiers and the supervisor. */
#define LIMIT_SPARE_DESCRIPTORS_COUNT 48
/*
 * How long a request is refused without another try after it used up its CPU time or memory, or
 * crashed two verifiers.
 */
#define LIMIT_REMEMBERED_MS 60000
/* The most bytes of requests that the front remembers for LIMIT_REMEMBERED_MS. */
#define LIMIT_REMEMBERED_BYTES 4194304

/* --- the verifier --- */

/*
 * The CPU time for one verification: hundreds of times the usual, so that only hostile certificates
 * reach it.
 */
#define LIMIT_VERIFY_CPU_MS 100
/*
 * The most bytes that libcrypto may hold during one verification. A usual one needs a small part of
 * that. It is half of LIMIT_VERIFIER_GROWTH_BYTES, so that a verification meets this limit first.
 */
#define LIMIT_VERIFY_MEMORY_BYTES 33554432
/* The wall-clock time for one verification, after which its verifier is replaced. */
#define LIMIT_VERIFY_WALL_MS 1000
/* The most bytes of address space that a verifier may have above what it had when it was forked. */
#define LIMIT_VERIFIER_GROWTH_BYTES 67108864
/* The most verifiers at work, however many processors there are. */
#define LIMIT_VERIFIERS_COUNT 16
/*
 * The number of verifiers that are kept ready besides those at work, so that no request waits for a
 * fork when one ends.
 */
#define LIMIT_SPARE_VERIFIERS_COUNT 1
/* The most verifiers that are given one request, if they end without using up its CPU time. */
#define LIMIT_ATTEMPTS_COUNT 2

/*
 * The time after a verifier's first request at which it is replaced, once it is idle, so that a
 * verifier that a certificate has taken over unnoticed does not serve any longer.
 */
#define LIMIT_VERIFIER_SERVES_MS 60000
/* The time after a crash during which new verifiers are executed instead of forked. */
#define LIMIT_FRESH_MS 600000

/* --- the supervisor --- */

/*
 * The pause before a process that ended soon after its start is restarted, so that a broken program
 * does not keep the machine busy.
 */
#define LIMIT_RESTART_PAUSE_MS 100
/* How often LIMIT_RESTART_PAUSE_MS is doubled while the process keeps ending soon: up to 3.2 s. */
#define LIMIT_RESTART_DOUBLINGS_COUNT 5
/*
 * The pause before a process is restarted that was killed from outside soon after its start. The
 * kill says nothing about the program, so the pause is short; it only bounds how often the kernel's
 * OOM killer has to kill.
 */
#define LIMIT_KILLED_PAUSE_MS 5
/*
 * The number of descriptors without which the daemon does not start: those of the supervisor with
 * the most verifiers of two epochs, and some for reading the configuration.
 */
#define LIMIT_DESCRIPTORS_MIN 64
/* The time that child processes have to end by themselves after SIGTERM. */
#define LIMIT_SHUTDOWN_MS 2000
/*
 * The time that the checker has to read the configuration: many times what ten thousand domains
 * take.
 */
#define LIMIT_CHECK_MS 10000
/*
 * How often a checker begins to read a configuration that changes while it is read, and the pause
 * before it begins again, in which whoever writes the files can finish.
 */
#define LIMIT_CHECK_BEGINNINGS_COUNT 3
#define LIMIT_CHECK_PAUSE_MS         100
/*
 * The most bytes of a packed epoch that the checker sends to the supervisor: the configuration, and
 * as many trust anchors and CRLs as a host may sensibly have.
 */
#define LIMIT_PACKED_EPOCH_BYTES (1 << 30)
/*
 * The time that verifiers of an epoch that is no longer in force have to finish their requests:
 * enough for the deadlines of one request and of another one waiting behind it.
 */
#define LIMIT_OLD_VERIFIER_MS 3000
/* The interval at which the supervisor checks whether the files in force have changed on disk. */
#define LIMIT_LOOK_MS 5000
/*
 * The interval at which the supervisor asks the front for a sign of life, and the time that the
 * front may take to give one: many times what a busy machine delays a process, and less than a
 * client waits.
 */
#define LIMIT_HEARTBEAT_MS     1000
#define LIMIT_FRONT_SILENCE_MS 3000
/*
 * The time that a front that was killed may take to end, before another one is started beside it.
 */
#define LIMIT_FRONT_END_MS 1000
/*
 * The interval at which a configuration that was refused at the start is tried again, and how long
 * the daemon does this by default (and at most) before it gives up. An administrator who made a
 * mistake has some minutes to correct it, and the log gets one line a minute.
 */
#define LIMIT_START_PAUSE_MS 60000
#define LIMIT_STAND_BY_S     300
#define LIMIT_STAND_BY_MAX_S 86400
/*
 * The interval at which the daemon meanwhile checks whether the files have changed, so that a
 * corrected file is soon in force.
 */
#define LIMIT_START_LOOK_MS 1000
/*
 * A start within this many seconds after a refused one is taken for the service manager's automatic
 * restart: if an operator had started the daemon again, the refused process would have ended
 * earlier.
 */
#define LIMIT_RESTART_S 10
/* The interval at which an error is logged while the last good configuration is in force. */
#define LIMIT_COMPLAINT_MS 600000
/*
 * The largest number of named listening sockets for requests, and the size of a name with its NUL.
 */
#define LIMIT_NAMED_SOCKETS_COUNT 8
#define LIMIT_SOCKET_NAME_BYTES   32
/* The most connections that may wait on the listening socket until the front accepts them. */
#define LIMIT_BACKLOG_COUNT 4096
