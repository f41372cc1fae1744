/* SPDX-License-Identifier: MIT */
#ifndef CERTNAME_CLIENT_H
#define CERTNAME_CLIENT_H

/*
 * libcertname-client: asks certnamed whether certificates may stand for a name.
 *
 *     struct certname_client *client = certname_client_new();
 *     struct certname_verdict *verdict = NULL;
 *     int r = certname_verify_host(client, "www.example.org", der, der_len, &verdict);
 *
 *     if (r == CERTNAME_NAME_MATCHES)
 *         puts("the certificate is for that name; its chain has not been validated");
 *     else if (r == CERTNAME_NOT_VERIFIED)
 *         printf("refused: %s\n", certname_verdict_message(verdict));
 *     else
 *         printf("no verdict: %s\n", certname_client_error(client));
 *     certname_verdict_free(verdict);
 *     certname_client_free(client);
 *
 * One sign convention everywhere: positive accepts, zero refuses, negative is no verdict. Compare
 * with the constants, by ==. Everything else is a refusal.
 *
 * Threads: a client, a question and a verdict are each used by one thread at a time; different ones
 * are independent. The library keeps no global state, installs no signal handler, raises no
 * SIGPIPE, and preserves errno where it succeeds. After a fork the child's first call on a client
 * opens a connection of its own; questions that waited on the old one are the parent's. So does the
 * next call where the program has closed the connection's descriptor, whatever has its number by
 * then. NULL instead of an object is CERTNAME_ERR_ARGUMENT, or reads as a verdict that refuses;
 * where certname_verdict_...() fill something in it must be there.
 *
 * The protocol is described in PROTOCOL.md.
 */

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* --- results --- */

/*
 * The two that accept are not each other: a caller who asked for the path never gets the first.
 * Every two of these values differ in at least 12 bits.
 */
enum certname_result {
    CERTNAME_NOT_VERIFIED = 0,          /* refused: the verdict says why */
    CERTNAME_NAME_MATCHES = 0x35A6C993, /* identity and policy; the chain has not been validated */
    CERTNAME_VERIFIED = 0x5CA96C6C,     /* identity, policy, and the path to a trust anchor */
};

/* No verdict. Values are never reused; a value not listed here is an error all the same. */
enum certname_error {
    /* found by the library */
    CERTNAME_ERR_MEMORY = -1,      /* no memory */
    CERTNAME_ERR_ARGUMENT = -2,    /* the caller's mistake: NULL, no host, no certificate, ... */
    CERTNAME_ERR_UNAVAILABLE = -3, /* no daemon there, no descriptor (errno); it went away twice */
    CERTNAME_ERR_TIMEOUT = -4,     /* the deadline passed */
    CERTNAME_ERR_PROTOCOL = -5,    /* the reply is not one, or answers another question */
    CERTNAME_ERR_UNTRUSTED_DAEMON = -6, /* whoever listens there is not root, us or certnamed */
    CERTNAME_ERR_RELOAD = -7, /* the new configuration is refused, and the old one goes on */

    /* said by the daemon: -100 less PROTOCOL.md's error code */
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
    CERTNAME_ERR_BUSY = -111,      /* over a quota, or no connection taken: ask again later */
    CERTNAME_ERR_RESOURCES = -112, /* the verification ran out of time or memory, or crashed */
    CERTNAME_ERR_FORBIDDEN = -113, /* not for this uid */
};

/*
 * The name of a result or an error, as in "name-matches", "unavailable"; "unknown" for others.
 * Never NULL.
 */
const char *certname_result_name(int _result);

/* --- the client --- */

struct certname_client;

/*
 * A client for the daemon at CERTNAMED_SOCKET, if that is set and not empty and the program is not
 * set-id, else at /run/certnamed/certnamed.sock. Connects when first asked. NULL without memory.
 *
 * The built-in path is used only if it leads through folders that root owns and nobody else may
 * write; else asking is CERTNAME_ERR_UNTRUSTED_DAEMON. A CERTNAMED_SOCKET that is too long is
 * CERTNAME_ERR_ARGUMENT then: another daemon is never asked instead.
 */
struct certname_client *certname_client_new(void);

/* Closes the connection and frees the client; takes NULL. Verdicts stay valid. Returns NULL. */
struct certname_client *certname_client_free(struct certname_client *_client);

/*
 * The daemon's socket; copied. An open connection is closed, and what waits on it gets no answer.
 * 0; CERTNAME_ERR_ARGUMENT if the path is empty, or longer than a socket's path may be (107 bytes),
 * and nothing changes; CERTNAME_ERR_MEMORY.
 */
int certname_client_set_path(struct certname_client *_client, const char *_path);

/* Where the client connects to. Lives until the next call that changes it. */
const char *certname_client_path(const struct certname_client *_client);

