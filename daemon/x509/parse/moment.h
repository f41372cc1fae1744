/* SPDX-License-Identifier: MIT */
#pragma once

/* Dates of certificates, CRLs and OCSP responses as seconds, without libc's calendar: it would look
 * for files. */

#include <stdbool.h>
#include <stdint.h>

#include "daemon/x509/parse/der.h"

/*
 * A Time of RFC 5280 section 4.1.2.5: UTCTime or GeneralizedTime, Zulu, with seconds and without
 * fractions of them. Seconds since 1970-01-01T00:00:00Z. False where it is not that.
 */
bool moment_read(int64_t *secondsp, const struct der *time);

/* Whether what was read so stands in the form that RFC 5280 sections 4.1.2.5 and 5.1.2.4 want for
 * it: UTCTime through 2049, GeneralizedTime from 2050. */
bool moment_is_well_coded(int64_t seconds, const struct der *time);
