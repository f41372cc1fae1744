/* SPDX-License-Identifier: MIT */
#include "daemon/verify/leaf.h"

#include "daemon/limits.h"

int leaf_fill(struct verdict *verdict, const struct certificate *leaf, struct bytes der,
              const struct x509_context *context, uint8_t sha256[static DIGEST_BYTES])
{
    struct verdict_leaf *shown = &verdict->leaf;
    struct bytes spki;
    int r = x509_sha256(context, der.data, der.len, sha256);

    if (r)
        return r;
    shown->sha256 = (struct bytes){.data = sha256, .len = DIGEST_BYTES};
    spki.data = certificate_spki(leaf, &spki.len);
    if (verdict->outcome != VERDICT_NOT_VERIFIED || spki.len <= LIMIT_REFUSED_SPKI_BYTES)
        shown->spki = spki;
    shown->has_validity = certificate_validity(leaf, context, &shown->not_before,
                                               &shown->not_after);
    return 0;
}
