/* SPDX-License-Identifier: MIT */

/*
 * Fuzzes the reading of PEM blocks: each decoded block fits into its memory, and reading comes to
 * an end.
 */

#include <stdlib.h>

#include "daemon/x509/parse/pem.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    uint8_t *out = malloc(n ? n : 1);
    struct pem_block block;
    enum pem_next next;
    struct pem pem;
    size_t n_blocks = 0;

    if (!out)
        return 0;
    (void)pem_is_text(data, n);
    pem_init(&pem, data, n);
    while ((next = pem_read(&pem, &block, out, n)) != PEM_END) {
        fuzz_must(next != PEM_BLOCK || block.len <= n, "a block fits");
        fuzz_must(++n_blocks <= n, "there are no more blocks than bytes");
        if (next == PEM_BLOCK)
            (void)pem_label_is(&block, "CERTIFICATE", 11);
    }
    free(out);
    return 0;
}
