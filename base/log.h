/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * One line an event, on standard error, in one write: what failed, on what, what to do. Control
 * characters are replaced, so that one event stays one line.
 */

__attribute__((format(printf, 1, 2))) void log_info(const char *format, ...);
__attribute__((format(printf, 1, 2))) void log_warning(const char *format, ...);
__attribute__((format(printf, 1, 2))) void log_error(const char *format, ...);
