/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The verifier: one request at a time, blocking, until the front closes its end. It is the only
 * process that decodes what clients send and certificates, and it holds nothing but the socket to
 * the front.
 *
 * On that SEQPACKET socket a message is one frame (proto/frame.h), whose tag the front chooses.
 */

#include "daemon/verify/verify.h"

/*
 * Serves on `socket` until its other end closes, or until a request has run into the memory limit.
 * The process is in its sandbox already, and is to end afterwards. 0, or -errno for what ought not
 * to happen.
 */
int verifier_run(int socket, const struct verify_context *context);
