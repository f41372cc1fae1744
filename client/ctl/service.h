/* SPDX-License-Identifier: MIT */
#pragma once

#include "certname/client.h"
#include "client/ctl/options.h"

/*
 * Asks the daemon about itself, or to reload. 0 and *textp is the caller's to free; or a negative
 * enum certname_error, and it has been said why.
 */
int service_inquire(const struct options *options, enum certname_inquiry inquiry, char **textp);
