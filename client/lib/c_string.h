/* SPDX-License-Identifier: MIT */
#pragma once

/* Makes C strings in a copy of a reply. */

#include "base/bytes.h"

/*
 * Makes a C string of a field's bytes by writing a NUL behind them. The field must be in a writable
 * copy of a reply that has one byte more than the reply, and all fields must have been read before,
 * because the NUL overwrites the beginning of the next field. Returns 0; or -EBADMSG if there is a
 * NUL among the bytes.
 */
int c_string_make(const char **stringp, struct bytes bytes);
