/* SPDX-License-Identifier: MIT */
#include "daemon/start.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "daemon/limits.h"
#include "daemon/load/last_good.h"
#include "daemon/load/warnings.h"
#include "daemon/supervisor/checker.h"
#include "daemon/supervisor/reload.h"
#include "daemon/supervisor/stand_by.h"
#include "daemon/supervisor/switch_over.h"

/* --- one try --- */

/*
 * Counts a start that uses the last good configuration, and checks that this is the one that was
 * loaded. If starts were not counted, an old policy could be used for ever.
 */
static int count_start(struct supervisor_setup *setup, const struct epoch *epoch,
                       struct policy_error *error)
{
    struct last_good good = {0};
    uint8_t *text = NULL;
    int r = last_good_read(&setup->last_good, &text, &good, error);

    if (!r && memcmp(good.digest, epoch_context(epoch)->digest, DIGEST_BYTES) != 0)
        r = load_error_set(error, 1, "the last good configuration has another digest than it had");
    if (!r) {
        last_good_count_start(&good);
        r = last_good_write(&setup->last_good, &good);
        setup->used = good;
        setup->used.policy = (struct bytes){0};
    }
    free(text);
    if (r < 0)
        load_error_set(error, r, "the last good configuration cannot be counted: %s", strerror(-r));
    return r;
}

/*
 * Opens the files and sockets that the policy wants for the front. This is done with the privileges
 * that a reload will have, so that whatever a reload would refuse is refused at the start.
 */
static int open_files(struct started *started, const struct supervisor_setup *setup,
                      struct policy_error *error)
{
    struct front_files passed = {
        .record = -1,
        .metrics = setup->sockets.metrics,
        .metrics_passed = setup->sockets.metrics >= 0,
    };

    named_sockets_take(&passed.sockets, &setup->sockets);
    return switch_over_open_files(&started->files, &passed, started->epoch, error);
}

static void started_deinit(struct started *started)
{
    front_files_close(&started->files, NULL);
    started->epoch = epoch_free(started->epoch);
}

/*
 * Lets a checker read the configuration, unpacks the epoch that it sends, and opens what the policy
 * names for the front. Returns 0; 1 if the configuration is refused; or -errno. Unless 0 is
 * returned, *error has the reason.
 */
static int load_from(struct started *started, struct supervisor_setup *setup,
                     const struct sources *sources, struct policy_error *error)
{
    const struct epoch_number first = {.generation = 1, .epoch = 1};
    const struct checker_task task = {.sources = sources};
    struct checker_result result;
    int r;

    checker_run(&task, &result);
    *error = result.error;
    r = result.is_failure ? -EIO : 1;
    if (result.outcome == CHECKER_GOOD)
        r = epoch_unpack(&started->epoch, result.packed, first, error);
    if (!r)
        r = open_files(started, setup, error);
    if (!r && sources->last_good)
        r = count_start(setup, started->epoch, error);
    else if (!r)
        reload_keep_last_good(&setup->last_good, result.packed);
    checker_result_deinit(&result);
    if (r)
        started_deinit(started);
    return r;
}

/*
 * Loads the last good configuration, if there is one, after the configuration on disk was refused.
 * If the file exists the daemon has crashed; without the crash it would have gone on with that
 * policy. Returns 0 if the last good configuration is in force, else 1.
 */
static int load_last_good(struct started *started, struct supervisor_setup *setup,
                          const struct policy_error *refusal)
{
    struct sources sources = setup->sources;
    struct policy_error error = {0};
    char text[LOAD_ERROR_BYTES];

    if (!setup->last_good.path || access(setup->last_good.path, F_OK) < 0)
        return 1;
    log_error("%s", load_error_text(refusal, text, sizeof(text)));
    sources.last_good = &setup->last_good;
    if (load_from(started, setup, &sources, &error) != 0) {
        log_error("%s", load_error_text(&error, text, sizeof(text)));
        return 1;
    }
    setup->on_last_good = true;
    setup->refusal = *refusal;
    log_error("the configuration on disk is refused: after a crash the last good one serves, for a "
              "day and three starts at most: mend the files and reload");
    return 0;
}

