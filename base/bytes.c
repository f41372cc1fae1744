/* SPDX-License-Identifier: MIT */
#include "base/bytes.h"

#include <string.h>

bool bytes_equal(struct bytes a, struct bytes b)
{
    return a.data && b.data && a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}
