/* SPDX-License-Identifier: MIT */
#pragma once

/* Inquiries about the daemon itself, which `status`, `metrics` and `reload` make. */

#include "certname/client.h"
#include "client/ctl/options.h"

/*
 * Makes the inquiry and waits for the answer, for a reload up to a minute. Returns 0 and *textp for
 * free(); or prints why it failed and returns a negative enum certname_error.
 */
int inquire_text(const struct ctl_options *options, enum certname_inquiry inquiry, char **textp);
