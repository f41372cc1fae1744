/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Every limit of certnamed in one place: the unit in the name, the reason beside it.
 * The limits of the wire are part of the protocol (PROTOCOL.md); the rest is the daemon's own.
 */

/* --- the wire --- */

/* A frame, header included: 64 certificates of the usual 2 KiB and a name, with room to spare. */
#define LIMIT_FRAME_BYTES 196608
/* References in one request, any of which suffices: names of one service, not a directory. */
#define LIMIT_REFERENCES_COUNT 16
/* Trust anchors, and CRLs, that a request brings along. */
#define LIMIT_ANCHORS_COUNT 16
#define LIMIT_CRLS_COUNT    16
/* Certificates in one request: as many intermediates as path building can ever need. */
#define LIMIT_CERTIFICATES_COUNT 64
/* One certificate in DER: ten times the usual; above it only hostile ones have been seen. */
#define LIMIT_CERTIFICATE_BYTES 16384
/* A reference as it comes, U-labels in UTF-8: 253 octets of A-labels are never longer than this,
 * and a SPIFFE id has 2,048 bytes at most. */
#define LIMIT_REFERENCE_BYTES 2048
/* A reply, header included, which a client takes before it hangs up. */
#define LIMIT_REPLY_BYTES 32768
/* The text of an error reply. */
#define LIMIT_ERROR_TEXT_BYTES 512

/* --- decoding --- */

/* What a decoded message may occupy: protobuf-c can turn one byte into sixty. */
#define LIMIT_DECODED_BYTES 1048576
/* Allocations one decoded message may make: 64 certificates, 64 presented identities and their
 * parts. */
#define LIMIT_DECODED_ALLOCATIONS_COUNT 512

/* --- the verdict --- */

/* Presented identities shown in a verdict; the rest is counted. */
#define LIMIT_PRESENTED_SHOWN_COUNT 32
/* Bytes of presented identities shown in a verdict, so that a refusal stays within 4 KiB. */
#define LIMIT_PRESENTED_SHOWN_BYTES 1024
/* A presented identity shown as the nearest miss: no name that could match is longer. */
#define LIMIT_NEAREST_SHOWN_BYTES 256
/* A key shown in a refusal, so that it stays within 4 KiB: RSA of 4,096 bits takes 550. */
#define LIMIT_REFUSED_SPKI_BYTES 800
/* The path of a configuration file, which every verdict names. */
#define LIMIT_CONFIG_PATH_BYTES 255
/* A refusal, header included: it goes to whoever sends rubbish, and into logs. */
#define LIMIT_REFUSAL_BYTES 4096
/* Failures in one verdict, and as many that are only reported. */
#define LIMIT_FAILURES_COUNT 8
/* A failure's code. */
#define LIMIT_CODE_BYTES 64
/* Certificates in a path: end entity, intermediates, anchor. */
#define LIMIT_PATH_COUNT 16

/* --- the front --- */

/* Connections in all: leaves descriptors for everything else under the usual hard limit. */
#define LIMIT_CONNECTIONS_COUNT 4096
/* Connections of one uid: one user cannot take them all. */
#define LIMIT_CONNECTIONS_PER_UID_COUNT 256
/* Requests in flight on one connection. */
#define LIMIT_IN_FLIGHT_PER_CONNECTION_COUNT 64
/* Requests in flight for one uid, over all its connections. */
#define LIMIT_IN_FLIGHT_PER_UID_COUNT 1024
/* Request bytes waiting for a verifier, over all uids: beyond it everybody is told BUSY. */
#define LIMIT_QUEUED_BYTES 67108864
/* Of these, one uid's: what it has in excess waits in its own hands. */
#define LIMIT_QUEUED_PER_UID_BYTES 8388608
/* How long a request may wait for a verifier before its client is told to come again. */
#define LIMIT_QUEUED_MS 5000
/* Replies that a client has not read: beyond it no more is read from that client. */
#define LIMIT_UNREAD_OUTPUT_BYTES 65536
/* From the first byte of a frame to its last. */
#define LIMIT_FRAME_MS 2000
/* How long a client may leave replies unread once they have stopped its reading. */
#define LIMIT_UNREAD_OUTPUT_MS 10000
/* Unfinished frames and unread replies of one uid, over all its connections: forty of the largest
 * frames, or a usual one on each connection. */
