/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A connected Unix socket to the daemon, and the input that has arrived on it. No function waits.
 * The descriptor may be shared with code that is not ours, so that its flags are not changed:
 * every call passes MSG_DONTWAIT, and MSG_NOSIGNAL instead of a SIGPIPE.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/un.h>

#include "base/bytes.h"

struct stream {
    int fd;       /* -1: closed */
    dev_t device; /* with the inode: which socket the descriptor was when it was opened */
    ino_t inode;
    uint8_t *input; /* room for LIMIT_REPLY_BYTES once something was read */
    size_t start;   /* of the bytes that have not been taken */
    size_t end;
};

/* The value of a stream that is closed. */
#define STREAM_CLOSED ((struct stream){.fd = -1})

/*
 * Connects to the address. Returns 0; -EAGAIN if the daemon's queue of connections is full, which
 * nothing signals when it changes; or another -errno. The stream stays closed unless 0.
 */
int stream_connect(struct stream *stream, const struct sockaddr_un *address);

/*
 * Takes over a connected descriptor. Returns 0, and the stream closes the descriptor when it is
 * closed; or -EINVAL if that is not a connected Unix stream socket, or -errno.
 */
int stream_adopt(struct stream *stream, int fd);

/* Closes the descriptor if it still is the socket that was opened, and frees the input. Safe twice.
 */
void stream_close(struct stream *stream);

bool stream_is_open(const struct stream *stream);

/*
 * Returns whether the descriptor still is the socket that was opened. A program that closes
 * descriptors that it does not own may have another file under that number by now.
 */
bool stream_is_intact(const struct stream *stream);

/* Sends what fits. Returns the number of bytes, -EAGAIN if nothing fits, or another -errno. */
ssize_t stream_send(struct stream *stream, struct iovec *parts, size_t n_parts);

/*
 * Reads what has arrived and fits behind the input. Returns the number of bytes, 0 if the daemon
 * closed the connection, -EAGAIN if nothing has arrived, -ENOBUFS if the input is full, or another
 * -errno.
 */
ssize_t stream_read(struct stream *stream);

/* Returns the input that has not been taken; valid until the next call that changes the stream. */
struct bytes stream_input(const struct stream *stream);

/* Takes n bytes off the input. */
void stream_take(struct stream *stream, size_t n);
