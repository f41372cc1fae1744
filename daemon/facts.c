/* SPDX-License-Identifier: MIT */

/* What status says of supervisor, policy and host: one JSON object in printable ASCII, which the
 * front hands on as it is. */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "config.h"
#include "daemon/host/json.h"
#include "daemon/host/landlock.h"
#include "daemon/host/sandbox.h"
#include "daemon/supervisor_internal.h"

static const char *yes_no(bool value)
{
    return value ? "true" : "false";
}

static void write_text(FILE *file, const char *key, const char *value)
{
    fprintf(file, ",\"%s\":", key);
    json_write_string(file, value);
}

/* As RFC 3339 has it, in UTC. */
static void write_moment(FILE *file, const char *key, int64_t moment_s)
{
    time_t seconds = (time_t)moment_s;
    struct tm parts = {0};
    char text[64] = "";

    gmtime_r(&seconds, &parts);
    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &parts);
    write_text(file, key, text);
}

static void write_digest(FILE *file, const uint8_t *digest, size_t len)
{
    fputs(",\"digest\":\"", file);
    for (size_t i = 0; i < len; i++)
        fprintf(file, "%02x", digest[i]);
    fputc('"', file);
}

static void write_generation(FILE *file, const struct generation *generation)
{
    const struct verify_context *context = generation_context(generation);
    const struct generation_number number = generation_number(generation);
    const char *path = generation_file(generation);

    fputs(",\"config\":[", file);
    if (path)
        json_write_string(file, path);
    fprintf(file, "],\"generation\":%" PRIu64 ",\"epoch\":%" PRIu64, number.generation,
            number.epoch);
    write_digest(file, context->digest, sizeof(context->digest));
    write_moment(file, "loaded-at", generation_loaded_s(generation));
}

/* The last reload, if it was refused. */
static void write_reload(FILE *file, const struct supervisor *supervisor)
{
    const struct policy_error *error = &supervisor->reload.error;

    fprintf(file, ",\"files-in-force\":%s,\"reload-refused\":",
            yes_no(!supervisor->facts.outdated && !supervisor->reload.refused));
    if (!supervisor->reload.refused) {
        fputs("null", file);
        return;
    }
    fprintf(file, "{\"line\":%u", error->line);
    write_text(file, "file", error->file);
    write_text(file, "message", error->message);
    write_moment(file, "at", supervisor->reload.when_s);
    fputc('}', file);
}

static void write_sandbox(FILE *file)
{
    bool relaxed = sandbox_is_relaxed();
    int abi = relaxed ? 0 : landlock_abi();

    fprintf(file, ",\"sandbox\":{\"mode\":\"%s\",\"seccomp\":%s,\"landlock\":",
            relaxed ? "relaxed" : "strict", yes_no(!relaxed));
    if (abi > 0)
        fprintf(file, "%d}", abi);
    else
        fputs("\"none\"}", file);
}

static void write_facts(FILE *file, const struct supervisor *supervisor)
{
    fputs("{\"version\":\"" PACKAGE_VERSION "\"", file);
    write_text(file, "libcrypto", x509_library_version());
    write_generation(file, supervisor->generation);
    write_reload(file, supervisor);
    write_sandbox(file);
    fprintf(file, ",\"verifiers\":%zu,\"restarts\":{\"front\":%" PRIu64 ",\"verifiers\":%" PRIu64,
            supervisor->pool.n, supervisor->n_front_restarts, supervisor->pool.n_restarts);
    fputs("}}", file);
}

/* malloc'ed; NULL without memory. */
static char *make_facts(const struct supervisor *supervisor)
{
    char *text = NULL;
    size_t len = 0;
    FILE *file = open_memstream(&text, &len);
    bool failed;

    if (!file)
        return NULL;
    write_facts(file, supervisor);
    failed = ferror(file) != 0;
    if (fclose(file) != 0 || failed) {
        free(text);
        return NULL;
    }
    return text;
}

void facts_tell(struct supervisor *supervisor)
{
    const struct control_message message = {.kind = CONTROL_FACTS};
    char *text;

    if (!supervisor->facts.stale || !supervisor->announced ||
        !channel_is_open(&supervisor->channel))
        return;
    text = make_facts(supervisor);
    /* Without memory it stays stale, and is tried again. */
    if (!text)
        return;
    supervisor->facts.stale = false;
    if (supervisor->facts.told && strcmp(supervisor->facts.told, text) == 0) {
        free(text);
        return;
    }
    channel_tell_text(&supervisor->channel, &message, text, strlen(text));
    free(supervisor->facts.told);
    supervisor->facts.told = text;
}
