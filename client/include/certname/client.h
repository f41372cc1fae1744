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

/*
 * Errors. With any of them there is no verdict. A value is never reused for another error; other
 * negative values are errors too.
 */
enum certname_error {
    /* errors of the library */
    CERTNAME_ERR_MEMORY = -1, /* memory ran out */
    /* the function was used wrongly: NULL, no host, no certificate, ... */
    CERTNAME_ERR_ARGUMENT = -2,
    /* there is no daemon or no descriptor; or the daemon closed the connection twice; or it has no
       policy, because its configuration is refused */
    CERTNAME_ERR_UNAVAILABLE = -3,
    CERTNAME_ERR_TIMEOUT = -4,          /* the deadline passed without an answer */
    CERTNAME_ERR_PROTOCOL = -5,         /* the reply is malformed or does not answer the question */
    CERTNAME_ERR_UNTRUSTED_DAEMON = -6, /* another user than the daemon's listens on the socket */
    CERTNAME_ERR_RELOAD = -7,   /* the daemon refuses the new configuration and keeps the old one */
    CERTNAME_ERR_CANCELED = -8, /* the client was freed before the answer came */

    /* errors of the daemon: -100 minus the error code of PROTOCOL.md */
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
    /* the daemon is over a quota or has too many connections: ask again later */
    CERTNAME_ERR_BUSY = -111,
    CERTNAME_ERR_RESOURCES = -112, /* the verification ran out of time or memory, or crashed */
    CERTNAME_ERR_FORBIDDEN = -113, /* this user may not ask this question or make this inquiry */
};

/*
 * Returns 1 if the result accepts at least what `least` names, else 0. `least` is
 * CERTNAME_NAME_MATCHES, which a verified path satisfies as well, or CERTNAME_VERIFIED.
 */
int certname_accepts(int _result, int _least);

/*
 * Returns the name of a result or an error, for example "name-matches" or "unavailable"; "unknown"
 * for other values. Never returns NULL.
 */
const char *certname_result_name(int _result);

/* --- the client --- */

struct certname_client;

/*
 * Returns a new client for the daemon at the path in CERTNAMED_SOCKET, if that variable is set and
 * not empty and the program is not set-id; else for the daemon at /run/certnamed/certnamed.sock.
 * The client connects when it is first asked. Returns NULL if memory ran out.
 *
 * The built-in path is used only if root owns each folder that leads to it and nobody else can
 * write to those folders; otherwise questions get CERTNAME_ERR_UNTRUSTED_DAEMON. If
 * CERTNAMED_SOCKET is too long questions get CERTNAME_ERR_ARGUMENT: the daemon at the built-in path
 * is never asked instead.
 */
struct certname_client *certname_client_new(void);

/*
 * Closes the connection and frees the client, which may be NULL. Before that, questions of
 * certname_ask() that still wait get CERTNAME_ERR_CANCELED. If a callback calls this function the
 * client is freed when certname_process() returns. Verdicts stay valid. Returns NULL.
 */
struct certname_client *certname_client_free(struct certname_client *_client);

/*
 * Sets the path of the daemon's socket, which is copied, and closes the connection. Returns 0;
 * CERTNAME_ERR_ARGUMENT if the path is empty or longer than 107 bytes or if questions wait; or
 * CERTNAME_ERR_MEMORY. After an error nothing has changed.
 */
int certname_client_set_path(struct certname_client *_client, const char *_path);

/*
 * Returns the path of the daemon's socket. The string is valid until the path is set or the client
 * is freed.
 */
const char *certname_client_path(const struct certname_client *_client);

/*
 * Gives the client a connected Unix stream socket instead of a path: for programs that cannot
 * connect themselves, or that run in a user namespace in which the daemon's user cannot be
 * recognised. The process that connected the socket is responsible for the right daemon being at
 * its other end. The client owns the descriptor from then on and opens no connection itself: once
 * the daemon closes this one, or in the child after a fork, questions get CERTNAME_ERR_UNAVAILABLE
 * until another descriptor is set. No other process may use the same connection. Returns 0; or
 * CERTNAME_ERR_ARGUMENT, and the caller still owns the descriptor: if questions wait nothing
 * changes, otherwise the client has no descriptor.
 */
