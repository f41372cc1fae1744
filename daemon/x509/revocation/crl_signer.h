/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Finds the key that verifies a CRL (RFC 5280 section 6.3.3 (f)): that of the issuer on the path,
 * or another key of the CRL's issuer that is certified below the same anchor. An authority has
 * several keys if it has renewed its key, or if it signs CRLs with a separate key.
 *
 * That a key has the issuer's name and is certified below the anchor does not prove that it is the
 * issuer's, because any authority below the anchor could certify such a key. So such a key may only
 * revoke. It may also clear if the issuer's key certified it (in a self-issued certificate) or the
 * key that certified the issuer did, and if its certificate is valid and permits signing CRLs. If
 * the issuer's certificate on the path is self-issued, the key that certified it is the issuer's
 * too.
 *
 * Only for the files of daemon/x509/revocation.
 */

#include <stdbool.h>
#include <stddef.h>

#include <openssl/x509.h>

#include "daemon/x509/parse/context.h"
#include "daemon/x509/revocation/crl_parse.h"
#include "daemon/x509/revocation/crl_subject.h"
#include "daemon/x509/revocation/revocation_other.h"
#include "daemon/x509/revocation/revocation_reason.h"
#include "daemon/x509/revocation/revocation_window.h"

/* The effect that a CRL verified by a key may have. Zero means nothing; the values must be compared
 * with ==. */
enum crl_right {
    CRL_RIGHT_NONE = 0,
    CRL_RIGHT_REVOKE = 0x4d,
    CRL_RIGHT_CLEAR = 0xb2, /* clear and revoke */
};

/*
 * The certificates among which a key is searched for. Everything in the struct must outlive the
 * search.
 */
struct crl_signer_question {
    const struct x509_context *context;
    const struct crl_subject *subject;
    const struct revocation_other *others;
    size_t n_others;
    /* narrowed to the validity of each certificate that the result depends on */
    struct window *window;
    unsigned *n_signaturesp; /* the number of signatures used up so far, of CRL_SIGNATURES_COUNT */
};

struct crl_signer {
    /* REASON_GOOD if the CRL was verified; REASON_BUDGET if the budget is used up; or the reason
     * why it was not verified. */
    enum revocation_reason reason;
    enum crl_right right; /* what the key may do; set with REASON_GOOD */
    X509 *certificate; /* owned: the certificate of the key; NULL if it is the key of the issuer on
                          the path */
    X509 *certifier;   /* borrowed: the certificate that issued it; NULL unless the right is
                          CRL_RIGHT_CLEAR */
    bool is_self_issued; /* issuer and subject of the certificate are the issuer's name */
};

/*
 * Finds the key that verifies the CRL. With `clears`, the key of the issuer on the path is not
 * tried if the CRL names another key or if the issuer's certificate does not permit signing CRLs.
 * Without `clears` it is always tried: another certificate for the same key may permit it, and a
 * server must not avoid a revocation by leaving that certificate out. The status of
 * signer->certificate is not checked.
 *
 * Returns 0, -ENOMEM or -EIO. Call crl_signer_deinit in any case.
 */
int crl_signer_find(const struct crl_signer_question *question, struct crl *crl, bool clears,
                    struct crl_signer *signer);

/* Frees what the signer owns. May be called twice. */
void crl_signer_deinit(struct crl_signer *signer);

/* Returns whether the CRL names a key other than that of the issuer on the path. */
bool crl_signer_is_other(const struct crl_signer_question *question, const struct crl *crl);

/* Returns whether one of the other certificates may be that of the CRL's signer. */
bool crl_signer_may_be_known(const struct crl_signer_question *question, const struct crl *crl);
