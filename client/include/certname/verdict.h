/* SPDX-License-Identifier: MIT */
#ifndef CERTNAME_VERDICT_H
#define CERTNAME_VERDICT_H

/*
 * The verdicts of libcertname-client. certname/client.h, which includes this header, describes how
 * to get one. Everything that these functions return is valid as long as the verdict. A verdict
 * that is NULL is treated as one that refuses.
 */

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes that belong to another object. `data` may hold any byte and does not end in NUL. */
struct certname_bytes {
    const uint8_t *data;
    size_t len;
};

struct certname_verdict;

/* Frees the verdict, which may be NULL. Returns NULL. */
struct certname_verdict *certname_verdict_free(struct certname_verdict *_verdict);

/* Returns the result that certname_verify() returned with this verdict. */
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

/*
 * Returns certnamed's code of the first failure, or the name of the result if the verdict accepts.
 */
const char *certname_verdict_code(const struct certname_verdict *_verdict);

struct certname_failure {
    /* the code, for example "hostname-mismatch": lower-case ASCII, digits and hyphens */
    const char *code;
    int verify_code;
    const char *message;
    unsigned depth;     /* the position of the certificate in the path; 0 is the end entity */
    const char *detail; /* more about the failure for people; may be empty */
};

/* Returns the failure number `_index`, counted from 0; NULL if there is none of that number. */
const struct certname_failure *certname_verdict_failure(const struct certname_verdict *_verdict,
                                                        size_t _index);

/*
 * Returns the failure number `_index` of a rule that the policy only reports, which does not change
 * the result; NULL if there is none of that number.
 */
const struct certname_failure *certname_verdict_reported(const struct certname_verdict *_verdict,
                                                         size_t _index);

struct certname_identity {
    const char *type; /* DNS-ID, IP-ID, CN-ID, email, UTF8-mailbox, URI-ID, SPIFFE-ID, SRV-ID,
                         other, malformed, unspecified */
    struct certname_bytes value; /* the value as in the certificate: an IP-ID has 4 or 16 octets */
    const char *why;             /* the code of the reason why it does not match, for example
                                    "wildcard-public-suffix"; "" unless the question asked for reasons */
    const char *text;            /* that reason in words for people */
};

/*
 * Returns the reference identity that matched, else the first one of the question, in the form in
 * which it was compared. Its value is text, also that of an IP-ID. NULL if the question has no
 * reference identity.
 */
const struct certname_identity *certname_verdict_reference(const struct certname_verdict *_verdict);

/* Returns the presented identity that matched; NULL if none did. */
const struct certname_identity *certname_verdict_matched(const struct certname_verdict *_verdict);

/*
 * Returns the identity number `_index`, counted from 0, that the certificate presents, in the
 * certificate's order; NULL if there is none of that number.
 */
const struct certname_identity *certname_verdict_presented(const struct certname_verdict *_verdict,
                                                           size_t _index);

/* Returns how many more identities the certificate presents than the verdict shows. */
unsigned certname_verdict_presented_more(const struct certname_verdict *_verdict);

/*
 * Return how many failures, or failures of rules that are only reported, are left out of the
 * verdict: a verdict has at most eight of each, and fewer if the reply would become too long.
 */
unsigned certname_verdict_failures_more(const struct certname_verdict *_verdict);
unsigned certname_verdict_reported_more(const struct certname_verdict *_verdict);

/*
 * Returns the presented identity that came nearest to a match, with its reason; NULL if there is
 * none.
 */
const struct certname_identity *certname_verdict_nearest(const struct certname_verdict *_verdict);

/*
 * Returns the `_index`-th thing that was checked: "identity", "path", "pins-leaf", "pins-path",
 * "revocation" or "pinned-key"; NULL if there is none of that number.
 */
const char *certname_verdict_checked(const struct certname_verdict *_verdict, size_t _index);

/* A section of the policy. */
struct certname_rule {
    const char *section; /* the section's heading, for example `domain "bank.example"` */
    const char *file;    /* the file that contains the section; empty if the section is built in */
    unsigned line;
};

/* Returns the section of the policy that decided for the reference identity. Never NULL. */
const struct certname_rule *certname_verdict_rule(const struct certname_verdict *_verdict);

/* Returns the section of the policy for the client that asked; NULL if none applied. */
const struct certname_rule *certname_verdict_client_rule(const struct certname_verdict *_verdict);

/* A certificate of the path that was validated, or of the path that came furthest. */
struct certname_step {
    struct certname_bytes sha256; /* the SHA-256 of its DER, 32 bytes */
    const char *store; /* where the trust anchor came from; "" for the other certificates */
};

/*
 * Returns the certificate number `_index` of the path, from the end entity (0) to the trust anchor;
 * NULL if there is none of that number.
 */
const struct certname_step *certname_verdict_path(const struct certname_verdict *_verdict,
                                                  size_t _index);

/*
 * Returns the generation of the policy: 1 for the first policy since the daemon started, 2 for the
 * next.
 */
uint64_t certname_verdict_generation(const struct certname_verdict *_verdict);

/* Returns the SHA-256 of the policy in effect, 32 bytes. */
struct certname_bytes certname_verdict_digest(const struct certname_verdict *_verdict);

/*
 * Return the TLS alert that fits the refusal and its name in RFC 8446 section 6.2, for example
 * "bad_certificate"; 0 and "" if the verdict accepts.
 */
unsigned certname_verdict_alert(const struct certname_verdict *_verdict);
const char *certname_verdict_alert_name(const struct certname_verdict *_verdict);

/* Returns 1 if the reference identity may be sent as server_name (RFC 6066 section 3), else 0. */
int certname_verdict_sni(const struct certname_verdict *_verdict);

/*
 * Fields of the end entity's certificate, for callers without a parser. They are copied from the
 * certificate, and none of them has been judged.
 */
struct certname_leaf {
    struct certname_bytes sha256; /* the SHA-256 of its DER, 32 bytes */
    /* SubjectPublicKeyInfo in DER; empty if it is too long for the reply of a refusal */
    struct certname_bytes spki;
    int has_validity;   /* 0 if the dates in the certificate cannot be parsed */
    int64_t not_before; /* seconds since 1970-01-01T00:00:00Z */
    int64_t not_after;
};

/* Returns the fields of the end entity's certificate; NULL if the verdict has none. */
const struct certname_leaf *certname_verdict_leaf(const struct certname_verdict *_verdict);

#ifdef __cplusplus
}
#endif

#endif
