/* SPDX-License-Identifier: MIT */
#include "base/error.h"

#include <assert.h>

static _Thread_local struct error_origin last;

int error_origin_set(int r, const char *file, int line, const char *function)
{
    assert(r < 0);
    last = (struct error_origin){.file = file, .function = function, .line = line, .r = r};
    return r;
}

struct error_origin error_origin_last(void)
{
    return last;
}

void error_origin_clear(void)
{
    last = (struct error_origin){0};
}