/* Tries the configuration once. Returns 0; or 1 or -errno, and *error. */
static int try_once(struct started *started, struct supervisor_setup *setup,
                    struct policy_error *error)
{
    int r = load_from(started, setup, &setup->sources, error);

    return r > 0 ? load_last_good(started, setup, error) : r;
}

/* --- standing by --- */

/*
 * Logs a refusal if its text differs from the last one logged, or if that was logged a minute ago
 * or earlier.
 */
static void log_refusal(const struct policy_error *error, char logged[static LOAD_ERROR_BYTES],
                        int64_t *logged_ms)
{
    char text[LOAD_ERROR_BYTES];

    load_error_text(error, text, sizeof(text));
    if (strcmp(text, logged) == 0 && clock_now_ms() < *logged_ms + LIMIT_START_PAUSE_MS)
        return;
    *logged_ms = clock_now_ms();
    strcpy(logged, text);
    log_error("%s: requests are answered as unavailable until it is mended", text);
}

/* Tries the configuration again each time that is due, until it is good or standing by ends. */
static enum start_end try_again(struct started *started, struct supervisor_setup *setup,
                                struct stand_by *stand_by, struct policy_error *error)
{
    char logged[LOAD_ERROR_BYTES] = "";
    int64_t logged_ms = 0;

    do {
        log_refusal(error, logged, &logged_ms);
        switch (stand_by_wait(stand_by, error)) {
        case STAND_BY_STOPPED:
            return START_STOPPED;
        case STAND_BY_GIVEN_UP:
            log_error("%s: giving up: mend it and start certnamed again", logged);
            return START_GIVEN_UP;
        default:
            break;
        }
    } while (try_once(started, setup, error) != 0);
    return START_GOOD;
}

static enum start_end stand_by(struct started *started, struct supervisor_setup *setup,
                               unsigned seconds, struct policy_error *error)
{
    struct stand_by *stand_by = NULL;
    enum start_end end;
    int r = stand_by_new(&stand_by, setup, seconds);

    if (r) {
        log_error("cannot stand by: %s", strerror(-r));
        return START_FAILED;
    }
    end = try_again(started, setup, stand_by, error);
    stand_by_free(stand_by,
                  end == START_GOOD ? "the daemon has started by this configuration" : NULL);
    if (end == START_GIVEN_UP)
        stand_by_shut_sockets(setup);
    if (end != START_GOOD)
        stand_by_forget(setup);
    return end;
}

static enum start_end load(struct started *started, struct supervisor_setup *setup,
                           unsigned stand_by_s)
{
    struct policy_error error = {0};
    char text[LOAD_ERROR_BYTES];

    if (try_once(started, setup, &error) == 0)
        return START_GOOD;
    if (stand_by_is_wanted(setup))
        return stand_by(started, setup, stand_by_s, &error);
    log_error("%s", load_error_text(&error, text, sizeof(text)));
    return START_FAILED;
}

enum start_end start_load(struct started *started, struct supervisor_setup *setup,
                          unsigned stand_by_s)
{
    char name[LOAD_ERROR_BYTES];
    enum start_end end;
    int r = user_lower_capabilities();

    *started = (struct started){.files = FRONT_FILES_NULL};
    /* The configuration is read with the capabilities that a reload has, so that a configuration
     * which lets the daemon start can also be reloaded. */
    end = r ? START_FAILED : load(started, setup, stand_by_s);
    if (end == START_GOOD)
        r = user_raise_capabilities();
    if (r) {
        log_error("not started: %s", strerror(-r));
        started_deinit(started);
        return START_FAILED;
    }
    if (end != START_GOOD)
        return end;
    stand_by_forget(setup);
    log_info("policy: %s; %s", epoch_name(started->epoch, name, sizeof(name)),
             x509_library_version());
    warnings_log(started->epoch, false);
    return START_GOOD;
}
