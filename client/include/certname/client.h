/* SPDX-License-Identifier: MIT */
#ifndef CERTNAME_CLIENT_H
#define CERTNAME_CLIENT_H

/*
 * libcertname-client: asks the daemon certnamed whether certificates may stand for a name.
 *
 *     struct certname_client *client = certname_client_new();
 *
 *     if (certname_match_hostname(client, "www.example.org", der, der_len))
 *         puts("the certificate is for that name");
 *     else
 *         printf("not accepted: %s\n", certname_client_error(client));
 *     certname_client_free(client);
 *
 * certname_verify() returns more than yes and no, and a verdict with all reasons. It has one sign
 * convention: positive accepts, zero refuses, negative is an error and no verdict. Never test such
 * a result for truth, because an error is true as well: use certname_accepts().
 *
 * In this library a *question* is about certificates, an *inquiry* is about the daemon itself, and
 * a *verdict* is the daemon's answer to a question.
 *
 * Threads: a client, a question and a verdict are each used by one thread at a time; different ones
 * are independent. Threads share a certname_pool. The library has no global state, installs no
 * signal handler, raises no SIGPIPE, and preserves errno where it succeeds.
 *
 * Fork: the child's first call on a client lets go of the parent's connection and questions, and
 * opens a connection of its own. Callbacks of the parent's questions are not called in the child.
 * A call also opens a new connection where the program has closed the descriptor of the old one.
 *
 * NULL instead of an object gives CERTNAME_ERR_ARGUMENT, or reads as a verdict that refuses.
 *
 * Structs are allocated by the library alone, so that later versions can add members at their end;
 * struct certname_bytes never changes.
 *
 * PROTOCOL.md describes the protocol.
 */

#include <stddef.h>
#include <stdint.h>

#include "certname/verdict.h"

