/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * One connection to the daemon: bytes out, bytes in, no call past its deadline. It knows nothing of
 * frames. The socket never blocks; waiting is always for reading as well, since a daemon whose
 * replies nobody reads stops reading too.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/un.h>

#include "client/lib/address.h"
#include "client/lib/deadline.h"
#include "client/lib/failure.h"
#include "client/lib/owner.h"
#include "proto/limits.h"

/*
 * The daemon closed or reset the connection. Never leaves the library: CERTNAME_ERR_UNAVAILABLE
 * does.
 */
#define CONNECTION_GONE (-1000)

/* Replies held while questions are sent: room for 1,024 of twice the size of a refusal. */
#define CONNECTION_INPUT_BYTES (1024 * 8192)

struct connection {
    int fd;       /* -1: closed */
    dev_t device; /* with the inode, what the descriptor was when it was opened */
    ino_t inode;
    struct owner owner;
    struct sockaddr_un address;
    uint8_t *input;
    size_t capacity;
    size_t start; /* taken already */
    size_t end;
};

void connection_init(struct connection *connection);

/* Closes it, if it is still there, and frees the input. Safe twice; open again with
 * connection_open(). */
void connection_close(struct connection *connection);

bool connection_is_open(const struct connection *connection);

/*
 * Whether it is this process's, and its descriptor still what was opened: a program that closes
 * what is not its own (twice, or all of them) may have another there by now, of somebody whom
 * nobody has checked.
 */
bool connection_is_ours(const struct connection *connection);

/*
 * Connects and checks who listens. 0; CERTNAME_ERR_UNAVAILABLE; CERTNAME_ERR_BUSY if the queue of
 * connections stayed full; CERTNAME_ERR_UNTRUSTED_DAEMON; CERTNAME_ERR_MEMORY;
 * CERTNAME_ERR_ARGUMENT.
 */
int connection_open(struct connection *connection, const struct address *address,
                    const struct deadline *deadline, struct failure *failure);

/* Sends all of it; `parts` is used up. 0, CONNECTION_GONE, or an enum certname_error. */
int connection_send(struct connection *connection, struct iovec *parts, size_t n_parts,
                    const struct deadline *deadline, struct failure *failure);

/* Waits for more input and reads it. 0, CONNECTION_GONE, or an enum certname_error. */
int connection_receive(struct connection *connection, const struct deadline *deadline,
                       struct failure *failure);

/* What has come in and was not taken. Valid until the next call on the connection. */
const uint8_t *connection_input(const struct connection *connection, size_t *np);

/* Takes n bytes off the input. */
void connection_take(struct connection *connection, size_t n);