/*
 * How long one whole call may take, in milliseconds: connecting, asking, one retry. 5,000 unless
 * set. 0, or CERTNAME_ERR_ARGUMENT for 0 and for more than 3,600,000.
 */
int certname_client_set_timeout(struct certname_client *_client, unsigned _milliseconds);

/*
 * What the last call on this client failed on, in a sentence: what, on what (the path, the errno),
 * what to do. Empty if it did not return a negative number. Lives until the next call on the
 * client.
 */
const char *certname_client_error(const struct certname_client *_client);

/* The errno behind it; 0 if there is none. */
int certname_client_errno(const struct certname_client *_client);

/* --- the question --- */

struct certname_question;

/* An empty question. NULL without memory. */
struct certname_question *certname_question_new(void);

/* Frees it; takes NULL. Returns NULL. */
struct certname_question *certname_question_free(struct certname_question *_question);

/*
 * The reference identity: a host name in UTF-8 (U-labels or A-labels) or an IP address in text;
 * `len` bytes, copied. Setting it again replaces it, and every other host. 0, CERTNAME_ERR_ARGUMENT
 * (over 2,048 bytes), CERTNAME_ERR_MEMORY. What is empty or malformed is for the daemon to say.
 */
int certname_question_set_host(struct certname_question *_question, const char *_host, size_t _len);

/* Types of reference identities. */
enum certname_reference {
    CERTNAME_HOST = 1,   /* as certname_question_set_host() */
    CERTNAME_EMAIL = 2,  /* a mailbox, as in "jo@example.org" (RFC 5280, RFC 9598) */
    CERTNAME_URI = 3,    /* a URI, of which scheme and host count (RFC 9525) */
    CERTNAME_SPIFFE = 4, /* a SPIFFE id, the whole of which counts */
    CERTNAME_SRV = 5,    /* a service and its domain, as in "_imaps.example.org" (RFC 4985) */
};

/*
 * Adds a reference identity, `len` bytes of UTF-8, copied. Where there are several, any one of them
 * suffices, each by the policy of its own domain; certname_verdict_reference() tells which it was.
 * 0, CERTNAME_ERR_ARGUMENT (another type, a 17th, over 2,048 bytes), CERTNAME_ERR_MEMORY.
 */
int certname_question_add_reference(struct certname_question *_question,
                                    enum certname_reference _type, const char *_text, size_t _len);

/*
 * There is no reference identity on purpose, and the path is asked for: may these certificates be
 * used at all? CERTNAME_VERIFIED then says nothing of any name, and
 * certname_verdict_checked() does not list "identity". Taken back by adding a reference, but for
 * the path, which stays asked for. 0, or CERTNAME_ERR_ARGUMENT where there is a reference already.
 */
int certname_question_without_identity(struct certname_question *_question);

/*
 * Adds a certificate in DER, `len` bytes, copied; the end entity first, then whatever else the peer
 * sent. 0, CERTNAME_ERR_ARGUMENT (a 65th), CERTNAME_ERR_TOO_LARGE (over 16,384 bytes),
 * CERTNAME_ERR_MEMORY.
 */
int certname_question_add_certificate(struct certname_question *_question, const void *_der,
                                      size_t _len);

enum certname_purpose {
    CERTNAME_PURPOSE_UNSPECIFIED = 0,
    CERTNAME_PURPOSE_SERVER = 1,
    CERTNAME_PURPOSE_CLIENT = 2,
};

/*
 * For the path: the moment for which certificates, CRLs and OCSP answers are judged (seconds since
 * 1970-01-01T00:00:00Z), and a trust anchor in DER (at most 16). The daemon takes them only where
 * its policy lets a request say so, and answers CERTNAME_ERR_UNSUPPORTED elsewhere. A CRL in DER
 * (at most 16), the OCSP response that the peer stapled (RFC 6960, DER; setting it again replaces
 * it), and how many intermediates there may be, self-issued ones not counted: these only tighten.
 *
 * 0, CERTNAME_ERR_ARGUMENT, CERTNAME_ERR_TOO_LARGE (an anchor over 16,384 bytes, another over
 * 196,608), CERTNAME_ERR_MEMORY. Data is copied. Without certname_question_require_path() a
 * question with any of them is CERTNAME_ERR_INVALID_REQUEST.
 */
int certname_question_set_time(struct certname_question *_question, int64_t _seconds);
int certname_question_add_anchor(struct certname_question *_question, const void *_der,
                                 size_t _len);
int certname_question_add_crl(struct certname_question *_question, const void *_der, size_t _len);
int certname_question_set_ocsp(struct certname_question *_question, const void *_der, size_t _len);
int certname_question_set_max_depth(struct certname_question *_question, unsigned _intermediates);

/* Asks for the path to a trust anchor too: only CERTNAME_VERIFIED accepts then. 0. */
int certname_question_require_path(struct certname_question *_question);

