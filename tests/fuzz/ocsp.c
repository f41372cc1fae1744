/* SPDX-License-Identifier: MIT */

/*
 * Fuzzes the reading of a stapled OCSP response: every part of it lies within the response.
 * Signatures are checked in tests/fuzz/verify.c.
 */

#include "daemon/x509/revocation/ocsp_parse.h"
#include "tests/fuzz/fuzz.h"

static void must_be_within(struct bytes part, const uint8_t *data, size_t n)
{
    fuzz_must(!part.data || (part.data >= data && part.len <= n &&
                             (size_t)(part.data - data) <= n - part.len),
              "a part lies within the response");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct ocsp_response response = {0};
    struct ocsp_single single;
    struct bytes rest;

    if (ocsp_parse(&response, (struct bytes){.data = data, .len = n}) != REASON_GOOD)
        return 0;
    must_be_within(response.responder_name, data, n);
    must_be_within(response.responder_key, data, n);
    must_be_within(response.singles, data, n);
    must_be_within(response.certificates, data, n);
    rest = response.singles;
    while (rest.len > 0) {
        size_t before = rest.len;

        if (!ocsp_take_single(&rest, &single))
            break;
        fuzz_must(rest.len < before, "each takes some of what is left");
        must_be_within(single.serial, data, n);
        must_be_within(single.issuer_name_hash, data, n);
        must_be_within(single.issuer_key_hash, data, n);
    }
    return 0;
}
