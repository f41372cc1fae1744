/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

#include "client/ctl/spki.h"

/*
 * Makes a private key and writes it to a file that did not exist, for its owner alone; on any error
 * there is no such file afterwards. 0 and *spki is filled in, or -1 and it has been said why.
 */
int backup_make(const char *path, bool rsa, struct spki *spki);