int certname_client_set_fd(struct certname_client *_client, int _fd);

/*
 * Takes the connected descriptor that a service manager or sandbox passed under the name
 * "certnamed" (LISTEN_FDS, LISTEN_PID and LISTEN_FDNAMES; systemd's OpenFile= does so), gives it to
 * the client as certname_client_set_fd() does, and sets FD_CLOEXEC on it. Only one client of a
 * process can take it. Returns 1; 0 if no descriptor was passed, and nothing changes; or
 * CERTNAME_ERR_ARGUMENT if the descriptor is no connected socket or another client has it. Set-id
 * programs ignore the environment and get 0.
 */
int certname_client_use_passed_fd(struct certname_client *_client);

/*
 * Insecure: trusts any daemon, and any owner of the socket's folders, whose uid reads as 65534
 * because it has no number in this user namespace. That may be any user outside the namespace. Use
 * it only where nobody else can have made the socket. Returns 0 or CERTNAME_ERR_ARGUMENT.
 */
int certname_client_insecure_trust_unmapped_uid(struct certname_client *_client);

/*
 * Sets how many milliseconds a question may take from the call that asks it to its answer, which
 * includes connecting and asking again. The default is 5,000. Questions that already wait keep
 * their timeout. Returns 0; or CERTNAME_ERR_ARGUMENT for 0 and for more than 3,600,000.
 */
int certname_client_set_timeout(struct certname_client *_client, unsigned _milliseconds);

/*
 * Returns one sentence that says why the last function on this client returned an error, or 0
 * instead of accepting: what failed, with which object (the path, the errno), and what to do. In a
 * callback the sentence is about the question of that callback. It is empty if there was no error,
 * and valid until the next call on the client.
 */
const char *certname_client_error(const struct certname_client *_client);

/*
 * Returns the errno of the failed system call that certname_client_error() describes; 0 if none
 * failed.
 */
int certname_client_errno(const struct certname_client *_client);

/*
 * After CERTNAME_ERR_UNKNOWN_FIELD: returns the number (see PROTOCOL.md) of the field of the
 * question that the daemon does not know, or of which it does not know a part, so that the caller
 * can ask without it. Returns 0 if the daemon did not name a field, and after any other result.
 */
unsigned certname_client_unknown_field(const struct certname_client *_client);

/* --- asking in one call --- */

/*
 * Asks whether the certificate (`len` bytes of DER) may stand for the host, which is a host name or
 * an IP address that ends in NUL. The chain is not validated unless the daemon's policy demands
 * that. Returns 1 if the daemon accepts; else 0, and certname_client_error() says why.
 */
int certname_match_hostname(struct certname_client *_client, const char *_host, const void *_der,
                            size_t _len);

/*
 * Asks whether the first of n certificates, the end entity's, may stand for the host, and whether
 * the certificates form a path to a trust anchor. Returns 1 if the daemon has verified both; else
 * 0, and certname_client_error() says why.
 */
int certname_verify_chain(struct certname_client *_client, const char *_host,
                          const struct certname_bytes *_chain, size_t _n);

/* --- the question --- */

struct certname_question;

/* Returns an empty question; NULL if memory ran out. */
struct certname_question *certname_question_new(void);

/* Frees the question, which may be NULL. Returns NULL. */
struct certname_question *certname_question_free(struct certname_question *_question);

/*
 * Sets the host of the question as a reference identity: a host name in UTF-8 (U-labels or
 * A-labels) or an IP address in text, `len` bytes, which are copied. It replaces every host that
 * was set or added before. The daemon checks the name. Returns 0; CERTNAME_ERR_ARGUMENT (more than
 * 2,048 bytes, or the question has 16 references of other types); or CERTNAME_ERR_MEMORY.
 */
int certname_question_set_host(struct certname_question *_question, const char *_host, size_t _len);

