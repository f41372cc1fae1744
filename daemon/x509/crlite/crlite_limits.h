/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Limits on CRLite's files. A real set at its largest has about 45 files of 22 MB together, some
 * 2,500 issuers, 75 logs and 10 columns.
 */

/* The most filters of one set, and so the most names of an index that are used. */
#define CRLITE_FILTERS_COUNT 256
/* The most bytes of one filter, and of all filters of a set. */
#define CRLITE_FILTER_BYTES 67108864
#define CRLITE_SET_BYTES    268435456
/* The most logs of one filter or index. They are compared pair by pair. */
#define CRLITE_LOGS_COUNT 1024
/* The most issuers of one filter. */
#define CRLITE_ISSUERS_COUNT 65536
/* The most serial numbers that one issuer may list as exceptions, as many as version 4 can hold. */
#define CRLITE_EXCEPTIONS_COUNT 65535
/* The most columns of one filter, the exact one not counted. */
#define CRLITE_COLUMNS_COUNT 64
/* The most bytes of an index. One with every log and filter above has 5 MB. */
#define CRLITE_INDEX_BYTES 8388608
/* The octets of a name in an index. */
#define CRLITE_NAME_BYTES 32
/* The octets of a log's identifier, which is the SHA-256 digest of its key (RFC 6962 section 3.2).
 */
#define CRLITE_LOG_BYTES 32