#ifdef __cplusplus
extern "C" {
#endif

/* --- results --- */

/*
 * The two results that accept are different: a question that asks for the path is never answered
 * with CERTNAME_NAME_MATCHES. Every two of these values differ in at least 12 bits.
 */
enum certname_result {
    CERTNAME_NOT_VERIFIED = 0,          /* refused; the verdict has the reasons */
    CERTNAME_NAME_MATCHES = 0x35A6C993, /* identity and policy; the chain has not been validated */
    CERTNAME_VERIFIED = 0x5CA96C6C,     /* identity, policy, and the path to a trust anchor */
};

/* Errors: there is no verdict. Values are never reused; other negative values are errors too. */
enum certname_error {
    /* from the library */
    CERTNAME_ERR_MEMORY = -1,      /* no memory */
    CERTNAME_ERR_ARGUMENT = -2,    /* wrong use: NULL, no host, no certificate, ... */
    CERTNAME_ERR_UNAVAILABLE = -3, /* no daemon, no descriptor; or the daemon went away twice, or
                                      has no policy, because its configuration is refused */
    CERTNAME_ERR_TIMEOUT = -4,     /* the deadline passed */
    CERTNAME_ERR_PROTOCOL = -5,    /* the reply is malformed or answers another question */
    CERTNAME_ERR_UNTRUSTED_DAEMON = -6, /* another user listens on the socket */
    CERTNAME_ERR_RELOAD = -7,           /* the new configuration is refused; the old one stays */
    CERTNAME_ERR_CANCELED = -8,         /* the client was freed before the answer came */

    /* from the daemon: -100 minus the error code of PROTOCOL.md */
    CERTNAME_ERR_INTERNAL = -101,
    CERTNAME_ERR_MALFORMED_REQUEST = -102,
    CERTNAME_ERR_UNKNOWN_FIELD = -103,
    CERTNAME_ERR_UNSUPPORTED_VERSION = -104,
    CERTNAME_ERR_UNKNOWN_KIND = -105,
    CERTNAME_ERR_TOO_LARGE = -106,
    CERTNAME_ERR_INVALID_REQUEST = -107,
    CERTNAME_ERR_INVALID_REFERENCE = -108,
    CERTNAME_ERR_INVALID_CERTIFICATE = -109,
    CERTNAME_ERR_UNSUPPORTED = -110,
    CERTNAME_ERR_BUSY = -111,      /* over a quota, or too many connections: ask again later */
    CERTNAME_ERR_RESOURCES = -112, /* the verification ran out of time or memory, or crashed */
    CERTNAME_ERR_FORBIDDEN = -113, /* this user may not ask that */
};

/*
 * Returns 1 if the result accepts at least what `least` names, else 0. `least` is
 * CERTNAME_NAME_MATCHES, which a verified path satisfies as well, or CERTNAME_VERIFIED.
 */
int certname_accepts(int _result, int _least);

/*
 * Returns the name of a result or an error, as in "name-matches" or "unavailable"; "unknown" for
 * other values. Never NULL.
 */
const char *certname_result_name(int _result);

/* --- the client --- */

struct certname_client;

/*
 * Returns a client for the daemon at CERTNAMED_SOCKET, if that is set and not empty and the program
 * is not set-id, else at /run/certnamed/certnamed.sock. It connects when it is first asked. NULL
 * without memory.
 *
 * The built-in path is used only if root owns each folder on the way and nobody else can write
 * there; otherwise questions get CERTNAME_ERR_UNTRUSTED_DAEMON. If CERTNAMED_SOCKET is too long
 * they get CERTNAME_ERR_ARGUMENT: another daemon is never asked instead.
 */
struct certname_client *certname_client_new(void);

/*
 * Closes the connection and frees the client, which may be NULL. Questions of certname_ask() that
 * wait get CERTNAME_ERR_CANCELED first. Within a callback the client is freed when
 * certname_process() returns. Verdicts stay valid. Returns NULL.
 */
struct certname_client *certname_client_free(struct certname_client *_client);

/*
 * Sets the path of the daemon's socket, which is copied, and closes the connection. Returns 0;
 * CERTNAME_ERR_ARGUMENT if the path is empty or longer than 107 bytes or questions wait, and
 * nothing changes; CERTNAME_ERR_MEMORY.
 */
int certname_client_set_path(struct certname_client *_client, const char *_path);

/* Returns the path of the daemon's socket. It is valid until the path is set. */
const char *certname_client_path(const struct certname_client *_client);

/*
 * Gives the client a connected Unix stream socket instead of a path: for programs that cannot open
 * one, or run in a user namespace where the daemon's user cannot be recognised. Whoever connected
 * it answers for the daemon at the other end. The client owns the descriptor from then on and opens
 * no other: once the daemon closes it, or after a fork in the child, questions get
 * CERTNAME_ERR_UNAVAILABLE until another one is set. No other process may use the same connection.
 * Returns 0; or CERTNAME_ERR_ARGUMENT, the caller still owns the descriptor, and the client has
 * none.
 */
int certname_client_set_fd(struct certname_client *_client, int _fd);

/*
 * Takes the connected descriptor that a service manager or sandbox passed under the name
 * "certnamed" (LISTEN_FDS, LISTEN_PID and LISTEN_FDNAMES; systemd's OpenFile= does so), as
 * certname_client_set_fd() does, and makes it close on exec. One client of a process can take it.
 * Returns 1; 0 if none was passed, and nothing changes; or CERTNAME_ERR_ARGUMENT if it is not a
 * connected socket or another client has it. Set-id programs ignore the environment.
 */
int certname_client_use_passed_fd(struct certname_client *_client);

/*
 * Insecure: trusts any daemon, and any owner of the socket's folders, whose uid reads as 65534
 * because it has no number in this user namespace. That may be any user outside the namespace. Use
 * it only where nobody else can have made the socket. Returns 0 or CERTNAME_ERR_ARGUMENT.
 */
int certname_client_insecure_trust_unmapped_uid(struct certname_client *_client);

/*
 * Sets how many milliseconds a question may take from being asked to its answer, with connecting
 * and asking again; 5,000 unless set. Questions that wait keep theirs. Returns 0; or
 * CERTNAME_ERR_ARGUMENT for 0 and more than 3,600,000.
 */
int certname_client_set_timeout(struct certname_client *_client, unsigned _milliseconds);

/*
 * Returns in a sentence why the last function on this client returned an error, or 0 instead of
 * accepting: what failed, on what (the path, the errno), and what to do. In a callback it is about
 * the question of that callback. Empty if there was no error. It is valid until the next call on
 * the client.
 */
const char *certname_client_error(const struct certname_client *_client);

/* Returns the errno behind it; 0 if there is none. */
int certname_client_errno(const struct certname_client *_client);

/*
 * After CERTNAME_ERR_UNKNOWN_FIELD: returns the number of the question's field, by PROTOCOL.md,
 * that the daemon does not know or does not know all of, so that the caller can ask without it; 0
 * if the daemon did not say, and after anything else.
 */
unsigned certname_client_unknown_field(const struct certname_client *_client);

/* --- asking in one call --- */

/*
 * Asks whether the certificate, `len` bytes of DER, may stand for the host, a name or an IP address
 * that ends in NUL. The chain is not validated unless the daemon's policy says so. Returns 1 if the
 * daemon accepts; else 0, and certname_client_error() says why.
 */
int certname_match_hostname(struct certname_client *_client, const char *_host, const void *_der,
                            size_t _len);

/*
 * Asks the same about a chain of n certificates, the end entity's first, and for the path to a
 * trust anchor. Returns 1 if the daemon has verified all of it; else 0, and
 * certname_client_error() says why.
 */
int certname_verify_chain(struct certname_client *_client, const char *_host,
                          const struct certname_bytes *_chain, size_t _n);

/* --- the question --- */

struct certname_question;

/* Returns an empty question; NULL without memory. */
struct certname_question *certname_question_new(void);

/* Frees the question, which may be NULL. Returns NULL. */
struct certname_question *certname_question_free(struct certname_question *_question);

/*
 * Sets the reference identity: a host name in UTF-8 (U-labels or A-labels) or an IP address in
 * text, `len` bytes, copied. It replaces every earlier host. Returns 0; CERTNAME_ERR_ARGUMENT (over
 * 2,048 bytes, or 16 references of other types); CERTNAME_ERR_MEMORY. The daemon checks the name.
 */
int certname_question_set_host(struct certname_question *_question, const char *_host, size_t _len);

/* Types of reference identities. */
enum certname_reference {
    CERTNAME_HOST = 1,   /* a name or an address, as for certname_question_set_host() */
    CERTNAME_EMAIL = 2,  /* a mailbox, as in "jo@example.org" (RFC 5280, RFC 9598) */
    CERTNAME_URI = 3,    /* a URI, of which scheme and host are compared (RFC 9525) */
    CERTNAME_SPIFFE = 4, /* a SPIFFE ID, compared as a whole */
    CERTNAME_SRV = 5,    /* a service and its domain, as in "_imaps.example.org" (RFC 4985) */
};

/*
 * Adds a reference identity, `len` bytes of UTF-8, copied. One of several suffices, each by the
 * policy of its own domain; certname_verdict_reference() returns which it was. Returns 0;
 * CERTNAME_ERR_ARGUMENT (another type, a 17th, over 2,048 bytes); CERTNAME_ERR_MEMORY.
 */
int certname_question_add_reference(struct certname_question *_question,
                                    enum certname_reference _type, const char *_text, size_t _len);

/*
 * Declares that there is no reference identity, and asks for the path: whether these certificates
 * may be used at all. CERTNAME_VERIFIED then says nothing about any name, and
 * certname_verdict_checked() does not list "identity". Adding a reference takes the declaration
 * back, but the path stays asked for. Returns 0; or CERTNAME_ERR_ARGUMENT if there is a reference.
 */
int certname_question_without_identity(struct certname_question *_question);

/*
 * Adds a certificate in DER, `len` bytes, copied: the end entity's first, then the others that the
 * server sent. Returns 0; CERTNAME_ERR_ARGUMENT (a 65th); CERTNAME_ERR_TOO_LARGE (over 32,768
 * bytes); CERTNAME_ERR_MEMORY.
 */
int certname_question_add_certificate(struct certname_question *_question, const void *_der,
                                      size_t _len);

enum certname_purpose {
    CERTNAME_PURPOSE_UNSPECIFIED = 0,
    CERTNAME_PURPOSE_SERVER = 1,
    CERTNAME_PURPOSE_CLIENT = 2,
};

/*
 * The path: the time at which certificates, CRLs and OCSP responses are judged (seconds since
 * 1970-01-01T00:00:00Z), and a trust anchor in DER (at most 16). The daemon uses them only where
 * its policy allows that; elsewhere the question gets CERTNAME_ERR_UNSUPPORTED. A CRL in DER (at
 * most 16), the OCSP response that the server stapled (RFC 6960, DER; it replaces an earlier one),
 * and the number of intermediates, self-issued ones not counted, only make the check stricter.
 *
 * Each returns 0; CERTNAME_ERR_ARGUMENT; CERTNAME_ERR_TOO_LARGE (an anchor over 32,768 bytes, a CRL
 * or response over 196,608); CERTNAME_ERR_MEMORY. Data is copied. A question with any of them
 * needs certname_question_require_path(), or else gets CERTNAME_ERR_INVALID_REQUEST.
 */
int certname_question_set_time(struct certname_question *_question, int64_t _seconds);
int certname_question_add_anchor(struct certname_question *_question, const void *_der,
                                 size_t _len);
int certname_question_add_crl(struct certname_question *_question, const void *_der, size_t _len);
int certname_question_set_ocsp(struct certname_question *_question, const void *_der, size_t _len);
int certname_question_set_max_depth(struct certname_question *_question, unsigned _intermediates);

/* Asks for the path to a trust anchor too: only CERTNAME_VERIFIED accepts then. Returns 0. */
int certname_question_require_path(struct certname_question *_question);

/* Asks for the reason why each presented identity does not match. It changes nothing else. Returns
 * 0. */
int certname_question_explain(struct certname_question *_question);

/* Sets what the certificate is used for. Returns 0; or CERTNAME_ERR_ARGUMENT for another value. */
int certname_question_set_purpose(struct certname_question *_question,
                                  enum certname_purpose _purpose);

/* --- asking --- */

/*
 * Asks and waits, at most for the client's timeout. It connects if need be, and asks once more on a
 * new connection if the daemon went away. On each connection that the library opens it checks that
 * the listener (SO_PEERCRED) is root, the caller's own effective uid or the uid that the library
 * was built for.
 *
 * Returns CERTNAME_NAME_MATCHES, CERTNAME_VERIFIED or CERTNAME_NOT_VERIFIED, and *verdictp is the
 * caller's to free; or a negative enum certname_error, and *verdictp is NULL. `verdictp` may be
 * NULL. CERTNAME_ERR_ARGUMENT while questions of certname_ask() wait, and within a callback.
 */
int certname_verify(struct certname_client *_client, const struct certname_question *_question,
                    struct certname_verdict **_verdictp);

/* Asks about one certificate and a host name that ends in NUL, without a path; returns the same. */
int certname_verify_host(struct certname_client *_client, const char *_host, const void *_der,
                         size_t _len, struct certname_verdict **_verdictp);

/* --- asking without waiting --- */

/*
 * Receives the answer to one question: the result as certname_verify() returns it, and the verdict,
 * which is the function's to free and NULL where the result is negative. It may ask further
 * questions and free the client, but not call other functions that ask or process.
 */
typedef void (*certname_answer_fn)(void *_context, int _result, struct certname_verdict *_verdict);

/*
 * Queues a question, of which the library keeps a copy, and returns without input or output:
 * certname_process() does the work. The library sends 64 questions at a time on one connection, and
 * sends one again while the daemon is busy, or once if the daemon went away. `answer` is called
 * exactly once, within certname_process() or certname_client_free(), by the timeout at the latest
 * as long as certname_process() is called in time.
 *
 * Returns 0; or a negative enum certname_error, and `answer` is never called: CERTNAME_ERR_BUSY if
 * 65,536 questions or 256 MiB of them wait.
 */
int certname_ask(struct certname_client *_client, const struct certname_question *_question,
                 certname_answer_fn _answer, void *_context);

/*
 * Does what can be done without waiting: connects, sends, reads, and calls callbacks. The work of
 * one call is bounded: at most one read of 32 KiB, and 32 questions whose time is up. Call it after
 * certname_ask(), when the descriptor has one of the events, and when the wait is over; after each
 * call look at descriptor, events and wait again. Returns how many questions still wait; or
 * CERTNAME_ERR_ARGUMENT within a callback, or CERTNAME_ERR_UNAVAILABLE without random bytes.
 */
int certname_process(struct certname_client *_client);

/* Returns the descriptor to watch; -1 while there is none, as while connecting has to wait. */
int certname_client_fd(const struct certname_client *_client);

/*
 * Returns a number that changes with each connection. An event loop that keeps descriptors (epoll)
 * has to add the descriptor anew when this changes, even if the descriptor has the same number.
 */
unsigned certname_client_connection(const struct certname_client *_client);

/* Returns the events to watch for: POLLIN, POLLIN | POLLOUT, or 0 without a descriptor. */
int certname_client_events(const struct certname_client *_client);

/*
 * Returns in how many milliseconds certname_process() has to be called if no event occurs before: 0
 * at once, -1 never.
 */
int certname_client_wait_ms(const struct certname_client *_client);

/* --- threads --- */

struct certname_pool;

/*
 * Returns a pool of clients with the path, the timeout and the trust of `model`, which stays the
 * caller's. Every function of the pool may be called by several threads at once and after a fork,
 * but certname_pool_free(). NULL without memory, or if the model was given a descriptor.
 */
struct certname_pool *certname_pool_new(const struct certname_client *_model);

/* Frees the pool, which may be NULL, and its idle clients. Returns NULL. */
struct certname_pool *certname_pool_free(struct certname_pool *_pool);

/*
 * Returns an idle client, mostly with an open connection, or a new one; it is the caller's until
 * certname_pool_give() or certname_client_free(). NULL without memory.
 */
struct certname_client *certname_pool_take(struct certname_pool *_pool);

/* Gives a client back, which may be NULL, with no question waiting. 64 idle ones are kept. */
void certname_pool_give(struct certname_pool *_pool, struct certname_client *_client);

/* --- the strictest sandbox --- */

struct certname_strict;

/*
 * Prepares `len` bytes of the caller's memory, aligned for any type, and a connected Unix stream
 * socket for certname_strict_verify(), and draws a key for tags. Call it before the sandbox is
 * entered, and again in a child after a fork. The descriptor stays the caller's, must block, and
 * has no other user. Returns a pointer into the memory; NULL if there is too little (4,096 bytes
 * suffice for certificates up to 1,500 bytes; doc/sandboxes.md has the table), or no random bytes.
 */
struct certname_strict *certname_strict_new(void *_memory, size_t _len, int _fd);

/*
 * Asks about one certificate and waits for the answer. The function makes no system call but
 * read(2) and write(2), so that it works under SECCOMP_MODE_STRICT. It has no timeout of its own:
 * set SO_RCVTIMEO and SO_SNDTIMEO beforehand, and ignore SIGPIPE. With `path` not 0 it asks for the
 * path too.
 *
 * Returns what certname_verify() returns. CERTNAME_ERR_MEMORY: the prepared memory is too small for
 * the question or the answer. After any error but CERTNAME_ERR_ARGUMENT, _TOO_LARGE and those from
 * the daemon the connection is of no further use, and each later call returns
 * CERTNAME_ERR_UNAVAILABLE.
 */
int certname_strict_verify(struct certname_strict *_strict, const char *_host, size_t _host_len,
                           const void *_der, size_t _len, int _path);

/* --- the service --- */

enum certname_inquiry {
    CERTNAME_STATUS = 2,  /* what the daemon does and holds, as JSON */
    CERTNAME_METRICS = 3, /* its counters, as OpenMetrics */
    CERTNAME_RELOAD = 4,  /* reads its configuration again, and says what came of it */
};

/* The daemon's administrative socket. */
#define CERTNAME_ADMIN_SOCKET "/run/certnamed/admin.sock"

/*
 * Asks the daemon about itself, or to reload, and waits. The client has to be connected to the
 * administrative socket: set CERTNAME_ADMIN_SOCKET with certname_client_set_path() before. It is
 * for root and the user that started the daemon; others, and a client of the socket for questions,
 * get CERTNAME_ERR_FORBIDDEN. Returns 0 and *textp, a string for free(); or a negative enum
 * certname_error, and *textp is NULL. With CERTNAME_ERR_RELOAD certname_client_error() says what is
 * wrong with the configuration. CERTNAME_ERR_ARGUMENT while questions wait.
 */
int certname_inquire(struct certname_client *_client, enum certname_inquiry _inquiry,
                     char **_textp);

/* --- what the daemon speaks, knows and takes --- */

struct certname_hello;

/* Limits of the daemon, each in the unit of its name or a number. */
enum certname_limit {
    CERTNAME_LIMIT_REQUEST_BYTES = 1, /* of a frame, its header included */
    CERTNAME_LIMIT_CERTIFICATES = 2,
    CERTNAME_LIMIT_CERTIFICATE_BYTES = 3,
    CERTNAME_LIMIT_REFERENCES = 4,
    CERTNAME_LIMIT_REFERENCE_BYTES = 5,
    CERTNAME_LIMIT_ANCHORS = 6,
    CERTNAME_LIMIT_CRLS = 7,
    CERTNAME_LIMIT_REPLY_BYTES = 8, /* of a frame, its header included */
    CERTNAME_LIMIT_IN_FLIGHT = 9,   /* requests of one connection */
    CERTNAME_LIMIT_IN_FLIGHT_PER_UID = 10,
    CERTNAME_LIMIT_CONNECTIONS_PER_UID = 11,
    CERTNAME_LIMIT_QUEUE_MS = 12, /* the longest time that a request waits for a verifier */
};

/*
 * Asks the daemon, at any of its sockets, what it speaks, knows and takes, and waits. Returns 0 and
 * *hellop, for certname_hello_free(); or a negative enum certname_error, and *hellop is NULL. A
 * daemon that is older than this question gives CERTNAME_ERR_UNKNOWN_KIND: it knows the fields 1 to
 * 15 and has the limits of PROTOCOL.md. CERTNAME_ERR_ARGUMENT while questions wait.
 */
int certname_client_hello(struct certname_client *_client, struct certname_hello **_hellop);

/* Frees the answer, which may be NULL. Returns NULL. */
struct certname_hello *certname_hello_free(struct certname_hello *_hello);

/* Returns a version of frames that the daemon speaks; 0 if there is no `index`-th. */
unsigned certname_hello_version(const struct certname_hello *_hello, size_t _index);

/* Returns the number of the last field of a question that the daemon knows. */
unsigned certname_hello_last_field(const struct certname_hello *_hello);

/* Returns a limit; 0 if the daemon does not say, or there is no such limit. */
unsigned certname_hello_limit(const struct certname_hello *_hello, enum certname_limit _limit);

/* Returns the name of a feature, as in PROTOCOL.md; NULL if there is no `index`-th. */
const char *certname_hello_feature(const struct certname_hello *_hello, size_t _index);

/* Returns 1 if the daemon has the feature, else 0. */
int certname_hello_has_feature(const struct certname_hello *_hello, const char *_feature);

/* Returns the daemon's release, for people; may be empty. It may hold control characters. */
const char *certname_hello_release(const struct certname_hello *_hello);

#ifdef __cplusplus
}
#endif

#endif
