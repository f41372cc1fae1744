/* SPDX-License-Identifier: MIT */
#include "daemon/supervisor/reload.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "daemon/limits.h"
#include "daemon/load/warnings.h"

#define TEXT_BYTES (LOAD_ERROR_BYTES + 128)

void reload_init(struct reload *reload, struct serving *serving, const struct notify *notify,
                 const struct sources *sources)
{
    *reload = (struct reload){
        .serving = serving,
        .notify = notify,
        .sources = sources_settle(sources),
        .checker = CHECKER_NULL,
        .look_ms = clock_now_ms() + LIMIT_LOOK_MS,
        .warnings_s = warnings_due_s(serving->epoch),
    };
}

void reload_want(struct reload *reload, bool asked)
{
    if (reload->stopped)
        return;
    reload->wanted = true;
    reload->asked |= asked;
}

void reload_forget_clients(struct reload *reload)
{
    reload->asked = false;
    reload->answering = false;
}

bool reload_files_in_force(const struct reload *reload)
{
    return !reload->outdated && !reload->refused && !reload->crls_refused;
}

/* --- ending --- */

static void notify_manager(const struct reload *reload, const char *text)
{
    char state[TEXT_BYTES + 32];

    snprintf(state, sizeof(state), "READY=1\nSTATUS=%s", text);
    notify_send(reload->notify, state);
}

/* Sends the outcome to the client that waits for it, if one does. */
static void answer_client(struct reload *reload, const char *text)
{
    const struct control_message message = {
        .kind = CONTROL_RELOADED,
        .cause = reload->refused ? 1 : 0,
    };

    if (reload->answering)
        channel_send_text(&reload->serving->channel, &message, text, strlen(text));
    reload->answering = false;
}

static void finish_good(struct reload *reload)
{
    const struct epoch_number number = epoch_number(reload->serving->epoch);
    char name[LOAD_ERROR_BYTES], text[TEXT_BYTES];

    snprintf(text, sizeof(text), "generation %llu is in force: %s",
             (unsigned long long)number.generation,
             epoch_name(reload->serving->epoch, name, sizeof(name)));
    reload->refused = false;
    log_info("reloaded: %s", text);
    warnings_log(reload->serving->epoch, false);
    answer_client(reload, text);
    notify_manager(reload, text);
}

static void finish_refused(struct reload *reload, const struct policy_error *error)
{
    char why[LOAD_ERROR_BYTES], text[TEXT_BYTES];

    load_error_text(error, why, sizeof(why));
    snprintf(text, sizeof(text), "%s: reload refused, generation %llu stays in force", why,
             (unsigned long long)epoch_number(reload->serving->epoch).generation);
    reload->refused = true;
    reload->error = *error;
    log_error("%s", text);
    answer_client(reload, text);
    notify_manager(reload, text);
}

/* --- from a good trial to a new epoch --- */

static int check_same(const struct epoch *epoch, const uint8_t *digest, struct policy_error *error)
{
    const struct verify_context *context = epoch_context(epoch);

    if (memcmp(context->digest, digest, sizeof(context->digest)) == 0)
        return 0;
    return load_error_set(
        error, 1, "the configuration changed while it was read: reload again when it is complete");
}

/* Loads the configuration that passed its trial, and brings it into force. */
static int load_and_enter(struct reload *reload, const uint8_t *digest, struct policy_error *error)
{
    struct epoch_number number = epoch_number(reload->serving->epoch);
    struct epoch *epoch = NULL;
    int r;

    number.generation++;
    number.epoch++;
    r = epoch_load(&epoch, &reload->sources, number, error);
    if (!r)
        r = check_same(epoch, digest, error);
    if (!r)
        r = switch_over_enter(reload->serving, epoch, error);
    if (r) {
        epoch_free(epoch);
        return r;
    }
    reload->sources = sources_settle(&reload->sources);
    reload->outdated = false;
    reload->crls_refused = false;
    reload->warnings_s = warnings_due_s(epoch);
    return 0;
}

static void finish(struct reload *reload, struct checker_result *result)
{
    int r = 1;

    if (result->outcome == CHECKER_GOOD)
        r = load_and_enter(reload, result->digest, &result->error);
    reload->ended_s = clock_now_s();
    reload->changed = true;
    if (r)
        finish_refused(reload, &result->error);
    else
        finish_good(reload);
}

/* --- beginning --- */

/* sd_notify(3) wants the time, by which systemd tells this reload from the one before. */
static void notify_reloading(const struct reload *reload)
{
    struct timespec now;
    char state[64];

    clock_gettime(CLOCK_MONOTONIC, &now);
    snprintf(state, sizeof(state), "RELOADING=1\nMONOTONIC_USEC=%lld",
             (long long)now.tv_sec * 1000000 + now.tv_nsec / 1000);
    notify_send(reload->notify, state);
}

static void begin(struct reload *reload)
{
    struct checker_result result = {0};
    int r;

    reload->wanted = false;
    reload->answering = reload->asked;
    reload->asked = false;
    notify_reloading(reload);
    r = checker_start(&reload->checker, &reload->sources);
    if (!r)
        return;
    load_error_set(&result.error, r, "the configuration cannot be tried out: %s", strerror(-r));
    finish(reload, &result);
}

/* Reloads follow one another, and each waits for the verifiers that the last one made old: the pool
 * has places for two epochs. */
static bool may_begin(const struct reload *reload)
{
    return reload->wanted && !reload->stopped && reload->checker.child.pid == 0 &&
           !pool_has_old(&reload->serving->pool);
}

void reload_step(struct reload *reload)
{
    struct checker_result result;

    checker_kill_late(&reload->checker);
    if (checker_finish(&reload->checker, &result) && !reload->stopped)
        finish(reload, &result);
    if (may_begin(reload))
        begin(reload);
}

/* --- files that change on disk --- */

static void refresh_crls(struct reload *reload)
{
    struct epoch *epoch = NULL;
    struct policy_error error = {0};
    char text[LOAD_ERROR_BYTES];
    int r = epoch_refresh(&epoch, reload->serving->epoch, &error);

    if (!r)
        r = switch_over_enter(reload->serving, epoch, &error);
    reload->crls_refused = r != 0;
    reload->crls_error = error;
    reload->changed = true;
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

static void log_due_warnings(struct reload *reload)
{
    if (clock_now_s() < reload->warnings_s)
        return;
    warnings_log(reload->serving->epoch, true);
    reload->warnings_s = warnings_due_s(reload->serving->epoch);
}

void reload_look(struct reload *reload)
{
    int64_t now = clock_now_ms();

    if (now < reload->look_ms || reload->stopped)
        return;
    reload->look_ms = now + LIMIT_LOOK_MS;
    reload->outdated = epoch_is_outdated(reload->serving->epoch);
    /* The number of days until pins expire changes with time alone. */
    reload->changed = true;
    log_due_warnings(reload);
    /* A reload at work or wanted reads the CRLs too. */
    if (reload->checker.child.pid == 0 && !reload->wanted &&
        !pool_has_old(&reload->serving->pool) && epoch_is_stale(reload->serving->epoch))
        refresh_crls(reload);
}

void reload_stop(struct reload *reload)
{
    reload->wanted = false;
    reload->stopped = true;
    child_signal(&reload->checker.child, SIGKILL);
}
