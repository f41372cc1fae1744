/* SPDX-License-Identifier: MIT */
#include "daemon/tools/trial.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "daemon/os/sandbox.h"
#include "daemon/tools/trial_record.h"
#include "daemon/tools/trial_side.h"
#include "proto/verdict.h"

enum trial_status {
    TRIAL_SAME = 0,
    TRIAL_CHANGED = 1,
    TRIAL_UNDECIDED = 2,
};

/* How the verdict on a request changes between the two configurations. */
enum change {
    CHANGE_NONE = 0,
    CHANGE_REFUSED,
    CHANGE_ACCEPTED,
    CHANGE_OTHERWISE, /* both refuse, or both accept, but with different codes */
    CHANGES_COUNT,
};

/*
 * The number of sections for which changes are counted separately; all others share the last row.
 */
#define ROWS_COUNT 256

/* The number of changes among the requests that one section of the new configuration decides. */
struct trial_row {
    char rule[NOTE_RULE_BYTES];
    uint64_t n[CHANGES_COUNT];
};

struct run {
    struct spawn_setup spawn;
    struct trial_side tried;
    struct trial_side current;
    struct trial_record record;
    struct trial_row rows[ROWS_COUNT];
    size_t n_rows;
    uint64_t n_requests;
    uint64_t n_changed;
    bool hash_names;
};

static void print_failure(const char *what, int r)
{
    fprintf(stderr, "certnamed: %s: %s\n", what, strerror(-r));
}

/* --- one request --- */

static bool accepts(const struct note *note)
{
    return note->outcome == VERDICT_NAME_MATCHES || note->outcome == VERDICT_VERIFIED;
}

static enum change compare(const struct note *current, const struct note *tried)
{
    if (accepts(current) != accepts(tried))
        return accepts(tried) ? CHANGE_ACCEPTED : CHANGE_REFUSED;
    if (current->outcome == tried->outcome && strcmp(current->code, tried->code) == 0)
        return CHANGE_NONE;
    return CHANGE_OTHERWISE;
}

static struct trial_row *find_row(struct run *run, const char *rule)
{
    for (size_t i = 0; i < run->n_rows; i++) {
        if (strcmp(run->rows[i].rule, rule) == 0)
            return &run->rows[i];
    }
    if (run->n_rows == ROWS_COUNT)
        return &run->rows[ROWS_COUNT - 1];
    if (run->n_rows == ROWS_COUNT - 1)
        rule = "other sections";
    memccpy(run->rows[run->n_rows].rule, rule, '\0', NOTE_RULE_BYTES - 1);
    return &run->rows[run->n_rows++];
}

static const char *text_or(const char *text, const char *otherwise)
{
    return text[0] != '\0' ? text : otherwise;
}

static void print_change(const struct run *run, const struct record *record,
                         const struct note *current, const struct note *tried, const char *about)
{
    printf("request %" PRIu64 " of uid %u: %s (by %s) becomes %s (by %s)%s%s\n", run->n_requests,
           record->uid, current->code, text_or(current->rule, "no rule"), tried->code,
           text_or(tried->rule, "no rule"), about[0] != '\0' ? ": " : "", about);
}

/*
 * Writes the SHA-256 of a request in hexadecimal: equal requests have equal digests, and a digest
 * reveals no name.
 */
static int hash_request(const struct run *run, const uint8_t *payload, size_t len,
                        char text[static 2 * DIGEST_BYTES + 1])
{
    uint8_t digest[DIGEST_BYTES];
    int r = x509_sha256(epoch_context(run->tried.epoch)->x509, payload, len, digest);

    for (size_t i = 0; !r && i < sizeof(digest); i++)
        snprintf(text + 2 * i, 3, "%02x", digest[i]);
    return r;
}

static int ask_both(struct run *run)
{
    const struct record *record = &run->record.record;
    const uint8_t *payload = run->record.payload;
    size_t len = record->length - RECORD_HEADER_BYTES;
    struct note current, tried;
    char digest[2 * DIGEST_BYTES + 1] = "";
    enum change change;
    int r = trial_side_ask(&run->current, &run->spawn, record, payload, len, &current);

    if (!r)
        r = trial_side_ask(&run->tried, &run->spawn, record, payload, len, &tried);
    if (r)
        return r;
    run->n_requests++;
    change = compare(&current, &tried);
    find_row(run, text_or(tried.rule, "no rule"))->n[change]++;
    if (change == CHANGE_NONE)
        return 0;
    run->n_changed++;
    if (run->hash_names)
        r = hash_request(run, payload, len, digest);
    if (!r)
        print_change(run, record, &current, &tried,
                     run->hash_names   ? digest
                     : accepts(&tried) ? current.audit
                                       : tried.audit);
    return r;
}

static int replay_record(struct run *run)
{
    int r;

    while ((r = trial_record_next(&run->record)) == TRIAL_RECORD_NEXT) {
        r = ask_both(run);
        if (r) {
            print_failure("cannot start a verifier", r);
            return r;
        }
    }
    return r;
}

/* --- all requests --- */

static void print_summary(const struct run *run)
{
    printf("%" PRIu64 " request%s, %" PRIu64 " verdict%s would change\n", run->n_requests,
           run->n_requests == 1 ? "" : "s", run->n_changed, run->n_changed == 1 ? "" : "s");
    for (size_t i = 0; i < run->n_rows; i++) {
        const uint64_t *n = run->rows[i].n;

        printf("  by %s: %" PRIu64 " newly refused, %" PRIu64 " newly accepted, %" PRIu64
               " otherwise, %" PRIu64 " the same\n",
               run->rows[i].rule, n[CHANGE_REFUSED], n[CHANGE_ACCEPTED], n[CHANGE_OTHERWISE],
               n[CHANGE_NONE]);
    }
}

/*
 * Flushes standard output. Returns 0 if all output has been written; or -errno, which has been
 * printed.
 */
static int finish_output(void)
{
    int r;

    errno = 0;
    if (fflush(stdout) == 0 && !ferror(stdout))
        return 0;
    /* If it was an earlier write that failed, errno does not have the reason any more. */
    r = errno ? -errno : -EIO;
    print_failure("standard output", r);
    return r;
}

static int prepare(struct run *run, const struct trial *trial)
{
    int r = user_find(&run->spawn.user, trial->user);

    if (r)
        return r;
    r = sandbox_make_verifier_filter(&run->spawn.verifier_filter);
    if (!r)
        r = trial_record_open(&run->record, trial->record_path);
    if (!r)
        r = trial_side_init(&run->tried, &trial->tried);
    return r ? r : trial_side_init(&run->current, &trial->current);
}

int trial_run(const struct trial *trial)
{
    struct run *run = calloc(1, sizeof(*run));
    int r;

    if (!run) {
        print_failure("cannot begin the trial", -ENOMEM);
        return TRIAL_UNDECIDED;
    }
    run->tried = run->current = TRIAL_SIDE_NULL;
    run->record = TRIAL_RECORD_NULL;
    run->hash_names = trial->hash_names;
    r = prepare(run, trial);
    if (!r)
        r = replay_record(run);
    if (!r)
        print_summary(run);
    if (!r)
        r = finish_output();
    if (!r)
        r = run->n_changed > 0 ? TRIAL_CHANGED : TRIAL_SAME;
    trial_side_deinit(&run->tried);
    trial_side_deinit(&run->current);
    trial_record_close(&run->record);
    sandbox_filter_free(&run->spawn.verifier_filter);
    free(run);
    return r < 0 ? TRIAL_UNDECIDED : r;
}
