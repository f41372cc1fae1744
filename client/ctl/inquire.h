/* SPDX-License-Identifier: MIT */
#pragma once

/* Makes an inquiry about the daemon itself for `status`, `metrics` and `reload`. */

#include "certname/client.h"
#include "client/ctl/options.h"

/*
 * Makes the inquiry and waits for the answer; a reload may take up to a minute. Returns 0, and
 * *textp is the answer, which the caller frees; or prints why it failed and returns a negative enum
 * certname_error.
 */
int inquire_text(const struct ctl_options *options, enum certname_inquiry inquiry, char **textp);
