/* SPDX-License-Identifier: MIT */
#include "tests/fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>

void fuzz_must(int holds, const char *sentence)
{
    if (holds)
        return;
    fprintf(stderr, "does not hold: %s\n", sentence);
    abort();
}

int fuzz_take(struct fuzz_part *rest, struct fuzz_part *part)
{
    size_t len;

    if (rest->len < 2)
        return 0;
    len = (size_t)rest->data[0] << 8 | rest->data[1];
    if (len > rest->len - 2)
        len = rest->len - 2;
    *part = (struct fuzz_part){.data = rest->data + 2, .len = len};
    rest->data += 2 + len;
    rest->len -= 2 + len;
    return 1;
}