/* Types of reference identities. */
enum certname_reference {
    CERTNAME_HOST = 1,   /* a name or an address, as for certname_question_set_host() */
    CERTNAME_EMAIL = 2,  /* a mailbox, for example "jo@example.org" (RFC 5280, RFC 9598) */
    CERTNAME_URI = 3,    /* a URI, of which scheme and host are compared (RFC 9525) */
    CERTNAME_SPIFFE = 4, /* a SPIFFE ID, compared as a whole */
    CERTNAME_SRV = 5,    /* a service and its domain, for example "_imaps.example.org" (RFC 4985) */
};

/*
 * Adds a reference identity, `len` bytes of UTF-8, which are copied. If a question has several, it
 * is enough that one of them matches, each judged by the policy of its own domain;
 * certname_verdict_reference() returns which one matched. Returns 0; CERTNAME_ERR_ARGUMENT (an
 * unknown type, a 17th reference, more than 2,048 bytes); or CERTNAME_ERR_MEMORY.
 */
int certname_question_add_reference(struct certname_question *_question,
                                    enum certname_reference _type, const char *_text, size_t _len);

/*
 * Declares that the question has no reference identity, and asks for the path: whether these
 * certificates may be used at all. CERTNAME_VERIFIED then says nothing about any name, and
 * certname_verdict_checked() does not list "identity". Adding a reference identity cancels the
 * declaration, but the question still asks for the path. Returns 0; or CERTNAME_ERR_ARGUMENT if the
 * question has a reference identity.
 */
int certname_question_without_identity(struct certname_question *_question);

/*
 * Adds a certificate, `len` bytes of DER, which are copied: first the end entity's, then the others
 * that the server sent. Returns 0; CERTNAME_ERR_ARGUMENT (a 65th); CERTNAME_ERR_TOO_LARGE (over
 * 32,768 bytes); or CERTNAME_ERR_MEMORY.
 */
int certname_question_add_certificate(struct certname_question *_question, const void *_der,
                                      size_t _len);

/* Types of names in a certificate. The numbers are those of the protocol. */
enum certname_name {
    CERTNAME_NAME_DNS = 1,       /* a dNSName, in UTF-8 */
    CERTNAME_NAME_IP = 2,        /* an iPAddress of 4 or 16 octets */
    CERTNAME_NAME_COMMON = 3,    /* a commonName of the subject, in UTF-8 */
    CERTNAME_NAME_EMAIL = 4,     /* an rfc822Name */
    CERTNAME_NAME_URI = 5,       /* a uniformResourceIdentifier */
    CERTNAME_NAME_SRV = 6,       /* an SRVName */
    CERTNAME_NAME_OTHER = 7,     /* any other GeneralName */
    CERTNAME_NAME_MALFORMED = 8, /* a name that cannot be decoded; it matches nothing */
};

/*
 * Declares that the question has no certificate, and asks about the names that were read from one:
 * for programs that have a decoded certificate but not its DER. Such a question must ask about a
 * host and not for the path. If the policy needs more than the names, because it has the path
 * validated, pins keys, or denies certificates, the question gets CERTNAME_ERR_UNSUPPORTED. The
 * verdict has no leaf (NULL). Returns 0; or CERTNAME_ERR_ARGUMENT if the question has a
 * certificate.
 */
int certname_question_without_certificate(struct certname_question *_question);

/*
 * Adds a name of the certificate, `len` bytes, which are copied, and declares that the question has
 * no certificate, as certname_question_without_certificate() does. Add first the names of
 * subjectAltName in their order, then the common names; leaving one out can change the answer.
 * Returns 0; CERTNAME_ERR_ARGUMENT (an unknown type, an address of another length, a 201st name, or
 * the question has a certificate); CERTNAME_ERR_TOO_LARGE (over 32,768 bytes); or
 * CERTNAME_ERR_MEMORY.
 */
int certname_question_add_name(struct certname_question *_question, enum certname_name _type,
                               const void *_data, size_t _len);

enum certname_purpose {
    CERTNAME_PURPOSE_UNSPECIFIED = 0,
    CERTNAME_PURPOSE_SERVER = 1,
    CERTNAME_PURPOSE_CLIENT = 2,
};

