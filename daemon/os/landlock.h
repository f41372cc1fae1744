/* SPDX-License-Identifier: MIT */
#pragma once

/* Landlock: a process without a file system, a network and anybody to signal, whatever the system
 * calls that its filter leaves it. */

/* The version of Landlock's interface that this kernel offers; 0 where it has none, or it is
 * switched off. */
int landlock_abi(void);

/*
 * From here on no file can be opened, and, as far as the kernel's version goes, no TCP port bound
 * or connected to (4), no abstract socket connected to and no process outside signalled (6). What
 * is open stays open. After PR_SET_NO_NEW_PRIVS. 0, also where the kernel offers nothing; or
 * -errno.
 */
int landlock_enter(void);
