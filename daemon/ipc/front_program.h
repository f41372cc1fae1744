/* SPDX-License-Identifier: MIT */
#pragma once

/* How the supervisor starts the front's program: the descriptors it finds, and its one argument. */

#include "config.h"

#define FRONT_LISTEN_FD  3
#define FRONT_CONTROL_FD 4
#define FRONT_LAST_FD    FRONT_CONTROL_FD

/* Both programs have to be of one build: the front refuses any other argument. */
#define FRONT_VERSION PACKAGE_VERSION
