/* SPDX-License-Identifier: MIT */
#pragma once

/* How the supervisor starts the front's program: which descriptors are open, and its argument. */

#include "config.h"

#define FRONT_LISTEN_FD  3
#define FRONT_CONTROL_FD 4
#define FRONT_LAST_FD    FRONT_CONTROL_FD

/* The one argument. The front refuses any other, since both programs have to be of one build. */
#define FRONT_VERSION PACKAGE_VERSION
