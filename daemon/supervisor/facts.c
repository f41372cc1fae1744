/* SPDX-License-Identifier: MIT */
#include "daemon/supervisor/facts.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/memory_text.h"
#include "config.h"
#include "daemon/limits.h"
#include "daemon/load/crlites.h"
#include "daemon/load/warnings.h"
#include "daemon/os/landlock.h"
#include "daemon/os/sandbox.h"
#include "daemon/supervisor/facts_metrics.h"

/*
 * The largest number of files and warnings that are listed, because the size of a reply is bounded.
 */
#define SHOWN_COUNT 8

/*
 * The first release of each OpenSSL series that has the fixes up to April 2026 (CVE-2026-28387 and
 * those published with it). A distribution may have fixed an older release without changing its
 * number.
 */
static const struct {
    unsigned major, minor, patch;
} fixed[] = {{3, 0, 20}, {3, 3, 7}, {3, 4, 5}, {3, 5, 6}, {3, 6, 2}};

bool facts_is_dated(const char *version)
{
    unsigned major = 0, minor = 0, patch = 0;

    if (sscanf(version, "OpenSSL %u.%u.%u", &major, &minor, &patch) != 3)
        return false;
    for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++) {
        if (fixed[i].major == major && fixed[i].minor == minor)
            return patch < fixed[i].patch;
    }
    /* A series that is not in the table either ended before the fixes (an older one) or began with
     * them (a newer one). */
    return major < 3 || (major == 3 && minor < 6);
}

static const char *yes_no(bool value)
{
    return value ? "true" : "false";
}

static void write_text_member(struct memory_text *file, const char *key, const char *value)
{
    memory_text_add(file, ",\"%s\":", key);
    json_write_string(file, value);
}

/* Writes a time as RFC 3339 text in UTC. */
static void write_moment(struct memory_text *file, const char *key, int64_t moment_s)
{
    time_t seconds = (time_t)moment_s;
    struct tm parts = {0};
    char text[64] = "";

    gmtime_r(&seconds, &parts);
    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &parts);
    write_text_member(file, key, text);
}

static void write_digest(struct memory_text *file, const uint8_t *digest, size_t len)
{
    memory_text_append(file, ",\"digest\":\"");
    for (size_t i = 0; i < len; i++)
        memory_text_add(file, "%02x", digest[i]);
    memory_text_append(file, "\"");
}

static void write_error(struct memory_text *file, const char *key, const struct policy_error *error)
{
    memory_text_add(file, ",\"%s\":{\"line\":%u", key, error->line);
    write_text_member(file, "file", error->file);
    write_text_member(file, "message", error->message);
    memory_text_append(file, "}");
}

static void write_files(struct memory_text *file, const struct epoch *epoch, size_t n_shown)
{
    const struct policy_texts files = epoch_files(epoch);

    memory_text_add(file, ",\"config-files\":%zu,\"config\":[", files.n_texts);
    for (size_t i = 0; i < files.n_texts && i < n_shown; i++) {
        memory_text_append(file, i > 0 ? "," : "");
        json_write_string(file, files.texts[i]);
    }
    memory_text_append(file, "]");
}

static void write_generation(struct memory_text *file, const struct epoch *epoch, size_t n_shown)
{
    const struct verify_context *context = epoch_context(epoch);
    const struct epoch_number number = epoch_number(epoch);

    write_files(file, epoch, n_shown);
    memory_text_add(file, ",\"generation\":%" PRIu64 ",\"epoch\":%" PRIu64, number.generation,
                    number.epoch);
    write_digest(file, context->digest, sizeof(context->digest));
    write_moment(file, "loaded-at", epoch_loaded_s(epoch));
}

/* Writes the state of CRLite's filters; nothing where there are none and none was named. */
static void write_crlite(struct memory_text *file, const struct crlites *crlites, int64_t now)
{
    const struct crlites_status status = crlites_status(crlites, now);

    if (status.n_filters == 0 && crlites->n_unusable == 0)
        return;
    memory_text_add(file, ",\"crlite\":{\"filters\":%zu", status.n_filters);
    write_text_member(file, "state", status.state);
    if (status.as_of > 0) {
        write_moment(file, "as-of", status.as_of);
        memory_text_add(file, ",\"age-s\":%" PRId64, now - status.as_of);
    }
    if (crlites->warning[0] != '\0')
        write_text_member(file, "problem", crlites->warning);
    memory_text_append(file, "}");
}

static void write_warnings(struct memory_text *file, const struct epoch *epoch, size_t n_shown)
{
    const struct policy *policy = epoch_context(epoch)->policy;
    const char *material_warning = epoch_material_warning(epoch);
    const int64_t now = clock_now_s();
    struct policy_warning warning;
    char text[WARNINGS_TEXT_BYTES];

    memory_text_append(file, ",\"remarks\":[");
    for (size_t i = 0; i < n_shown && policy_warning(policy, now, i, &warning); i++) {
        memory_text_append(file, i > 0 ? "," : "");
        json_write_string(file, warnings_text(&warning, text, sizeof(text)));
    }
    memory_text_append(file, "]");
    if (material_warning[0] != '\0')
        write_text_member(file, "material", material_warning);
    if (epoch_crl_warning(epoch)[0] != '\0')
        write_text_member(file, "crl-files", epoch_crl_warning(epoch));
    write_crlite(file, epoch_crlites(epoch), now);
}

