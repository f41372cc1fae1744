/* SPDX-License-Identifier: MIT */

/*
 * Fuzzes the reading of a CRLite filter. A filter that is read answers any question, and about
 * certificates of the issuers and logs that are in it.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/x509/crlite/crlite_filter.h"
#include "tests/fuzz/fuzz.h"

/* The most questions for one input, so that a large one does not take long. */
#define QUESTIONS_COUNT 64

/* Returns the digest of issuer i, which follows 8 octets of length in version 3. */
static const uint8_t *issuer(const struct crlite_filter *filter, size_t i)
{
    return filter->bytes.data + filter->blocks[i] + (filter->version == 3 ? 8 : 0);
}

static void ask(const struct crlite_filter *filter, const uint8_t *who, uint64_t time_ms,
                const uint8_t *log)
{
    const struct crlite_timestamp timestamp = {.log = log, .time_ms = time_ms};
    struct crlite_subject subject = {.timestamps = &timestamp, .n_timestamps = 1};
    enum crlite_answer answer;

    memcpy(subject.issuer, who, sizeof(subject.issuer));
    memcpy(subject.key, who, sizeof(subject.key));
    subject.serial = (struct bytes){.data = who, .len = 20};
    answer = crlite_filter_ask(filter, &subject);
    fuzz_must(answer == CRLITE_GOOD || answer == CRLITE_REVOKED,
              "a certificate of a covered log and an enrolled issuer is good or revoked");
    subject.n_timestamps = 0;
    fuzz_must(crlite_filter_ask(filter, &subject) == CRLITE_NOT_COVERED,
              "a certificate without timestamps is not covered");
}

static void ask_all(const struct crlite_filter *filter)
{
    struct crlite_coverage coverage = {0};

    for (size_t i = 0; i < filter->n_logs; i++) {
        coverage = crlite_filter_coverage(filter, i);
        if (coverage.low <= coverage.high)
            break;
    }
    if (!coverage.log || coverage.low > coverage.high)
        return;
    for (size_t i = 0; i < filter->n_issuers && i < QUESTIONS_COUNT; i++)
        ask(filter, issuer(filter, i), coverage.high, coverage.log);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct crlite_filter filter;
    const char *why = NULL;
    int r = crlite_filter_init(&filter, (struct bytes){.data = data, .len = n}, &why);

    fuzz_must(r == 0 || r == CRLITE_INVALID || r == -ENOMEM, "a filter is one or none");
    fuzz_must((r == CRLITE_INVALID) == (why != NULL), "what is refused has a reason");
    if (r == 0)
        ask_all(&filter);
    crlite_filter_deinit(&filter);
    return 0;
}
