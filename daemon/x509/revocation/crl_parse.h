/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Parses one CRL: finds its parts in the bytes. Nothing in them is trusted before the signature is
 * verified. Only for the files of daemon/x509.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/digest.h"
#include "daemon/x509/parse/context.h"
#include "daemon/x509/revocation/crl_invalid.h"
#include "daemon/x509/revocation/revocation_reason.h"
#include "daemon/x509/revocation/revocation_signature.h"

/* An entry of a CRL. */
struct crl_entry {
    struct bytes serial; /* content octets of the INTEGER in their shortest form */
    uint8_t reason;      /* RFC 5280 section 5.3.1; 0 if none is given */
    /* The issuer of the certificate: 0 for the issuer of the CRL, otherwise 1 + an index of
     * other_issuers. */
    uint32_t issuer;
};

/* removeFromCRL: an entry of a delta CRL that cancels an earlier entry. */
#define CRL_REASON_REMOVED 8
/* certificateHold: the certificate is suspended, and a later CRL may lift that. */
#define CRL_REASON_HOLD 6

/* The certificates that a CRL covers (RFC 5280 section 5.2.5). */
struct crl_scope {
    bool only_user;
    bool only_ca;
    bool only_attribute;
    bool only_some_reasons;
    bool is_indirect;
    bool is_delta;
    bool has_point; /* the CRL names its distribution point */
    /* the GeneralNames of the distribution point; absent if its name is relative */
    struct bytes points;
    struct bytes relative; /* the attributes of the distribution point's name if it is relative to
                              the CRL's issuer; otherwise absent */
    struct bytes encoded;  /* the IssuingDistributionPoint in DER; absent if the CRL has none */
};

/*
 * The authority key identifier of a CRL, which says what key signed it (RFC 5280 section 5.2.1).
 * Fields that it leaves out are absent.
 */
struct crl_authority {
    struct bytes key;
    struct bytes issuer; /* the issuer of the key's certificate, as GeneralNames */
    struct bytes serial;
};

/* The key under which the signature was found good, so that it need not be verified again. */
struct crl_memory {
    enum signature_outcome signature;
    uint8_t key[DIGEST_BYTES]; /* SHA-256 of the SubjectPublicKeyInfo */
};

struct crl {
    uint8_t *der; /* owned; all struct bytes below point into it */
    size_t len;
    const char *origin; /* where the CRL came from, for messages; owned by the set or static */
    bool is_version_1;  /* the CRL has version 1 and therefore no extensions */
    struct signed_value value;
    struct bytes issuer; /* a Name in DER */
    uint64_t issuer_hash;
    int64_t from;  /* thisUpdate */
    int64_t until; /* nextUpdate; INT64_MAX if there is none */
    bool has_end;  /* the CRL has a nextUpdate */
    struct crl_scope scope;
    struct crl_authority authority;
    enum revocation_reason
        flaw;                  /* why the CRL must not be used; REASON_NOTHING if it may be used */
    struct crl_entry *entries; /* owned; sorted by serial number */
    size_t n_entries;
    /* owned: in an indirect CRL, the GeneralNames of the other issuers that its entries name */
    struct bytes *other_issuers;
    size_t n_other_issuers;
    struct crl_memory memory;
};

/* Copies and parses the bytes. Returns 0, and *crlp is the caller's; CRL_INVALID; or -ENOMEM. */
int crl_parse(struct crl **crlp, const uint8_t *der, size_t len);

/* Frees the CRL; `crl` may be NULL. Returns NULL. */
struct crl *crl_free(struct crl *crl);

/* Returns the entry for the certificate of this issuer (a Name in DER) with this serial number
 * (content octets); NULL if the CRL does not list it. Only an indirect CRL lists certificates of
 * other issuers. If there are several entries, one that revokes comes before one with
 * CRL_REASON_REMOVED, and one that revokes for good before one with CRL_REASON_HOLD. */
const struct crl_entry *crl_find(const struct crl *crl, struct bytes issuer, struct bytes serial);

/*
 * Reads and sorts the entries, and notes flaws. Returns false if they are malformed, or if memory
 * ran out; in that case *is_out_of_memoryp is set. Only for crl_parse.c.
 */
bool crl_read_entries(struct crl *crl, struct bytes list, bool *is_out_of_memoryp);

/* Reads the extensions of the CRL; anything wrong with them is noted as a flaw. Only for
 * crl_parse.c. */
void crl_read_extensions(struct crl *crl, struct bytes list);

/* Notes a flaw, unless the CRL has one already. */
static inline void crl_note_flaw(struct crl *crl, enum revocation_reason reason)
{
    if (crl->flaw == REASON_NOTHING)
        crl->flaw = reason;
}
