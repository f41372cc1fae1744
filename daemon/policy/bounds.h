/* SPDX-License-Identifier: MIT */
#pragma once

/* The limits on the size of a configuration and of its parts. */

/*
 * The most bytes of a configuration, all its files together: ten thousand domains with comments
 * take a quarter of that.
 */
#define POLICY_FILE_BYTES (4u << 20)
/* The most bytes of a title or value, more than any domain name has. libconfuse's lexer takes
 * quadratic time in this length. */
#define POLICY_VALUE_BYTES 1024u
/*
 * The most sections of one kind: enough for a large fleet, and still read in well under a second.
 */
#define POLICY_SECTIONS_COUNT 10000u
/* The most pins in one pinset: keys in use, their backups and a few authorities. */
#define POLICY_PINS_COUNT 64u
/* The most values of any other list. Longer lists belong in CRLs, or in several sections. */
#define POLICY_VALUES_COUNT 1024u
/* The most sections `deny`: every one of them is searched for each question. */
#define POLICY_DENIES_COUNT 64u
/* The most sections `client`. */
#define POLICY_CLIENTS_COUNT 1024u
/* The most users and groups of all sections `client` together. */
#define POLICY_CLIENT_IDS_COUNT 4096u
/* The largest number of values of `account-blocks`; a directory service needs one or two. */
#define POLICY_ACCOUNT_BLOCKS_COUNT 64u
/* The most bytes of a socket's path: the size of sun_path less the NUL. */
#define POLICY_SOCKET_PATH_BYTES 107u
/* The most files in all drop-in directories together. */
#define POLICY_DROP_INS_COUNT 256u
/*
 * The most bytes of the title of a pinset, trust, deny or client section, which has letters,
 * digits, dots, underscores and hyphens.
 */
#define POLICY_NAME_BYTES 64u
