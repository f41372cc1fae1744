/* SPDX-License-Identifier: MIT */
#pragma once

/* Whether files are still as they were when they were read: by what stat(2) says, so that asking is
 * cheap and reads nothing. */

#include <stdbool.h>

struct file_watch;

/* 0 and *watchp, which watches nothing yet, is the caller's; or -ENOMEM. */
int file_watch_new(struct file_watch **watchp);

/* Takes NULL. Returns NULL. */
struct file_watch *file_watch_free(struct file_watch *watch);

/*
 * Watches a path from now on: to be called before it is read, so that a change meanwhile shows. One
 * at which there is nothing is watched too. A folder changes with the names in it. 0 or -ENOMEM.
 */
int file_watch_add(struct file_watch *watch, const char *path);

/*
 * The same for a path and, where it is a folder, what lies in it: the names that do not begin with
 * a dot and have that ending; NULL for any. Not what lies deeper.
 */
int file_watch_add_whole(struct file_watch *watch, const char *path, const char *ending);

/* Whether any is another file, or has been written, since it was added. */
bool file_watch_has_changed(const struct file_watch *watch);