/* Asks that each presented identity say why it does not match. It changes nothing else. 0. */
int certname_question_explain(struct certname_question *_question);

/* What the certificate is to be used for. 0, or CERTNAME_ERR_ARGUMENT for another value. */
int certname_question_set_purpose(struct certname_question *_question,
                                  enum certname_purpose _purpose);

/* --- asking --- */

struct certname_verdict;

/*
 * Asks and waits, at most until the client's timeout. Connects if need be, and if the daemon goes
 * away in between asks once more on a new connection. Each connection is checked: its peer
 * (SO_PEERCRED) must be root, the caller's own effective uid or the uid the library was built for.
 *
 * CERTNAME_NAME_MATCHES or CERTNAME_VERIFIED, CERTNAME_NOT_VERIFIED, or a negative enum
 * certname_error. With the first three *verdictp is the caller's to free; else it is NULL.
 * `verdictp` may be NULL. CERTNAME_ERR_ARGUMENT while questions sent with certname_send() wait.
 */
int certname_verify(struct certname_client *_client, const struct certname_question *_question,
                    struct certname_verdict **_verdictp);

/* The same for one certificate and a host name that ends in NUL, without a path. */
int certname_verify_host(struct certname_client *_client, const char *_host, const void *_der,
                         size_t _len, struct certname_verdict **_verdictp);

/*
 * Pipelining: many questions on one connection, answers in the order in which the daemon has them.
 * The daemon takes 64 of one connection at a time and answers CERTNAME_ERR_BUSY beyond.
 *
 * Sends a question; *tagp names it from then on, and is never 0. Does not wait for the answer, but
 * may for the daemon to read. 0 or a negative enum certname_error: CERTNAME_ERR_BUSY if 1,024
 * questions wait already. After CERTNAME_ERR_UNAVAILABLE, _TIMEOUT, _PROTOCOL or _UNTRUSTED_DAEMON
 * the connection is closed, and questions without an answer will get none: send them again.
 */
int certname_send(struct certname_client *_client, const struct certname_question *_question,
                  uint64_t *_tagp);

/*
 * Waits for the next answer, at most until the timeout. As certname_verify, with *tagp the
 * question's tag. Where the failure is the connection's rather than a question's *tagp is 0, the
 * connection is closed, and questions without an answer will get none, whatever the error
 * (CERTNAME_ERR_BUSY: the daemon takes no more connections). CERTNAME_ERR_ARGUMENT if no question
 * is waiting.
 */
int certname_receive(struct certname_client *_client, uint64_t *_tagp,
                     struct certname_verdict **_verdictp);

/* --- the service --- */

enum certname_inquiry {
    CERTNAME_STATUS = 2,  /* what it does and holds: JSON */
    CERTNAME_METRICS = 3, /* its counters: OpenMetrics */
    CERTNAME_RELOAD = 4,  /* reads its configuration again: what came of it */
};

/*
 * Asks the daemon about itself, or to reload; root and the daemon's own uid may, others get
 * CERTNAME_ERR_FORBIDDEN. 0 and *textp is a string that the caller frees; or a negative enum
 * certname_error and *textp is NULL: CERTNAME_ERR_RELOAD with certname_client_error() saying what
 * is wrong with the configuration, CERTNAME_ERR_ARGUMENT while questions wait.
 */
int certname_inquire(struct certname_client *_client, enum certname_inquiry _inquiry,
                     char **_textp);

/* --- the verdict --- */

/* Frees it; takes NULL. Returns NULL. */
struct certname_verdict *certname_verdict_free(struct certname_verdict *_verdict);

/* As certname_verify returned it. */
int certname_verdict_result(const struct certname_verdict *_verdict);

/*
 * The fields of Python's SSLCertVerificationError: verify_code, verify_message, reason
 * ("CERTIFICATE_VERIFY_FAILED"), library ("SSL") and strerror, without the build's line number.
 * Strings end in NUL, live as long as the verdict, and are empty where the verdict accepts
 * (message: "ok"); `verify_code` is then 0, and never where it refuses.
 */
int certname_verdict_verify_code(const struct certname_verdict *_verdict);
const char *certname_verdict_message(const struct certname_verdict *_verdict);
const char *certname_verdict_reason(const struct certname_verdict *_verdict);
const char *certname_verdict_library(const struct certname_verdict *_verdict);
const char *certname_verdict_strerror(const struct certname_verdict *_verdict);

/*
 * certnamed's own code: that of the first failure, or the name of the result where the verdict
 * accepts.
 */
const char *certname_verdict_code(const struct certname_verdict *_verdict);

/* A view into a verdict. `data` may hold any byte and does not end in NUL. */
struct certname_bytes {
    const uint8_t *data;
    size_t len;
};

