/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The verifier's loop: it reads one request at a time from the front, judges it and replies, until
 * the front closes its end of the socket. Verifiers are the only processes that decode requests and
 * the certificates in them, and a verifier's only connection is its socket to the front.
 *
 * The socket is of type SEQPACKET. A message to the verifier is a struct ask (daemon/ipc/note.h)
 * and a frame (proto/frame.h), whose tag the front chooses; a reply is a struct note and a frame.
 */

#include "daemon/verify/verify.h"

/*
 * Serves on `socket` until its other end closes, or until a request has run out of memory. The
 * process has to be in its sandbox already, and to end afterwards. Returns 0; or -errno after a
 * failure that is not the fault of a request.
 */
int verifier_run(int socket, const struct verify_context *context);
