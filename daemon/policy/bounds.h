/* SPDX-License-Identifier: MIT */
#pragma once

/* How large a configuration and its parts may be. */

/* The most bytes of a configuration, in all its files: ten thousand domains with comments take a
 * quarter of it. */
#define POLICY_FILE_BYTES (4u << 20)
/* The most bytes of a title or value, more than any domain name has. libconfuse's lexer takes
 * quadratic time in this length. */
#define POLICY_VALUE_BYTES 1024u
/* The most sections of one kind: enough for a fleet, and still read in well under a second. */
#define POLICY_SECTIONS_COUNT 10000u
/* The most pins in one pinset: keys in use, their backups and a few authorities. */
#define POLICY_PINS_COUNT 64u
/* The most values of any other list. Longer lists belong into CRLs or sections of their own. */
#define POLICY_VALUES_COUNT 1024u
/* The most sections `deny`: each question looks into all of them. */
#define POLICY_DENIES_COUNT 64u
/* The most sections `client`. */
#define POLICY_CLIENTS_COUNT 1024u
/* The most users and groups in all sections `client` together. */
#define POLICY_CLIENT_IDS_COUNT 4096u
/* The most bytes of a socket's path: sun_path without its NUL. */
#define POLICY_SOCKET_PATH_BYTES 107u
/* The most files in the drop-in directories. */
#define POLICY_DROP_INS_COUNT 256u
/* The most bytes of the name of a pinset, trust, denial or client, which has letters, digits, dots,
 * underscores and hyphens. */
#define POLICY_NAME_BYTES 64u
