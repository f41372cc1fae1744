/* SPDX-License-Identifier: MIT */
#include "daemon/x509/span.h"

#include <string.h>

bool span_equal(struct span a, struct span b)
{
    return a.data && b.data && a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}
