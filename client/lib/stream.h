/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A connected Unix socket to the daemon, with the input that has arrived on it. No function waits.
 * The descriptor may be shared with code outside the library, so that its flags are not changed;
 * instead every call passes MSG_DONTWAIT, and MSG_NOSIGNAL to prevent SIGPIPE.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/un.h>

#include "base/bytes.h"

struct stream {
    int fd;       /* the descriptor; -1 if the stream is closed */
    dev_t device; /* device and inode identify the socket that the descriptor was when the stream
                     was opened */
    ino_t inode;
    uint8_t *input; /* LIMIT_REPLY_BYTES bytes, allocated by the first read */
    size_t start;   /* index of the first byte that stream_take() has not removed */
    size_t end;
};

/* The value of a closed stream. */
#define STREAM_CLOSED ((struct stream){.fd = -1})

/*
 * Connects to the address. Returns 0; -EAGAIN if the daemon's queue of connections is full, which
 * the caller must poll because no event reports room in it; or another -errno. After an error the
 * stream is closed.
 */
int stream_connect(struct stream *stream, const struct sockaddr_un *address);

/*
 * Takes over a connected descriptor. Returns 0, and stream_close() will close the descriptor;
 * -EINVAL if it is not a connected Unix stream socket; or another -errno.
 */
int stream_adopt(struct stream *stream, int fd);

/*
 * Frees the input, and closes the descriptor if it is still the socket that was opened. May be
 * called twice.
 */
void stream_close(struct stream *stream);

bool stream_is_open(const struct stream *stream);

/*
 * Returns whether the descriptor is still the socket that was opened. If the program closed the
 * descriptor by mistake, the number may belong to another file by now.
 */
bool stream_is_intact(const struct stream *stream);

/*
 * Sends as many bytes as the socket accepts. Returns their number, -EAGAIN if it accepts none, or
 * another -errno.
 */
ssize_t stream_send(struct stream *stream, struct iovec *parts, size_t n_parts);

/*
 * Reads what has arrived, as far as the buffer has room. Returns the number of bytes, 0 if the
 * daemon closed the connection, -EAGAIN if nothing has arrived, -ENOBUFS if the buffer is full, or
 * another -errno.
 */
ssize_t stream_read(struct stream *stream);

/*
 * Returns the input that has not been removed yet; valid until the next call that changes the
 * stream.
 */
struct bytes stream_input(const struct stream *stream);

/* Removes n bytes from the start of the input. */
void stream_take(struct stream *stream, size_t n);