/*
 * These functions set parameters of the validation of the path.
 *
 * The first two are used only if the daemon's policy allows that; otherwise the question gets
 * CERTNAME_ERR_UNSUPPORTED: the time for which certificates, CRLs and OCSP responses are judged
 * (seconds since 1970-01-01T00:00:00Z), and a trust anchor in DER (at most 16).
 *
 * The others only make the check stricter: a CRL in DER (at most 16); the OCSP response that the
 * server stapled (RFC 6960, in DER; it replaces one that was set before); and the largest number of
 * intermediates, not counting self-issued ones.
 *
 * Each returns 0; CERTNAME_ERR_ARGUMENT; CERTNAME_ERR_TOO_LARGE (an anchor over 32,768 bytes, a CRL
 * or response over 196,608); or CERTNAME_ERR_MEMORY. Data is copied. A question with any of these
 * parameters needs certname_question_require_path(), otherwise it gets
 * CERTNAME_ERR_INVALID_REQUEST.
 */
int certname_question_set_time(struct certname_question *_question, int64_t _seconds);
int certname_question_add_anchor(struct certname_question *_question, const void *_der,
                                 size_t _len);
int certname_question_add_crl(struct certname_question *_question, const void *_der, size_t _len);
int certname_question_set_ocsp(struct certname_question *_question, const void *_der, size_t _len);
int certname_question_set_max_depth(struct certname_question *_question, unsigned _intermediates);

/*
 * Makes the question ask for the path to a trust anchor too; then only CERTNAME_VERIFIED accepts.
 * Returns 0.
 */
int certname_question_require_path(struct certname_question *_question);

/*
 * Asks for the reason why each presented identity does not match. The result stays the same.
 * Returns 0.
 */
int certname_question_explain(struct certname_question *_question);

/*
 * Sets the purpose that the certificate must be allowed to be used for. Returns 0; or
 * CERTNAME_ERR_ARGUMENT for an unknown value.
 */
int certname_question_set_purpose(struct certname_question *_question,
                                  enum certname_purpose _purpose);

/* --- asking --- */

/*
 * Asks the question and waits for the answer, at most for the client's timeout. Connects if there
 * is no connection, and asks once more on a new connection if the daemon closed the old one. On
 * each connection that the library opens it checks that the listening process (SO_PEERCRED) runs as
 * root, as the caller's own effective uid, or as the uid that the library was built for.
 *
 * Returns CERTNAME_NAME_MATCHES, CERTNAME_VERIFIED or CERTNAME_NOT_VERIFIED, and *verdictp is a
 * verdict that the caller frees; or a negative enum certname_error, and *verdictp is NULL.
 * `verdictp` may be NULL. Returns CERTNAME_ERR_ARGUMENT while questions of certname_ask() wait, and
 * in a callback.
 */
int certname_verify(struct certname_client *_client, const struct certname_question *_question,
                    struct certname_verdict **_verdictp);

/*
 * Asks whether one certificate may stand for a host name that ends in NUL, without asking for the
 * path. Returns what certname_verify() returns.
 */
int certname_verify_host(struct certname_client *_client, const char *_host, const void *_der,
                         size_t _len, struct certname_verdict **_verdictp);

/* --- asking without waiting --- */

/*
 * Receives the answer to one question: the result that certname_verify() would return, and the
 * verdict, which this function must free; it is NULL if the result is negative. The function may
 * call certname_ask() and free the client, but must not call other functions that ask or process.
 */
typedef void (*certname_answer_fn)(void *_context, int _result, struct certname_verdict *_verdict);

/*
 * Queues a question, of which the library keeps a copy, and returns without input or output, which
 * certname_process() does. The library has at most 64 questions unanswered on one connection. It
 * sends a question again while the daemon is busy, and once more if the daemon closed the
 * connection. `answer` is called exactly once, by certname_process() or certname_client_free(); and
 * by the timeout at the latest, provided that certname_process() is called in time.
 *
 * Returns 0; or a negative enum certname_error, and `answer` is never called. CERTNAME_ERR_BUSY
 * means that 65,536 questions or 256 MiB of questions already wait.
 */
int certname_ask(struct certname_client *_client, const struct certname_question *_question,
                 certname_answer_fn _answer, void *_context);

