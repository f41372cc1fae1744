/* SPDX-License-Identifier: MIT */

/* Fuzzes the reading of an index of CRLite filters. Every name in one is that of a plain file. */

#include <string.h>

#include "daemon/x509/crlite/crlite_index.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static struct crlite_index index;
    const char *why = NULL;
    int r = crlite_index_read(&index, (struct bytes){.data = data, .len = n}, &why);

    fuzz_must(r == 0 || r == CRLITE_INVALID, "an index is one or none");
    fuzz_must((r == CRLITE_INVALID) == (why != NULL), "what is refused has a reason");
    fuzz_must(r == 0 || index.n_names == 0, "an index that is refused has no names");
    for (size_t i = 0; i < index.n_names; i++) {
        const char *name = index.names[i];

        fuzz_must(strlen(name) > 0 && !strchr(name, '/') && strcmp(name, ".") != 0 &&
                      strcmp(name, "..") != 0,
                  "a name does not leave the folder");
    }
    return 0;
}
