/* SPDX-License-Identifier: MIT */

/*
 * A reload: the configuration is tried out in a process of its own while the loop goes on; only
 * what was good there is read here, and it has to be the same again. Whatever fails, the epoch in
 * force goes on as it was.
 */

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "daemon/load/warnings.h"
#include "daemon/supervisor/supervisor_internal.h"

#define TEXT_BYTES (GENERATION_ERROR_BYTES + 128)

void reload_want(struct supervisor *supervisor, bool asked)
{
    if (supervisor->stopping)
        return;
    supervisor->reload.wanted = true;
    supervisor->reload.asked |= asked;
}

/* --- the end of one --- */

static void tell_manager(const struct supervisor *supervisor, const char *text)
{
    char state[TEXT_BYTES + 32];

    snprintf(state, sizeof(state), "READY=1\nSTATUS=%s", text);
    notify_send(&supervisor->setup->notify, state);
}

static void answer(struct supervisor *supervisor, const char *text)
{
    const struct control_message message = {
        .kind = CONTROL_RELOADED,
        .cause = supervisor->reload.refused ? 1 : 0,
    };

    if (supervisor->reload.answering)
        channel_tell_text(&supervisor->channel, &message, text, strlen(text));
    supervisor->reload.answering = false;
}

static void finish_good(struct supervisor *supervisor)
{
    const struct generation_number number = generation_number(supervisor->generation);
    char name[GENERATION_ERROR_BYTES], text[TEXT_BYTES];

    snprintf(text, sizeof(text), "generation %llu is in force: %s",
             (unsigned long long)number.generation,
             generation_name(supervisor->generation, name, sizeof(name)));
    supervisor->reload.refused = false;
    log_info("reloaded: %s", text);
    remarks_log(supervisor->generation, false);
    answer(supervisor, text);
    tell_manager(supervisor, text);
}

static void finish_refused(struct supervisor *supervisor, const struct policy_error *error)
{
    char why[GENERATION_ERROR_BYTES], text[TEXT_BYTES];

    generation_error_text(error, why, sizeof(why));
    snprintf(text, sizeof(text), "%s: reload refused, generation %llu stays in force", why,
             (unsigned long long)generation_number(supervisor->generation).generation);
    supervisor->reload.refused = true;
    supervisor->reload.error = *error;
    log_error("%s", text);
    answer(supervisor, text);
    tell_manager(supervisor, text);
}

/* --- from good to in force --- */

static int check_same(const struct generation *generation, const uint8_t *digest,
                      struct policy_error *error)
{
    const struct verify_context *context = generation_context(generation);

    if (memcmp(context->digest, digest, sizeof(context->digest)) == 0)
        return 0;
    return generation_error_set(
        error, 1, "the configuration changed while it was read: reload again when it is complete");
}

static int take(struct supervisor *supervisor, const uint8_t *digest, struct policy_error *error)
{
    struct generation_number number = generation_number(supervisor->generation);
    struct generation *generation = NULL;
    int r;

    number.generation++;
    number.epoch++;
    r = generation_load(&generation, &supervisor->sources, number, error);
    if (!r)
        r = check_same(generation, digest, error);
    if (!r)
        r = epoch_enter(supervisor, generation, error);
    if (r) {
        generation_free(generation);
        return r;
    }
    supervisor->sources = sources_settle(&supervisor->sources);
    supervisor->facts.outdated = false;
    supervisor->crls.refused = false;
    supervisor->remarks_s = remarks_due_s(generation);
    return 0;
}

static void conclude(struct supervisor *supervisor, struct checker_result *result)
{
    int r = 1;

    if (result->outcome == CHECKER_GOOD)
        r = take(supervisor, result->digest, &result->error);
    supervisor->reload.when_s = clock_now_s();
    supervisor->facts.stale = true;
    if (r)
        finish_refused(supervisor, &result->error);
    else
        finish_good(supervisor);
}

/* --- the beginning of one --- */

/* sd_notify(3): systemd tells this reload from one before by the time. */
static void say_reloading(const struct supervisor *supervisor)
{
    struct timespec now;
    char state[64];

    clock_gettime(CLOCK_MONOTONIC, &now);
    snprintf(state, sizeof(state), "RELOADING=1\nMONOTONIC_USEC=%lld",
             (long long)now.tv_sec * 1000000 + now.tv_nsec / 1000);
    notify_send(&supervisor->setup->notify, state);
}

static void begin(struct supervisor *supervisor)
{
    struct checker_result result = {0};
    int r;

    supervisor->reload.wanted = false;
    supervisor->reload.answering = supervisor->reload.asked;
    supervisor->reload.asked = false;
    say_reloading(supervisor);
    r = checker_start(&supervisor->reload.checker, &supervisor->sources);
    if (!r)
        return;
    generation_error_set(&result.error, r, "the configuration cannot be tried out: %s",
                         strerror(-r));
    conclude(supervisor, &result);
}

/* One at a time, and not before the verifiers of the epoch before the last have gone. */
static bool may_begin(const struct supervisor *supervisor)
{
    return supervisor->reload.wanted && !supervisor->stopping &&
           supervisor->reload.checker.child.pid == 0 && !pool_has_old(&supervisor->pool);
}

void reload_step(struct supervisor *supervisor)
{
    struct checker_result result;

    checker_end_late(&supervisor->reload.checker);
    if (checker_finish(&supervisor->reload.checker, &result) && !supervisor->stopping)
        conclude(supervisor, &result);
    if (may_begin(supervisor))
        begin(supervisor);
}

/* --- files that change by themselves --- */

static void refresh(struct supervisor *supervisor)
{
    struct generation *generation = NULL;
    struct policy_error error = {0};
    char text[GENERATION_ERROR_BYTES];
    int r = generation_refresh(&generation, supervisor->generation, &error);

    if (!r)
        r = epoch_enter(supervisor, generation, &error);
    supervisor->crls.refused = r != 0;
    supervisor->crls.error = error;
    supervisor->facts.stale = true;
    if (r) {
        generation_free(generation);
        log_error("%s: the CRLs on disk are refused, those in force stay",
                  generation_error_text(&error, text, sizeof(text)));
        return;
    }
    log_info("CRLs have changed on disk: epoch %llu of generation %llu is in force",
             (unsigned long long)generation_number(generation).epoch,
             (unsigned long long)generation_number(generation).generation);
}

/* Pins are said again each day, and when one of them begins to be another. */
static void remark(struct supervisor *supervisor)
{
    if (clock_now_s() < supervisor->remarks_s)
        return;
    remarks_log(supervisor->generation, true);
    supervisor->remarks_s = remarks_due_s(supervisor->generation);
}

void reload_look(struct supervisor *supervisor)
{
    int64_t now = clock_now_ms();

    if (now < supervisor->look_ms || supervisor->stopping)
        return;
    supervisor->look_ms = now + LIMIT_LOOK_MS;
    supervisor->facts.outdated = generation_is_outdated(supervisor->generation);
    /* The days until pins expire become fewer too. */
    supervisor->facts.stale = true;
    remark(supervisor);
    /* A reload that is under way reads them anyway. */
    if (supervisor->reload.checker.child.pid == 0 && !supervisor->reload.wanted &&
        !pool_has_old(&supervisor->pool) && generation_is_stale(supervisor->generation))
        refresh(supervisor);
}

void reload_stop(struct supervisor *supervisor)
{
    supervisor->reload.wanted = false;
    child_signal(&supervisor->reload.checker.child, SIGKILL);
}
