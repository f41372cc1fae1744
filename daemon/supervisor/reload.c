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
#include "daemon/limits.h"
#include "daemon/load/warnings.h"
#include "daemon/supervisor/supervisor_internal.h"

#define TEXT_BYTES (LOAD_ERROR_BYTES + 128)

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
    const struct epoch_number number = epoch_number(supervisor->epoch);
    char name[LOAD_ERROR_BYTES], text[TEXT_BYTES];

    snprintf(text, sizeof(text), "generation %llu is in force: %s",
             (unsigned long long)number.generation,
             epoch_name(supervisor->epoch, name, sizeof(name)));
    supervisor->reload.refused = false;
    log_info("reloaded: %s", text);
    warnings_log(supervisor->epoch, false);
    answer(supervisor, text);
    tell_manager(supervisor, text);
}

static void finish_refused(struct supervisor *supervisor, const struct policy_error *error)
{
    char why[LOAD_ERROR_BYTES], text[TEXT_BYTES];

    load_error_text(error, why, sizeof(why));
    snprintf(text, sizeof(text), "%s: reload refused, generation %llu stays in force", why,
             (unsigned long long)epoch_number(supervisor->epoch).generation);
    supervisor->reload.refused = true;
    supervisor->reload.error = *error;
    log_error("%s", text);
    answer(supervisor, text);
    tell_manager(supervisor, text);
}

/* --- from good to in force --- */

static int check_same(const struct epoch *epoch, const uint8_t *digest, struct policy_error *error)
{
    const struct verify_context *context = epoch_context(epoch);

    if (memcmp(context->digest, digest, sizeof(context->digest)) == 0)
        return 0;
    return load_error_set(
        error, 1, "the configuration changed while it was read: reload again when it is complete");
}

static int take(struct supervisor *supervisor, const uint8_t *digest, struct policy_error *error)
{
    struct epoch_number number = epoch_number(supervisor->epoch);
    struct epoch *epoch = NULL;
    int r;

    number.generation++;
    number.epoch++;
    r = epoch_load(&epoch, &supervisor->sources, number, error);
    if (!r)
        r = check_same(epoch, digest, error);
    if (!r)
        r = switch_enter(supervisor, epoch, error);
    if (r) {
        epoch_free(epoch);
        return r;
    }
    supervisor->sources = sources_settle(&supervisor->sources);
    supervisor->facts.outdated = false;
    supervisor->crls.refused = false;
    supervisor->remarks_s = warnings_due_s(epoch);
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
    load_error_set(&result.error, r, "the configuration cannot be tried out: %s", strerror(-r));
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
    struct epoch *epoch = NULL;
    struct policy_error error = {0};
    char text[LOAD_ERROR_BYTES];
    int r = epoch_refresh(&epoch, supervisor->epoch, &error);

    if (!r)
        r = switch_enter(supervisor, epoch, &error);
    supervisor->crls.refused = r != 0;
    supervisor->crls.error = error;
    supervisor->facts.stale = true;
    if (r) {
        epoch_free(epoch);
        log_error("%s: the CRLs on disk are refused, those in force stay",
                  load_error_text(&error, text, sizeof(text)));
        return;
    }
    log_info("CRLs have changed on disk: epoch %llu of generation %llu is in force",
             (unsigned long long)epoch_number(epoch).epoch,
             (unsigned long long)epoch_number(epoch).generation);
}

/* Pins are said again each day, and when one of them begins to be another. */
static void remark(struct supervisor *supervisor)
{
    if (clock_now_s() < supervisor->remarks_s)
        return;
    warnings_log(supervisor->epoch, true);
    supervisor->remarks_s = warnings_due_s(supervisor->epoch);
}

void reload_look(struct supervisor *supervisor)
{
    int64_t now = clock_now_ms();

    if (now < supervisor->look_ms || supervisor->stopping)
        return;
    supervisor->look_ms = now + LIMIT_LOOK_MS;
    supervisor->facts.outdated = epoch_is_outdated(supervisor->epoch);
    /* The days until pins expire become fewer too. */
    supervisor->facts.stale = true;
    remark(supervisor);
    /* A reload that is under way reads them anyway. */
    if (supervisor->reload.checker.child.pid == 0 && !supervisor->reload.wanted &&
        !pool_has_old(&supervisor->pool) && epoch_is_stale(supervisor->epoch))
        refresh(supervisor);
}

void reload_stop(struct supervisor *supervisor)
{
    supervisor->reload.wanted = false;
    child_signal(&supervisor->reload.checker.child, SIGKILL);
}
