/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The daemon's log: one line for each event on standard error, with the program's name before it. A
 * message says what failed, on what, and what to do. Control characters are replaced by question
 * marks, so that an event is always one line; a line over 1,023 bytes is cut.
 *
 * A line that standard error cannot take at once is dropped: a log reader that has stopped must not
 * stop the daemon.
 */

__attribute__((format(printf, 1, 2))) void log_info(const char *format, ...);
__attribute__((format(printf, 1, 2))) void log_warning(const char *format, ...);
__attribute__((format(printf, 1, 2))) void log_error(const char *format, ...);