/*
 * Does everything that can be done without waiting: connects, sends, reads, and calls callbacks.
 * The work of one call is limited to one read of 32 KiB and 32 questions whose deadline has passed.
 * Call this function after certname_ask(), when the descriptor has one of the events, and when the
 * time of certname_client_wait_ms() is over; after each call ask for the descriptor, the events and
 * the time again. Returns the number of questions that still wait; CERTNAME_ERR_ARGUMENT in a
 * callback; or CERTNAME_ERR_UNAVAILABLE if the kernel gives no random bytes.
 */
int certname_process(struct certname_client *_client);

/*
 * Returns the descriptor to watch; -1 while there is none, for example during a pause before
 * connecting.
 */
int certname_client_fd(const struct certname_client *_client);

/*
 * Returns a number that changes with each new connection. An event loop that registers descriptors
 * (epoll) must register the descriptor again when this number changes, even if the descriptor's
 * number is the same.
 */
unsigned certname_client_connection(const struct certname_client *_client);

/*
 * Returns the events of poll(2) to watch for: POLLIN, POLLIN | POLLOUT, or 0 if there is no
 * descriptor.
 */
int certname_client_events(const struct certname_client *_client);

/*
 * Returns after how many milliseconds certname_process() must be called if no event occurs before:
 * 0 means at once, -1 means never.
 */
int certname_client_wait_ms(const struct certname_client *_client);

/* --- threads --- */

struct certname_pool;

/*
 * Returns a pool of clients that have the path, the timeout and the trust settings of `model`,
 * which still belongs to the caller. Several threads may call the functions of the pool at the same
 * time, also after a fork, except certname_pool_free(). Returns NULL if memory ran out, or if the
 * model was given a descriptor.
 */
struct certname_pool *certname_pool_new(const struct certname_client *_model);

/* Frees the pool, which may be NULL, and its idle clients. Returns NULL. */
struct certname_pool *certname_pool_free(struct certname_pool *_pool);

/*
 * Returns a client, which belongs to the caller until certname_pool_give() or
 * certname_client_free(): an idle client, usually with an open connection, or a new one. Returns
 * NULL if memory ran out.
 */
struct certname_client *certname_pool_take(struct certname_pool *_pool);

/*
 * Gives back a client, which may be NULL, on which no question waits. The pool keeps at most 64
 * idle clients and frees others.
 */
void certname_pool_give(struct certname_pool *_pool, struct certname_client *_client);

/* --- the strictest sandbox --- */

struct certname_strict;

/*
 * Prepares `len` bytes of the caller's memory, aligned for any type, and a connected Unix stream
 * socket for certname_strict_verify(), and draws a random key for tags. Call this function before
 * the sandbox is entered, and again in a child after a fork. The descriptor still belongs to the
 * caller; it must be in blocking mode and nobody else may use it. Returns a pointer into the
 * memory; or NULL if there is too little memory (4,096 bytes suffice for certificates up to 1,500
 * bytes; doc/sandboxes.md has the table) or the kernel gives no random bytes.
 */
struct certname_strict *certname_strict_new(void *_memory, size_t _len, int _fd);

/*
 * Asks about one certificate and waits for the answer. With `path` not 0 it also asks for the path
 * to a trust anchor. The function makes no system calls except read(2) and write(2), so that it
 * works under SECCOMP_MODE_STRICT. It has no timeout of its own: set SO_RCVTIMEO and SO_SNDTIMEO
 * beforehand, and ignore SIGPIPE.
 *
 * Returns what certname_verify() returns. CERTNAME_ERR_MEMORY means that the prepared memory is too
 * small for the question or the answer. After any error except CERTNAME_ERR_ARGUMENT,
 * CERTNAME_ERR_TOO_LARGE and the daemon's errors about this question the connection cannot be used
 * any more, and each later call returns CERTNAME_ERR_UNAVAILABLE.
 */
int certname_strict_verify(struct certname_strict *_strict, const char *_host, size_t _host_len,
                           const void *_der, size_t _len, int _path);

/* --- the service --- */