#define LIMIT_HELD_PER_UID_BYTES 8388608
/* Lines about its requests that one uid gets in the log each second; the rest is counted. */
#define LIMIT_LOG_LINES_PER_UID_COUNT 10
/* What the supervisor has to say in replies with status and metrics: its material, its last
 * reload. */
#define LIMIT_FACTS_BYTES 8192
/* Of these, for the metrics: about three times what they are, and with the front's own, where every
 * table of it is full, within a reply. */
#define LIMIT_FACTS_METRICS_BYTES 4096
/* Who asks for metrics over HTTP: a request, the time for it, and how many at once. */
#define LIMIT_METRICS_REQUEST_BYTES     4096
#define LIMIT_METRICS_MS                2000
#define LIMIT_METRICS_CONNECTIONS_COUNT 8
/* Descriptors kept free for verifiers and the supervisor. */
#define LIMIT_SPARE_DESCRIPTORS_COUNT 48

/* How long a request that took its CPU or memory, or crashed twice, is refused without being looked
 * at again. */
#define LIMIT_REMEMBERED_MS 60000
/* Bytes of such requests that are remembered. */
#define LIMIT_REMEMBERED_BYTES 4194304

/* CPU time of verification that one uid may use each second, and what it may save up: half of one
 * processor for whoever never pauses, and room for a cold start with a few hundred questions. */
#define LIMIT_CPU_PER_UID_MS 500
#define LIMIT_CPU_BURST_MS   5000
/* Verdicts that are kept: some three thousand with their questions. */
#define LIMIT_CACHE_BYTES 16777216

/* --- the verifier --- */

/* CPU time of one verification: hundreds of times the usual; a hostile certificate ends here. */
#define LIMIT_VERIFY_CPU_MS 100
/* Wall-clock time of one verification, after which its verifier is replaced. */
#define LIMIT_VERIFY_WALL_MS 1000
/* Address space of a verifier above what it has after loading. */
#define LIMIT_VERIFIER_GROWTH_BYTES 67108864
/* Verifiers at most, however many processors there are. */
#define LIMIT_VERIFIERS_COUNT 16
/* Kept ready beside those at work: whatever ends one of them, nobody waits for a fork. */
#define LIMIT_SPARE_VERIFIERS_COUNT 1
/* Verifications tried for one request when verifiers end under it, but for its CPU time. */
#define LIMIT_ATTEMPTS_COUNT 2

/* --- the supervisor --- */

/* A child that dies young is not started again before this, so that a broken one does not spin. */
#define LIMIT_RESTART_PAUSE_MS 100
/* How often that pause is doubled for what keeps dying young: 3.2 s at most. */
#define LIMIT_RESTART_DOUBLINGS_COUNT 5
/* What the children get to end by themselves after SIGTERM. */
#define LIMIT_SHUTDOWN_MS 2000
/* What reading the configuration may take, in the process that tries it out: many times what ten
 * thousand domains take. */
#define LIMIT_CHECK_MS 10000
/* What the verifiers of an epoch that is no longer in force get to end what they are at: the
 * deadlines of a request and of one behind it. */
#define LIMIT_OLD_VERIFIER_MS 3000
/* How often the files that are in force are looked at for changes. */
#define LIMIT_LOOK_MS 5000
/* Waiting connections on the listening socket. */
#define LIMIT_BACKLOG_COUNT 4096

/* --- the client --- */

/* A whole call, connection and retry included. */
#define LIMIT_CALL_MS 5000
