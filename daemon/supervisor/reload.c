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
#include "daemon/load/crlites.h"
#include "daemon/load/warnings.h"

#define TEXT_BYTES (LOAD_ERROR_BYTES + 128)

void reload_init(struct reload *reload, struct serving *serving, const struct notify *notify,
                 const struct sources *sources, const struct last_good_place *last_good)
{
    *reload = (struct reload){
        .serving = serving,
        .notify = notify,
        .sources = sources_settle(sources),
        .checker = CHECKER_NULL,
        .look = LOOK_NULL,
        .last_good = *last_good,
        .look_ms = clock_now_ms() + LIMIT_LOOK_MS,
        .warnings_s = warnings_due_s(serving->epoch),
    };
}

void reload_set_on_last_good(struct reload *reload, const struct last_good *used,
                             const struct policy_error *refusal)
{
    reload->on_last_good = true;
    reload->used = *used;
    reload->refused = true;
    reload->error = *refusal;
    reload->ended_s = clock_now_s();
    reload->complaint_ms = clock_now_ms() + LIMIT_COMPLAINT_MS;
}

void reload_keep_last_good(const struct last_good_place *place, struct bytes packed)
{
    struct last_good good = {0};
    int r = 0;

    good.policy = epoch_packed_policy(packed, good.digest);
    if (good.policy.data)
        r = last_good_write(place, &good);
    if (r)
        log_info("the configuration in force is not kept for a start after a crash: %s: %s",
                 place->path, strerror(-r));
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

/* Sends the outcome of a reload to the client that waits for it, if there is one. */
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

/* Makes an epoch from the checker's bytes and puts it in force. */
static int unpack_and_enter(struct reload *reload, struct bytes packed, struct policy_error *error)
{
    struct epoch_number number = epoch_number(reload->serving->epoch);
    struct epoch *epoch = NULL;
    int r;

    number.generation++;
    number.epoch++;
    r = epoch_unpack(&epoch, packed, number, error);
    if (!r)
        r = switch_over_enter(reload->serving, epoch, error);
    if (r) {
        epoch_free(epoch);
        return r;
    }
    reload->sources = sources_settle(&reload->sources);
    reload->outdated = false;
    reload->on_last_good = false;
    reload_keep_last_good(&reload->last_good, packed);
    reload->crls_refused = false;
    reload->crls_failed = false;
    reload->crls_tried = false;
    reload->warnings_s = warnings_due_s(epoch);
    return 0;
}

static void finish(struct reload *reload, struct checker_result *result)
{
    int r = 1;

    if (result->outcome == CHECKER_GOOD)
        r = unpack_and_enter(reload, result->packed, &result->error);
    reload->ended_s = clock_now_s();
    reload->changed = true;
    if (r)
        finish_refused(reload, &result->error);
    else
        finish_good(reload);
}

/* --- beginning --- */

/*
 * Tells the service manager that a reload begins. sd_notify(3) requires the time, by which systemd
 * tells reloads apart.
 */
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
    const struct checker_task task = {.sources = &reload->sources};
    struct checker_result result = {0};
    int r;

    reload->wanted = false;
    reload->refreshing = false;
    reload->answering = reload->asked;
    reload->asked = false;
    notify_reloading(reload);
    r = checker_start(&reload->checker, &task);
    if (!r)
        return;
    load_error_set(&result.error, r, "the configuration cannot be tried out: %s", strerror(-r));
    finish(reload, &result);
}

/*
 * Returns whether a reload may begin. Only one runs at a time, and each has to wait until the old
 * verifiers of the last one have ended, because the pool has places for two epochs only.
 */
static bool may_begin(const struct reload *reload)
{
    return reload->wanted && !reload->stopped && reload->checker.child.pid == 0 &&
           !pool_has_old(&reload->serving->pool);
}

/* --- CRLs that change on disk --- */

/* Starts a checker for the CRLs; `state` is the state in which a look found them. */
static void begin_refresh(struct reload *reload, uint64_t state)
{
    const struct checker_task task = {.refreshed = reload->serving->epoch};
    int r = checker_start(&reload->checker, &task);

    reload->refreshing = true;
    reload->crls_tried = true;
    reload->crls_state = state;
    reload->crls_failed = r != 0;
    if (r)
        log_error("CRLs have changed on disk and cannot be read: %s", strerror(-r));
}

/*
 * Returns whether a checker has to read the CRLs: they differ from those in force, and either have
 * not been refused in this state, or were refused although no file was at fault. A reload that is
 * at work or wanted reads them too, so no checker is needed then.
 */
static bool needs_refresh(const struct reload *reload, const struct look_result *found)
{
    if (reload->checker.child.pid > 0 || reload->wanted || pool_has_old(&reload->serving->pool))
        return false;
    return reload->crls_failed ||
           (found->is_stale && !(reload->crls_tried && reload->crls_state == found->crls_state));
}

/*
 * Puts the CRLs that a checker has read in force. Files that were written anew with the same bytes
 * make no epoch, so that the cache of verdicts stays.
 */
static int enter_refreshed(struct reload *reload, struct checker_result *result)
{
    struct epoch *epoch = NULL;
    int r = 1;

    if (result->outcome == CHECKER_GOOD)
        r = epoch_unpack_crls(&epoch, reload->serving->epoch, result->packed, &result->error);
    if (!r && epoch_goes_on(reload->serving->epoch, epoch))
        epoch_free(epoch);
    else if (!r)
        r = switch_over_enter(reload->serving, epoch, &result->error);
    if (r)
        epoch_free(epoch);
    reload->crls_failed = r < 0 || (r > 0 && result->is_failure);
    return r;
}

