/* SPDX-License-Identifier: MIT */
#ifndef CERTNAME_VERDICT_H
#define CERTNAME_VERDICT_H

/*
 * Verdicts of libcertname-client. certname/client.h, which includes this header, describes how to
 * get one. Everything that these functions return lives as long as the verdict. NULL instead of a
 * verdict reads as one that refuses.
 */

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes that somebody else owns. `data` may hold any byte and does not end in NUL. */
struct certname_bytes {
    const uint8_t *data;
    size_t len;
};

struct certname_verdict;

/* Frees the verdict, which may be NULL. Returns NULL. */
struct certname_verdict *certname_verdict_free(struct certname_verdict *_verdict);

/* Returns what certname_verify() returned. */
int certname_verdict_result(const struct certname_verdict *_verdict);

/*
 * Return the fields of Python's SSLCertVerificationError: verify_code, verify_message, reason
 * ("CERTIFICATE_VERIFY_FAILED"), library ("SSL") and strerror, without the build's line number.
 * Strings are empty where the verdict accepts (message: "ok"); `verify_code` is then 0, and never 0
 * where it refuses.
 */
int certname_verdict_verify_code(const struct certname_verdict *_verdict);
const char *certname_verdict_message(const struct certname_verdict *_verdict);
const char *certname_verdict_reason(const struct certname_verdict *_verdict);
const char *certname_verdict_library(const struct certname_verdict *_verdict);
const char *certname_verdict_strerror(const struct certname_verdict *_verdict);

/* Returns certnamed's code of the first failure, or the result's name where the verdict accepts. */
const char *certname_verdict_code(const struct certname_verdict *_verdict);

struct certname_failure {
    const char *code; /* as in "hostname-mismatch": lower-case ASCII, digits and hyphens */
    int verify_code;
    const char *message;
    unsigned depth;     /* of the certificate: 0 is the end entity */
    const char *detail; /* more for people; may be empty */
};

/* Returns a failure; NULL if there is no `index`-th. */
const struct certname_failure *certname_verdict_failure(const struct certname_verdict *_verdict,
                                                        size_t _index);

/*
 * Returns a failure of a rule that the policy only reports, so that it does not change the result;
 * NULL if there is no `index`-th.
 */
const struct certname_failure *certname_verdict_reported(const struct certname_verdict *_verdict,
                                                         size_t _index);

struct certname_identity {
    const char *type; /* DNS-ID, IP-ID, CN-ID, email, UTF8-mailbox, URI-ID, SPIFFE-ID, SRV-ID,
                         other, malformed, unspecified */
    struct certname_bytes value; /* as in the certificate: an IP-ID is its 4 or 16 octets */
    const char *why;  /* why it does not match, as in "wildcard-public-suffix"; "" if not asked */
    const char *text; /* the same for people */
};

/*
 * Returns the reference that matched, else the first one of the question, as it was compared: in
 * text, also for an IP-ID. NULL if the question has none.
 */
const struct certname_identity *certname_verdict_reference(const struct certname_verdict *_verdict);

/* Returns the presented identity that matched; NULL if none did. */
const struct certname_identity *certname_verdict_matched(const struct certname_verdict *_verdict);

/* Returns an identity that the certificate presents, in its order; NULL if there is no `index`-th.
 */
const struct certname_identity *certname_verdict_presented(const struct certname_verdict *_verdict,
                                                           size_t _index);

/* Returns how many more identities the certificate presents than the verdict shows. */
unsigned certname_verdict_presented_more(const struct certname_verdict *_verdict);

/*
 * Return how many more failures, or failures of rules that are only reported, there were than the
 * verdict has: a verdict has at most eight of each, and a long refusal fewer.
 */
unsigned certname_verdict_failures_more(const struct certname_verdict *_verdict);
unsigned certname_verdict_reported_more(const struct certname_verdict *_verdict);

/* Returns the presented identity that came nearest to a match, with its reason; NULL if none. */
const struct certname_identity *certname_verdict_nearest(const struct certname_verdict *_verdict);

/*
 * Returns what was checked: "identity", "path", "pins-leaf", "pins-path", "revocation",
 * "pinned-key"; NULL if there is no `index`-th.
 */
const char *certname_verdict_checked(const struct certname_verdict *_verdict, size_t _index);

/* A section of the policy. */
struct certname_rule {
    const char *section; /* as in `domain "bank.example"` */
    const char *file;    /* empty: built in */
    unsigned line;
};

/* Returns the section that decided for the reference. Never NULL. */
const struct certname_rule *certname_verdict_rule(const struct certname_verdict *_verdict);

/* Returns the section for the client that asked; NULL if none applied. */
const struct certname_rule *certname_verdict_client_rule(const struct certname_verdict *_verdict);

/* A certificate of the path that was validated, or of the one that came furthest. */
struct certname_step {
    struct certname_bytes sha256; /* of its DER, 32 bytes */
    const char *store;            /* where the trust anchor came from; "" for the others */
};

/* Returns a step, from the end entity (0) to the trust anchor; NULL if there is no `index`-th. */
const struct certname_step *certname_verdict_path(const struct certname_verdict *_verdict,
                                                  size_t _index);

/* Returns the number of the policy since the daemon started, from 1. */
uint64_t certname_verdict_generation(const struct certname_verdict *_verdict);

/* Returns SHA-256 of the effective policy, 32 bytes. */
struct certname_bytes certname_verdict_digest(const struct certname_verdict *_verdict);

/*
 * Return the TLS alert that fits the refusal (RFC 8446 section 6.2) and its name there, as in
 * "bad_certificate"; 0 and "" where the verdict accepts.
 */
unsigned certname_verdict_alert(const struct certname_verdict *_verdict);
const char *certname_verdict_alert_name(const struct certname_verdict *_verdict);

/* Returns 1 if the reference may be sent as server_name (RFC 6066 section 3), else 0. */
int certname_verdict_sni(const struct certname_verdict *_verdict);

/* The end entity's certificate, for callers without a parser. Nothing here has been judged. */
struct certname_leaf {
    struct certname_bytes sha256; /* of its DER, 32 bytes */
    struct certname_bytes spki;   /* SubjectPublicKeyInfo in DER; empty if too long for a refusal */
    int has_validity;             /* 0: its dates are not dates */
    int64_t not_before;           /* seconds since 1970-01-01T00:00:00Z */
    int64_t not_after;
};

/* Returns the end entity; NULL if the verdict has none. */
const struct certname_leaf *certname_verdict_leaf(const struct certname_verdict *_verdict);

#ifdef __cplusplus
}
#endif

#endif
