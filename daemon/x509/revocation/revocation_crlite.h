/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Judges an end entity by CRLite's filters (daemon/x509/crlite). Only for the files of daemon/x509.
 *
 * The filters are asked only about certificates that their builder knew: end entities, with
 * timestamps of logs, that have not expired at the time of the question. About any other one the
 * answer would be random, so nothing is asked.
 */

#include "daemon/x509/crlite/crlite_set.h"
#include "daemon/x509/parse/context.h"
#include "daemon/x509/revocation/crl_subject.h"
#include "daemon/x509/revocation/revocation_reason.h"
#include "daemon/x509/revocation/revocation_window.h"

/*
 * Asks all sets. *reasonp becomes REASON_NOTHING if the certificate is none to ask about, or if
 * there is no filter; otherwise what the set with the most weight says. Data is out of date
 * REVOCATION_CRLITE_S after the latest moment that it covers: from then on only "revoked" counts.
 * A question about a moment before all data is answered by the data as it is. Narrows the window
 * to the time in which the reason stays the same.
 *
 * Returns 0, -ENOMEM or -EIO.
 */
int revocation_crlite_judge(const struct x509_context *context,
                            const struct crlite_set *const *sets, size_t n_sets,
                            const struct crl_subject *subject, struct window *window,
                            enum revocation_reason *reasonp);