static void write_policy(struct memory_text *file, const struct epoch *epoch, size_t n_shown)
{
    const struct policy *policy = epoch_context(epoch)->policy;
    size_t n_pinsets = 0, n_denies = 0, n_clients = 0, n_trusts = 0;
    int64_t days = warnings_days_left(epoch);

    (void)policy_pinsets(policy, &n_pinsets);
    (void)policy_denies(policy, &n_denies);
    (void)policy_clients(policy, &n_clients);
    (void)policy_trusts(policy, &n_trusts);
    memory_text_add(file,
                    ",\"policy\":{\"domains\":%zu,\"pinsets\":%zu,\"denies\":%zu,\"clients\":%zu,"
                    "\"trusts\":%zu}",
                    policy_n_domains(policy), n_pinsets, n_denies, n_clients, n_trusts);
    if (days >= 0)
        memory_text_add(file, ",\"pins-expire-in-days\":%" PRId64, days);
    write_warnings(file, epoch, n_shown);
}

/* Writes whether the files on disk are in force, and why the last attempts to load them failed. */
static void write_disk(struct memory_text *file, const struct reload *reload)
{
    memory_text_add(file, ",\"files-in-force\":%s", yes_no(reload_files_in_force(reload)));
    if (reload->refused) {
        write_error(file, "reload-refused", &reload->error);
        write_moment(file, "reload-refused-at", reload->ended_s);
    }
    if (reload->on_last_good)
        memory_text_append(file, ",\"last-good-in-force\":true");
    if (reload->crls_refused)
        write_error(file, "crls-refused", &reload->crls_error);
}

static void write_sandbox(struct memory_text *file)
{
    bool relaxed = sandbox_is_relaxed();
    int abi = relaxed ? 0 : landlock_abi();

    memory_text_add(file, ",\"sandbox\":{\"mode\":\"%s\",\"seccomp\":%s,\"landlock\":",
                    relaxed ? "relaxed" : "strict", yes_no(!relaxed));
    if (abi > 0)
        memory_text_add(file, "%d}", abi);
    else
        memory_text_append(file, "\"none\"}");
}

/*
 * Returns whether the file of this process's program has been replaced on disk, as an upgrade does.
 */
static bool is_program_replaced(void)
{
    static const char mark[] = " (deleted)";
    char path[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", path, sizeof(path));
    size_t n_mark = strlen(mark);

    return n > (ssize_t)n_mark && memcmp(path + n - n_mark, mark, n_mark) == 0;
}

static void write_facts(struct memory_text *file, const struct serving *serving,
                        const struct reload *reload, size_t n_shown)
{
    memory_text_add(file, "{\"version\":\"" PACKAGE_VERSION "\",\"program-replaced\":%s",
                    yes_no(is_program_replaced()));
    write_text_member(file, "libcrypto", x509_library_version());
    memory_text_add(file, ",\"libcrypto-below-fixed\":%s",
                    yes_no(facts_is_dated(x509_library_version())));
    write_generation(file, serving->epoch, n_shown);
    write_disk(file, reload);
    write_policy(file, serving->epoch, n_shown);
    write_sandbox(file);
    memory_text_add(file,
                    ",\"verifiers\":%zu,\"restarts\":{\"front\":%" PRIu64 ",\"verifiers\":%" PRIu64,
                    serving->pool.n, serving->channel.n_restarts, serving->pool.n_restarts);
    memory_text_append(file, "}}\n");
    facts_metrics_write(file, serving, reload);
}

char *facts_of_refusal(const struct policy_error *refusal)
{
    struct memory_text facts = {0};
    char *text = NULL;

    memory_text_append(&facts, "{\"version\":\"" PACKAGE_VERSION "\",\"files-in-force\":false");
    write_error(&facts, "start-refused", refusal);
    memory_text_append(&facts, "}\n");
    return memory_text_finish(&facts, &text, NULL) ? NULL : text;
}

/*
 * Returns an allocated text that lists at most `n_shown` files and warnings; NULL if memory ran
 * out.
 */
static char *print_facts(const struct serving *serving, const struct reload *reload, size_t n_shown)
{
    struct memory_text facts = {0};
    char *text = NULL;

    write_facts(&facts, serving, reload, n_shown);
    return memory_text_finish(&facts, &text, NULL) ? NULL : text;
}

/*
 * Returns an allocated text, without the lists of files and warnings if it would be too long with
 * them; NULL if memory ran out.
 */
static char *print_bounded_facts(const struct serving *serving, const struct reload *reload)
{
    char *text = print_facts(serving, reload, SHOWN_COUNT);

    if (!text || strlen(text) < LIMIT_FACTS_BYTES)
        return text;
    free(text);
    return print_facts(serving, reload, 0);
}

void facts_send(struct status_facts *facts, struct serving *serving, const struct reload *reload)
{
    const struct control_message message = {.kind = CONTROL_FACTS};
    char *text;

    if (!facts->stale || !serving->announced || !channel_is_open(&serving->channel))
        return;
    text = print_bounded_facts(serving, reload);
    if (!text)
        return;
    facts->stale = false;
    if (facts->sent && strcmp(facts->sent, text) == 0) {
        free(text);
        return;
    }
    channel_send_text(&serving->channel, &message, text, strlen(text));
    free(facts->sent);
    facts->sent = text;
}

void facts_forget_sent(struct status_facts *facts)
{
    free(facts->sent);
    facts->sent = NULL;
}
