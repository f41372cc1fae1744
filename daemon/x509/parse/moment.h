/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Converts dates of certificates, CRLs and OCSP responses to seconds, without libc's calendar
 * functions, which would search for files.
 */

#include <stdbool.h>
#include <stdint.h>

#include "daemon/x509/parse/der.h"

/*
 * Reads a Time of RFC 5280 section 4.1.2.5: UTCTime or GeneralizedTime in UTC ("Z"), with seconds
 * and without fractions of them. *secondsp is in seconds since 1970-01-01T00:00:00Z. Returns false
 * if the value is not such a Time.
 */
bool moment_read(int64_t *secondsp, const struct der *time);

/*
 * Returns whether a date that moment_read has read has the type that RFC 5280 sections 4.1.2.5 and
 * 5.1.2.4 want for it: UTCTime through 2049, GeneralizedTime from 2050 on.
 */
bool moment_is_well_coded(int64_t seconds, const struct der *time);
