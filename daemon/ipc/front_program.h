/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * How the supervisor starts the program certnamed-front, for the front and for the bin
 * (daemon/front/bin_keeper.h): its two arguments, which are the version and the role, and the
 * numbers of its descriptors. Front and bin each have at FRONT_BIN_FD one end of the socket pair
 * between them.
 */

#include "config.h"

/* A listening socket for requests. CONTROL_LISTEN carries further ones. */
#define FRONT_LISTEN_FD  3
#define FRONT_CONTROL_FD 4
#define FRONT_BIN_FD     5
#define FRONT_LAST_FD    FRONT_BIN_FD

/*
 * The name of the listening socket at FRONT_LISTEN_FD; CONTROL_LISTEN gives the names of the
 * others.
 */
#define FRONT_LISTEN_NAME "certnamed"

#define FRONT_ROLE_FRONT "front"
#define FRONT_ROLE_BIN   "bin"

/*
 * The first argument. The front refuses any other value, since both programs have to be of one
 * build.
 */
#define FRONT_VERSION PACKAGE_VERSION
