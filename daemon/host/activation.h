/* SPDX-License-Identifier: MIT */
#pragma once

/* systemd's socket activation, sd_listen_fds(3): a protocol of three environment variables. */

/*
 * Takes the listening socket that the service manager passed. The variables are removed from the
 * environment whatever the outcome; the descriptor becomes close-on-exec.
 *
 * 0: *fdp is the socket. 1: nothing was passed to this process. -EINVAL: something was that is not
 * one listening Unix stream socket (already logged).
 */
int activation_take(int *fdp);
