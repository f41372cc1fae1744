/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * How the supervisor starts the front's program, which is the front or the bin's process
 * (daemon/front/bin_keeper.h): by its arguments, the version and the role, and with descriptors at
 * fixed numbers. Both processes find their end of the socket between them at FRONT_BIN_FD.
 */

#include "config.h"

/* The socket for requests; CONTROL_LISTEN carries further ones. */
#define FRONT_LISTEN_FD  3
#define FRONT_CONTROL_FD 4
#define FRONT_BIN_FD     5
#define FRONT_LAST_FD    FRONT_BIN_FD

/* The name of that socket. */
#define FRONT_LISTEN_NAME "certnamed"

#define FRONT_ROLE_FRONT "front"
#define FRONT_ROLE_BIN   "bin"

/* The first argument. The front refuses any other, since both programs have to be of one build. */
#define FRONT_VERSION PACKAGE_VERSION