static void finish_refresh(struct reload *reload, struct checker_result *result)
{
    const uint64_t before = epoch_number(reload->serving->epoch).epoch;
    char text[LOAD_ERROR_BYTES];
    int r = enter_refreshed(reload, result);

    reload->crls_refused = r != 0;
    reload->crls_error = result->error;
    reload->changed = true;
    if (r) {
        log_error("%s: the CRLs on disk are refused, those in force stay",
                  load_error_text(&result->error, text, sizeof(text)));
        return;
    }
    if (epoch_number(reload->serving->epoch).epoch == before) {
        log_info("CRLs were written anew on disk with the same bytes: nothing changes");
        return;
    }
    log_info("CRLs have changed on disk: epoch %llu of generation %llu is in force",
             (unsigned long long)epoch_number(reload->serving->epoch).epoch,
             (unsigned long long)epoch_number(reload->serving->epoch).generation);
    if (epoch_crl_warning(reload->serving->epoch)[0] != '\0')
        log_warning("%s", epoch_crl_warning(reload->serving->epoch));
    if (epoch_crlites(reload->serving->epoch)->warning[0] != '\0')
        log_warning("%s", epoch_crlites(reload->serving->epoch)->warning);
}

/* --- looking at the files in force --- */

/* Opens the record anew if it has been moved away by a rotation. */
static void follow_record(struct reload *reload)
{
    struct policy_error error = {0};
    char text[LOAD_ERROR_BYTES];
    int r = switch_over_follow_record(reload->serving, &error);

    if (r && !reload->record_lost)
        log_error("%s: the file that was moved away is still recorded in",
                  load_error_text(&error, text, sizeof(text)));
    reload->record_lost = r != 0;
}

/*
 * Logs the error again from time to time, so that an administrator who has missed the first message
 * finds another one in the journal.
 */
static void complain_of_last_good(struct reload *reload, int64_t now)
{
    char why[LOAD_ERROR_BYTES];

    if (!reload->on_last_good || now < reload->complaint_ms)
        return;
    reload->complaint_ms = now + LIMIT_COMPLAINT_MS;
    log_error(
        "%s: the last good configuration still serves after a crash: mend the files and reload",
        load_error_text(&reload->error, why, sizeof(why)));
}

static void log_due_warnings(struct reload *reload)
{
    if (clock_now_s() < reload->warnings_s)
        return;
    warnings_log(reload->serving->epoch, true);
    reload->warnings_s = warnings_due_s(reload->serving->epoch);
}

/*
 * If the epoch has been replaced in the meantime, the result is dropped, because it says nothing
 * about the new epoch.
 */
static void finish_look(struct reload *reload)
{
    struct look_result found;

    if (!look_finish(&reload->look, &found) || reload->stopped)
        return;
    reload->accounts_changed |= found.accounts_changed;
    if (reload->look_epoch != epoch_number(reload->serving->epoch).epoch)
        return;
    reload->changed |= reload->outdated != found.is_outdated;
    reload->outdated = found.is_outdated;
    if (found.record_has_moved || reload->record_lost)
        follow_record(reload);
    if (needs_refresh(reload, &found))
        begin_refresh(reload, found.crls_state);
}

/* --- the loop's part --- */

void reload_step(struct reload *reload)
{
    struct checker_result result;

    look_kill_late(&reload->look);
    finish_look(reload);
    checker_kill_late(&reload->checker);
    if (checker_finish(&reload->checker, &result)) {
        if (!reload->stopped && reload->refreshing)
            finish_refresh(reload, &result);
        else if (!reload->stopped)
            finish(reload, &result);
        checker_result_deinit(&result);
    }
    if (may_begin(reload))
        begin(reload);
}

void reload_look(struct reload *reload, const struct file_watch *accounts)
{
    const struct look_task task = {
        .epoch = reload->serving->epoch,
        .files = &reload->serving->files,
        .accounts = accounts,
    };
    int64_t now = clock_now_ms();
    int r;

    if (now < reload->look_ms || reload->stopped)
        return;
    reload->look_ms = now + LIMIT_LOOK_MS;
    /* The warnings about pins that will expire depend on the date, so the status may have changed.
     */
    reload->changed = true;
    log_due_warnings(reload);
    complain_of_last_good(reload, now);
    reload->is_over = reload->on_last_good && last_good_is_over(&reload->used);
    if (look_is_at_work(&reload->look))
        return;
    reload->look_epoch = epoch_number(reload->serving->epoch).epoch;
    r = look_start(&reload->look, &task);
    if (r)
        log_warning("cannot look whether files have changed on disk: %s", strerror(-r));
}

int64_t reload_due_ms(const struct reload *reload)
{
    int64_t due = reload->look_ms;

    if (checker_due_ms(&reload->checker) < due)
        due = checker_due_ms(&reload->checker);
    return look_due_ms(&reload->look) < due ? look_due_ms(&reload->look) : due;
}

void reload_stop(struct reload *reload)
{
    reload->wanted = false;
    reload->stopped = true;
    child_signal(&reload->checker.child, SIGKILL);
    child_signal(&reload->look.child, SIGKILL);
}
