/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Finds the client class of a connection from what the kernel says about the process that
 * connected.
 */

#include <stdint.h>

#include "daemon/ipc/settings.h"

/*
 * Returns the class by these settings, for the uid, the group and the supplementary groups that the
 * client had when it connected. Returns CLIENT_CLASS_UNIDENTIFIED if not all of them can be read,
 * or if there are more groups than LIMIT_CLIENT_GROUPS_COUNT.
 */
uint32_t client_class_read(const struct settings *settings, int socket);
