/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Implements `pin --new-backup`: makes a key that can replace the key in use when that one is lost.
 */

#include <stdbool.h>

#include "client/ctl/spki.h"

/*
 * Makes a private key (P-256, or RSA of 3,072 bits) and writes it, not encrypted, to a new file
 * that only its owner may read. The file must not exist; after an error there is no file.
 * Returns 0 and fills in *spki; or prints why it failed and returns -1.
 */
int backup_make(const char *path, bool rsa, struct spki *spki);
