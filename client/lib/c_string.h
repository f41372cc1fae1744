/* SPDX-License-Identifier: MIT */
#pragma once

/* C strings in a copy of a reply. */

#include "base/bytes.h"

/*
 * Makes a C string of the bytes of a field, by writing a NUL behind them. The field lies in a copy
 * of a reply that the caller may write, that has a byte more than the reply, and whose fields have
 * all been read: behind a field's bytes the next field begins, or the copy ends. Returns 0; or
 * -EBADMSG if there is a NUL among the bytes.
 */
int c_string_make(const char **stringp, struct bytes bytes);
