/* SPDX-License-Identifier: MIT */
#pragma once

/* Notices whether files have changed since they were read, by what stat(2) says of them, so that
 * looking is cheap and reads nothing. */

#include <stdbool.h>

#include "base/packed.h"

struct file_watch;

/* Makes an empty watch, which the caller frees. Returns 0 or -ENOMEM. */
int file_watch_new(struct file_watch **watchp);

/* Frees a watch; takes NULL. Returns NULL. */
struct file_watch *file_watch_free(struct file_watch *watch);

/*
 * Watches a path from now on. It is called before the path is read, so that a change during the
 * reading is noticed. A path without a file is watched too. A folder changes when a name in it
 * comes or goes. Returns 0 or -ENOMEM.
 */
int file_watch_add(struct file_watch *watch, const char *path);

/*
 * Watches a path and, where it is a folder, also its entries that do not begin with a dot and have
 * this ending (NULL: any). Folders within it are not entered. Returns 0 or -ENOMEM.
 */
int file_watch_add_whole(struct file_watch *watch, const char *path, const char *ending);

/* Returns whether any path has come or gone, is another file, or has been written since it was
 * added. */
bool file_watch_has_changed(const struct file_watch *watch);

/* Writes the paths and what stat(2) said of them, so that another process can watch on. A failure
 * is the writer's. */
void file_watch_pack(const struct file_watch *watch, struct packed_writer *writer);

/* Adds packed paths to a watch. Returns 0; -EBADMSG for bytes that file_watch_pack cannot have
 * written; or -ENOMEM. */
int file_watch_unpack(struct file_watch *watch, struct packed_reader *reader);
