/* SPDX-License-Identifier: MIT */
#include <limits.h>

#include "daemon/x509/parse/context_internal.h"
#include "daemon/x509/parse/facts_internal.h"

int facts_refuse(struct facts *facts, const struct facts_fault *fault)
{
    facts->fault = fault;
    return FACTS_INVALID;
}

bool facts_take(struct bytes *from, int class, int tag, bool whole, struct bytes *element)
{
    const unsigned char *at = from->data;
    long len = 0;
    int found_tag = 0, found_class = 0, r;

    if (from->len == 0 || from->len > INT_MAX)
        return false;
    r = ASN1_get_object(&at, &len, &found_tag, &found_class, (long)from->len);
    /* Bit 0x80 of the result stands for an error, bit 0x01 for an indefinite length, which DER does
     * not allow. */
    if (r & 0x81 || found_tag != tag || found_class != class || len < 0) {
        (void)x509_error(0);
        return false;
    }
    *element = (struct bytes){.data = whole ? from->data : at,
                              .len = (size_t)(at + len - (whole ? from->data : at))};
    from->len -= (size_t)(at + len - from->data);
    from->data = at + len;
    return true;
}
