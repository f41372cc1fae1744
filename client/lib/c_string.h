/* SPDX-License-Identifier: MIT */
#pragma once

/* Makes C strings from bytes of a reply. */

#include "base/bytes.h"
#include "proto/arena.h"

/*
 * Concatenates the prefix and the bytes to a C string in memory of the arena. Returns 0; -EBADMSG
 * if there is a NUL among the bytes; or -E2BIG or -ENOMEM.
 */
int c_string_make(struct arena *arena, const char **stringp, const char *prefix,
                  struct bytes bytes);
