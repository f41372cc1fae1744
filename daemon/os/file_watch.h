/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Notices whether files have changed since they were read, by comparing what stat(2) reports. That
 * is cheap and reads no file.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/packed.h"

struct file_watch;

/* Makes an empty watch, which the caller frees. Returns 0 or -ENOMEM. */
int file_watch_new(struct file_watch **watchp);

/* Frees a watch; takes NULL. Returns NULL. */
struct file_watch *file_watch_free(struct file_watch *watch);

/*
 * Watches a path from now on. Called before the path is read, so that a change during the reading
 * is noticed. Also watches a path at which there is no file yet. A folder counts as changed if a
 * name in it is added or removed. Returns 0 or -ENOMEM.
 */
int file_watch_add(struct file_watch *watch, const char *path);

/*
 * Watches a path. If it is a folder, also watches its entries that do not begin with a dot and end
 * in `ending` (NULL: all that do not begin with a dot). Subfolders are not entered. Returns 0 or
 * -ENOMEM.
 */
int file_watch_add_whole(struct file_watch *watch, const char *path, const char *ending);

/*
 * Returns whether, since it was added, any path has appeared or disappeared, has become another
 * file, or has been written to.
 */
bool file_watch_has_changed(const struct file_watch *watch);

/*
 * Returns a number for what stat(2) reported about all paths when they were added; their order has
 * no influence. If the numbers of two watches differ, the files differed. If they are equal, the
 * files were the same, except with a probability of one in 2^64.
 */
uint64_t file_watch_state(const struct file_watch *watch);

/*
 * Writes the paths and what stat(2) reported of them, so that another process can continue the
 * watch. If memory runs out, writer->failed is set.
 */
void file_watch_pack(const struct file_watch *watch, struct packed_writer *writer);

/* Adds packed paths to a watch. Returns 0; -EBADMSG for bytes that file_watch_pack cannot have
 * written; or -ENOMEM. */
int file_watch_unpack(struct file_watch *watch, struct packed_reader *reader);
