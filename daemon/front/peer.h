/* SPDX-License-Identifier: MIT */
#pragma once

/* Who is at the other end of a client's socket, by the kernel's word. */

#include <stdint.h>

#include "daemon/ipc/settings.h"

/* The class of a client by these settings: of its uid, its group and its supplementary groups when
 * it connected. Whoever cannot be identified completely is CLIENT_CLASS_UNIDENTIFIED. */
uint32_t peer_class(const struct settings *settings, int socket);