enum certname_inquiry {
    CERTNAME_STATUS = 2,  /* returns what the daemon does and holds, as JSON */
    CERTNAME_METRICS = 3, /* returns the daemon's counters, in the format OpenMetrics */
    /* makes the daemon read its configuration again, and returns what came of that */
    CERTNAME_RELOAD = 4,
};

/* The path of the daemon's administrative socket. */
#define CERTNAME_ADMIN_SOCKET "/run/certnamed/admin.sock"

/*
 * Makes an inquiry about the daemon itself, or makes it reload, and waits for the answer. The
 * client must be connected to the administrative socket: call certname_client_set_path() with
 * CERTNAME_ADMIN_SOCKET before. Only root and the user that started the daemon may use that socket;
 * others, and clients of the socket for questions, get CERTNAME_ERR_FORBIDDEN. Returns 0, and
 * *textp is a string that the caller frees with free(); or a negative enum certname_error, and
 * *textp is NULL. With CERTNAME_ERR_RELOAD certname_client_error() says what is wrong with the
 * configuration. Returns CERTNAME_ERR_ARGUMENT while questions wait.
 */
int certname_inquire(struct certname_client *_client, enum certname_inquiry _inquiry,
                     char **_textp);

/* --- what the daemon speaks, knows and takes --- */

struct certname_hello;

/*
 * Limits of the daemon. Each is a number of the things in its name; BYTES and MS are bytes and
 * milliseconds.
 */
enum certname_limit {
    CERTNAME_LIMIT_REQUEST_BYTES = 1, /* of a whole frame, including the header */
    CERTNAME_LIMIT_CERTIFICATES = 2,
    CERTNAME_LIMIT_CERTIFICATE_BYTES = 3,
    CERTNAME_LIMIT_REFERENCES = 4,
    CERTNAME_LIMIT_REFERENCE_BYTES = 5,
    CERTNAME_LIMIT_ANCHORS = 6,
    CERTNAME_LIMIT_CRLS = 7,
    CERTNAME_LIMIT_REPLY_BYTES = 8, /* of a whole frame, including the header */
    CERTNAME_LIMIT_IN_FLIGHT = 9,   /* requests that may be unanswered on one connection */
    CERTNAME_LIMIT_IN_FLIGHT_PER_UID = 10,
    CERTNAME_LIMIT_CONNECTIONS_PER_UID = 11,
    CERTNAME_LIMIT_QUEUE_MS = 12, /* the longest time for which a request waits for a verifier */
};

/*
 * Asks the daemon, at any of its sockets, for its protocol versions, features and limits, and waits
 * for the answer. Returns 0, and *hellop is to be freed by certname_hello_free(); or a negative
 * enum certname_error, and *hellop is NULL. A daemon that is older than this inquiry gives
 * CERTNAME_ERR_UNKNOWN_KIND; it knows the fields 1 to 15 and has the limits that PROTOCOL.md names.
 * Returns CERTNAME_ERR_ARGUMENT while questions wait.
 */
int certname_client_hello(struct certname_client *_client, struct certname_hello **_hellop);

/* Frees the answer, which may be NULL. Returns NULL. */
struct certname_hello *certname_hello_free(struct certname_hello *_hello);

/*
 * Returns the `_index`-th version of frames that the daemon understands; 0 if there is none of that
 * number.
 */
unsigned certname_hello_version(const struct certname_hello *_hello, size_t _index);

/* Returns the highest field number of a question that the daemon knows. */
unsigned certname_hello_last_field(const struct certname_hello *_hello);

/* Returns a limit; 0 if the daemon did not name it, or there is no such limit. */
unsigned certname_hello_limit(const struct certname_hello *_hello, enum certname_limit _limit);

/*
 * Returns the `_index`-th feature by its name in PROTOCOL.md; NULL if there is none of that number.
 */
const char *certname_hello_feature(const struct certname_hello *_hello, size_t _index);

/* Returns 1 if the daemon has the feature, else 0. */
int certname_hello_has_feature(const struct certname_hello *_hello, const char *_feature);

/*
 * Returns the release of the daemon, for people. It may be empty, and may contain control
 * characters.
 */
const char *certname_hello_release(const struct certname_hello *_hello);

#ifdef __cplusplus
}
#endif

#endif
