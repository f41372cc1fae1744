/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Finds the key by which a CRL is verified (RFC 5280 section 6.3.3 (f)): that of the issuer on the
 * path, or another key of the CRL's issuer that is certified below the same anchor. An authority
 * has several keys when it has renewed its key, or signs its CRLs with a key of their own.
 *
 * A key of the same name that is certified below the anchor is not yet a key of the same authority,
 * because any authority below the anchor could certify one. So such a key may revoke only. It may
 * clear as well if the issuer's key certified it (in a self-issued certificate), or if the key that
 * certified the issuer did, and if its certificate is valid and permits signing CRLs. Where the
 * issuer's certificate on the path is self-issued, the key that certified it is the issuer's, too.
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

/* What a CRL by a key may do. Zero does nothing; compare with ==. */
enum crl_right {
    CRL_RIGHT_NONE = 0,
    CRL_RIGHT_REVOKE = 0x4d,
    CRL_RIGHT_CLEAR = 0xb2, /* and revoke */
};

/* The certificates among which a key is looked for; everything is borrowed. */
struct crl_signer_question {
    const struct x509_context *context;
    const struct crl_subject *subject;
    const struct revocation_other *others;
    size_t n_others;
    struct window *window;   /* narrowed to the validity of a certificate that counts */
    unsigned *n_signaturesp; /* signatures used up so far, of CRL_SIGNATURES_COUNT */
};

struct crl_signer {
    /* REASON_GOOD if the CRL was verified; REASON_BUDGET; or why it was not. */
    enum revocation_reason reason;
    enum crl_right right; /* with REASON_GOOD */
    X509 *certificate;    /* owned: that of the key; NULL for the key of the issuer on the path */
    X509 *certifier;      /* borrowed: who issued it; NULL unless the right is CRL_RIGHT_CLEAR */
    bool is_self_issued;  /* the certificate has the issuer's own name as its issuer */
};

/*
 * Finds the key that verifies the CRL. If `clears`, the key of the issuer on the path is not tried
 * where the CRL names another key or where the issuer's certificate does not permit CRLs. If not,
 * it is tried in any case: another certificate for the same key may permit CRLs, and a server must
 * not avoid a revocation by leaving that one out. The status of signer->certificate is not checked.
 *
 * Returns 0, -ENOMEM or -EIO. Call crl_signer_deinit in any case.
 */
int crl_signer_find(const struct crl_signer_question *question, struct crl *crl, bool clears,
                    struct crl_signer *signer);

/* Frees what the signer owns. May be called twice. */
void crl_signer_deinit(struct crl_signer *signer);

/* Returns whether the CRL names another key than that of the issuer on the path. */
bool crl_signer_is_other(const struct crl_signer_question *question, const struct crl *crl);

/* Returns whether one of the other certificates may be that of the CRL's signer. */
bool crl_signer_may_be_known(const struct crl_signer_question *question, const struct crl *crl);
