/* SPDX-License-Identifier: MIT */

/*
 * Fuzzes the reading of a CRL, both as one of a request and as one of a file. Each entry of an
 * accepted CRL can be found.
 */

#include <errno.h>

#include "daemon/x509/parse/distinguished.h"
#include "daemon/x509/revocation/crl.h"
#include "daemon/x509/revocation/crl_parse.h"
#include "tests/fuzz/fuzz.h"

static struct x509_context *context;

static void find_entries(const uint8_t *data, size_t n)
{
    struct crl *crl = NULL;
    int r = crl_parse(&crl, data, n);

    fuzz_must(r == 0 || r == CRL_INVALID || r == -ENOMEM, "a CRL is one or none");
    fuzz_must((crl != NULL) == (r == 0), "there is a CRL or an error");
    for (size_t i = 0; crl && i < crl->n_entries; i++)
        fuzz_must(crl->entries[i].issuer > 0 || !distinguished_equal(crl->issuer, crl->issuer) ||
                      crl_find(crl, crl->issuer, crl->entries[i].serial) != NULL,
                  "what is listed is found");
    crl_free(crl);
}

static void add(const uint8_t *data, size_t n,
                int (*add_der)(struct crl_set *, const uint8_t *, size_t))
{
    struct crl_set *set = NULL;

    if (crl_set_new(&set, context) != 0)
        return;
    if (add_der(set, data, n) == 0) {
        fuzz_must(add_der(set, data, n) == 0 && crl_set_count(set) == 1, "the same twice is one");
    } else {
        fuzz_must(crl_set_count(set) == 0, "what is refused is not there");
    }
    crl_set_free(set);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    if (!context)
        fuzz_must(x509_context_new(&context) == 0, "there is a context");
    find_entries(data, n);
    add(data, n, crl_set_add_request_der);
    add(data, n, crl_set_add_configured_der);
    return 0;
}