struct certname_failure {
    const char *code; /* as in "hostname-mismatch": lower-case ASCII, digits and hyphens */
    int verify_code;
    const char *message;
    unsigned depth;     /* which certificate: 0 is the end entity */
    const char *detail; /* more for a person; may be empty */
};

/* All failures. 1 and *failure is filled in, or 0 if there is no `index`-th. */
int certname_verdict_failure(const struct certname_verdict *_verdict, size_t _index,
                             struct certname_failure *_failure);

/*
 * What rules that the policy only reports would have refused; the result does not regard it. 1 and
 * *failure is filled in, or 0 if there is no `index`-th.
 */
int certname_verdict_reported(const struct certname_verdict *_verdict, size_t _index,
                              struct certname_failure *_failure);

struct certname_identity {
    const char *type; /* DNS-ID, IP-ID, CN-ID, email, UTF8-mailbox, URI-ID, SPIFFE-ID, SRV-ID,
                         other, malformed, unspecified */
    struct certname_bytes value; /* as in the certificate: an IP-ID is its 4 or 16 octets */
    const char *why;  /* of a presented one that was to be explained and does not match; else "" */
    const char *text; /* the same for a person */
};

/*
 * The reference that matched, else the first one of the question, as it was compared: in text, also
 * for an IP-ID. 1, or 0 where the question named none.
 */
int certname_verdict_reference(const struct certname_verdict *_verdict,
                               struct certname_identity *_identity);

/* The presented identity that matched. 1, or 0 if none did. */
int certname_verdict_matched(const struct certname_verdict *_verdict,
                             struct certname_identity *_identity);

/* What the certificate presents, in its order. 1, or 0 if there is no `index`-th here. */
int certname_verdict_presented(const struct certname_verdict *_verdict, size_t _index,
                               struct certname_identity *_identity);

/* How many more it presents than the verdict shows. */
unsigned certname_verdict_presented_more(const struct certname_verdict *_verdict);

/*
 * The presented identity that came closest, why it does not match for a program (*why, as in
 * "wildcard-public-suffix") and for a person (*text). 1, or 0 if there is none.
 */
int certname_verdict_nearest(const struct certname_verdict *_verdict,
                             struct certname_identity *_identity, const char **_why,
                             const char **_text);

/*
 * What was checked: identity, path, pins-leaf, pins-path, revocation. NULL if there is no
 * `index`-th.
 */
const char *certname_verdict_checked(const struct certname_verdict *_verdict, size_t _index);

/* A section of the policy. */
struct certname_rule {
    const char *section; /* as in `domain "bank.example"` */
    const char *file;    /* empty: built in */
    unsigned line;
};

/* The section that decided for the reference. */
void certname_verdict_rule(const struct certname_verdict *_verdict, struct certname_rule *_rule);

/* The section for the client that asked. 1, or 0 and empty strings where none counted. */
int certname_verdict_client_rule(const struct certname_verdict *_verdict,
                                 struct certname_rule *_rule);

/* A certificate of the path that was validated, or came furthest. */
struct certname_step {
    struct certname_bytes sha256; /* of it in DER, 32 bytes */
    const char *store;            /* of the trust anchor: where it came from; else "" */
};

/* From the end entity (0) to the trust anchor. 1, or 0 and nothing if there is no `index`-th. */
int certname_verdict_path(const struct certname_verdict *_verdict, size_t _index,
                          struct certname_step *_step);

/* Counts the policies since the daemon started, from 1. */
uint64_t certname_verdict_generation(const struct certname_verdict *_verdict);

/* SHA-256 of the effective policy, 32 bytes. */
struct certname_bytes certname_verdict_digest(const struct certname_verdict *_verdict);

/*
 * The TLS alert that fits the refusal, RFC 8446 section 6.2, and its name there, as in
 * "bad_certificate". 0 and "" where the verdict accepts.
 */
unsigned certname_verdict_alert(const struct certname_verdict *_verdict);
const char *certname_verdict_alert_name(const struct certname_verdict *_verdict);

/* Whether the reference may be sent as server_name, RFC 6066 section 3: 1, or 0 (an IP address
 * never). */
int certname_verdict_sni(const struct certname_verdict *_verdict);

/* The end entity's certificate, for callers without a parser. Nothing here has been judged. */
struct certname_leaf {
    struct certname_bytes sha256; /* of the certificate in DER, 32 bytes */
    struct certname_bytes spki;   /* SubjectPublicKeyInfo in DER; empty if too long for a refusal */
    int has_validity;             /* 0: its dates are not dates */
    int64_t not_before;           /* seconds since 1970-01-01T00:00:00Z */
    int64_t not_after;
};

/* 1 and *leaf is filled in, or 0 if the verdict says nothing of it. */
int certname_verdict_leaf(const struct certname_verdict *_verdict, struct certname_leaf *_leaf);

#ifdef __cplusplus
}
#endif

#endif
