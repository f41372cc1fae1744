/* SPDX-License-Identifier: MIT */

/*
 * The program certnamed: reads the command line, acquires everything that needs privilege or the
 * file system, drops privilege and runs the supervisor. Untrusted input is read only after the last
 * step, and only by other processes.
 */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/log.h"
#include "daemon/inheritance.h"
#include "daemon/limits.h"
#include "daemon/load/epoch.h"
#include "daemon/options.h"
#include "daemon/os/listen.h"
#include "daemon/os/sandbox.h"
#include "daemon/start.h"
#include "daemon/supervisor/fresh_verifier.h"
#include "daemon/supervisor/stand_by.h"
#include "daemon/supervisor/supervisor.h"
#include "daemon/tools/config.h"
#include "daemon/tools/trial.h"
#include "daemon/verifier/hook.h"

#define FRONT_PATH FRONTDIR "/certnamed-front"
#define FRONT_NAME "certnamed-front"

/*
 * The largest number of folders in which the supervisor has to write, not counting those of named
 * sockets.
 */
#define PLACES_COUNT 5

/* The exit status for a wrong command line. */
#define EXIT_USAGE 2
/* The exit status after which a service manager must not start the daemon again, because an
 * administrator has to act first: EX_CONFIG of sysexits(3). */
#define EXIT_CONFIG 78

struct daemon {
    struct listen_path bound;
    struct listen_path bound_admin;
    char last_good[PATH_MAX]; /* default path of the last good configuration */
    struct started started;
    struct supervisor_setup setup;
};

/*
 * Opens the front's program. A program in the same folder as our own executable is preferred to the
 * installed one, so that a daemon which runs from its build folder uses the front that was built
 * with it. That is safe, since anybody who may write to this folder could replace our own
 * executable too.
 */
static int open_front(int *fdp)
{
    char path[PATH_MAX + sizeof(FRONT_NAME)];
    ssize_t n = readlink("/proc/self/exe", path, PATH_MAX - 1);
    char *slash;

    if (n > 0) {
        path[n] = '\0';
        slash = strrchr(path, '/');
        if (slash) {
            strcpy(slash + 1, FRONT_NAME);
            *fdp = open(path, O_PATH | O_CLOEXEC);
            if (*fdp >= 0)
                return 0;
        }
    }
    *fdp = open(FRONT_PATH, O_PATH | O_CLOEXEC);
    if (*fdp >= 0)
        return 0;
    log_error("cannot open %s: %s: install the daemon whole, or run it from where it was built",
              FRONT_PATH, strerror(errno));
    return -ENOENT;
}

/*
 * Opens the program of this process, from which verifiers are executed after a crash. Returns -1 in
 * a build that confines no process: it may run under another program (such as valgrind), which
 * /proc/self/exe then names, so verifiers are always forked.
 */
static int open_own(void)
{
    return sandbox_is_relaxed() ? -1 : open("/proc/self/exe", O_PATH | O_CLOEXEC);
}

/*
 * Opens the administrative socket in the folder of the socket for requests. Only root, or the user
 * that started the daemon, may connect. If a service manager passed the socket for requests, it has
 * to pass the administrative socket too.
 */
static int open_admin(struct daemon *daemon, const char *path)
{
    int r;

    if (daemon->setup.sockets.admin >= 0)
        return 0;
    if (daemon->bound.path[0] == '\0') {
        log_info("no administrative socket was passed (FileDescriptorName=" ACTIVATION_ADMIN_NAME
                 "): certnamectl cannot ask for status, metrics and reloads");
        return 0;
    }
    r = listen_open(&daemon->setup.sockets.admin, &daemon->bound_admin, path, 0600);
    if (!r)
        log_info("administrative socket at %s", path);
    return r;
}

static int open_listener(struct daemon *daemon, const char *path)
{
    int r;

    if (daemon->setup.spawn.listen_fd >= 0) {
        log_info("listening on the socket that the service manager passed");
        return 0;
    }
    /* Every user may connect: quotas for each user protect the others. */
    r = listen_open(&daemon->setup.spawn.listen_fd, &daemon->bound, path, 0666);
    if (!r)
        log_info("listening at %s", path);
    return r;
}

/* Takes over what the parent process passed; the default socket is the front's, the others are the
 * supervisor's. */
static int take_inheritance(struct daemon *daemon)
{
    struct activation passed = ACTIVATION_NULL;
    int r = inheritance_take(&passed, &daemon->setup.notify);

    daemon->setup.spawn.listen_fd = passed.listen;
    passed.listen = -1;
    daemon->setup.sockets = passed;
    return r;
}

/*
 * Sets the path of the last good configuration: that of the command line, else one in the folder of
 * the socket.
 */
static void place_last_good(struct daemon *daemon, const struct options *options)
{
    struct last_good_place *place = &daemon->setup.last_good;
    const char *slash = strrchr(options->socket, '/');
    const int n_folder = slash ? (int)(slash - options->socket) + 1 : 0;

    snprintf(daemon->last_good, sizeof(daemon->last_good), "%.*slast-good", n_folder,
             options->socket);
    place->source = options->sources.path ? options->sources.path : "";
    if (!options->no_last_good)
        place->path = options->last_good ? options->last_good : daemon->last_good;
}

/* Does everything that comes before the configuration is read. Returns 0 or -errno. */
static int prepare(struct daemon *daemon, const struct options *options)
{
    int r;

    *daemon = (struct daemon){
        .started = {.files = FRONT_FILES_NULL},
        .setup = {.spawn = {.listen_fd = -1, .front_program = -1, .own_program = -1},
                  .sockets = ACTIVATION_NULL,
                  .notify = NOTIFY_NULL,
                  .sources = options->sources},
    };
    place_last_good(daemon, options);
    r = take_inheritance(daemon);
    if (!r)
        r = inheritance_check();
    if (!r)
        r = user_find(&daemon->setup.spawn.user, options->user);
    if (!r)
        r = open_front(&daemon->setup.spawn.front_program);
    if (!r)
        daemon->setup.spawn.own_program = open_own();
    return r;
}

static int open_sockets(struct daemon *daemon, const struct options *options)
{
    int r = open_listener(daemon, options->socket);

    if (!r)
        r = open_admin(daemon, options->admin_socket);
    if (!r && sandbox_is_relaxed())
        log_warning("this build confines no process: it is for tests only");
    return r;
}

/* Writes the path of the folder that `path` is in; an empty string if `path` is NULL. */
static void find_folder(const char *path, char folder[static PATH_MAX])
{
    const char *slash = path ? strrchr(path, '/') : NULL;

    if (!path)
        folder[0] = '\0';
    else if (!slash)
        strcpy(folder, ".");
    else
        snprintf(folder, PATH_MAX, "%.*s", slash > path ? (int)(slash - path) : 1, path);
}

/*
 * Confines the supervisor, so that it can write only in the folders of the sockets, of the record
 * and of the last good configuration.
 */
static int confine(const struct daemon *daemon)
{
    const struct policy *policy = epoch_context(daemon->started.epoch)->policy;
    size_t n_listens = 0;
    const struct policy_listen *listens = policy_listens(policy, &n_listens);
    const char *paths[PLACES_COUNT + LIMIT_NAMED_SOCKETS_COUNT] = {
        daemon->bound.path[0] != '\0' ? daemon->bound.path : NULL,
        daemon->bound_admin.path[0] != '\0' ? daemon->bound_admin.path : NULL,
        daemon->setup.last_good.path,
        policy_record(policy)->file,
        policy_metrics_socket(policy),
    };
    char folders[PLACES_COUNT + LIMIT_NAMED_SOCKETS_COUNT][PATH_MAX];
    const char *names[PLACES_COUNT + LIMIT_NAMED_SOCKETS_COUNT];
    size_t n = 0;

    for (size_t i = 0; i < n_listens; i++)
        paths[PLACES_COUNT + i] = listens[i].path;
    for (size_t i = 0; i < PLACES_COUNT + LIMIT_NAMED_SOCKETS_COUNT; i++) {
        find_folder(paths[i], folders[n]);
        names[n] = folders[n];
        n += folders[n][0] != '\0';
    }
    return sandbox_enter_supervisor(names, n);
}

/* Drops the privileges that a reload does not need. */
static int drop_privilege(struct daemon *daemon)
{
    int r = user_drop_capabilities();

    if (!r)
        r = sandbox_enter_common();
    if (!r)
        r = sandbox_make_verifier_filter(&daemon->setup.spawn.verifier_filter);
    if (!r)
        r = confine(daemon);
    if (r)
        log_error("cannot drop privilege: %s", strerror(-r));
    return r;
}

static int run(struct daemon *daemon)
{
    struct started started = daemon->started;
    int r;

    daemon->started = (struct started){.files = FRONT_FILES_NULL};
    r = supervisor_run(&daemon->setup, started.epoch, &started.files);
    if (r)
        log_error("cannot go on: %s", strerror(-r));
    return r;
}

static void tear_down(struct daemon *daemon)
{
    listen_remove(&daemon->bound);
    listen_remove(&daemon->bound_admin);
    fd_close(daemon->setup.spawn.listen_fd);
    activation_close(&daemon->setup.sockets);
    fd_close(daemon->setup.spawn.front_program);
    fd_close(daemon->setup.spawn.own_program);
    sandbox_filter_free(&daemon->setup.spawn.verifier_filter);
    notify_close(&daemon->setup.notify);
    front_files_close(&daemon->started.files, NULL);
    epoch_free(daemon->started.epoch);
}

/*
 * Returns the exit status of a start that has failed. If something is missing or wrong, trying
 * again does not help: the status tells the service manager so, and its sockets are shut down so
 * that clients do not wait.
 */
static int fail_start(const struct daemon *daemon, int r)
{
    log_error("not started: %s", strerror(-r));
    if (daemon->setup.notify.socket < 0 || (r != -EINVAL && r != -ENOENT && r != -EMFILE))
        return EXIT_FAILURE;
    stand_by_shut_sockets(&daemon->setup);
    return EXIT_CONFIG;
}

/* Serves with the configuration that has been loaded. Returns the exit status. */
static int serve_by(struct daemon *daemon, const struct options *options)
{
    int r = open_sockets(daemon, options);

    if (!r)
        r = drop_privilege(daemon);
    if (r)
        return fail_start(daemon, r);
    return run(daemon) ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int load_and_serve(struct daemon *daemon, const struct options *options)
{
    switch (start_load(&daemon->started, &daemon->setup, options->stand_by_s)) {
    case START_GOOD:
        return serve_by(daemon, options);
    case START_STOPPED:
        return EXIT_SUCCESS;
    case START_GIVEN_UP:
        return EXIT_CONFIG;
    default:
        return EXIT_FAILURE;
    }
}

static int serve(const struct options *options)
{
    struct daemon daemon;
    int r, status;

    hook_setup();
    r = prepare(&daemon, options);
    status = r ? fail_start(&daemon, r) : load_and_serve(&daemon, options);
    tear_down(&daemon);
    return status;
}

static int run_trial(const struct options *options)
{
    const struct trial trial = {
        .tried = {.path = options->tried},
        .current = options->sources,
        .record_path = options->replay,
        .user = options->user,
        .hash_names = options->hash_names,
    };

    return inheritance_reset_signals() ? EXIT_USAGE : trial_run(&trial);
}

int main(int argc, char **argv)
{
    struct options options;
    enum options_result r;

    if (fresh_verifier_is_wanted(argc, argv))
        return fresh_verifier_run(argv);
    r = options_parse(&options, argc, argv);
    if (r != OPTIONS_GO_ON)
        return r == OPTIONS_DONE ? EXIT_SUCCESS : EXIT_USAGE;
    switch (options.mode) {
    case OPTIONS_CHECK:
        return config_check(&options.sources, options.as_service);
    case OPTIONS_PRINT:
        return config_print(&options.sources);
    case OPTIONS_TRIAL:
        return run_trial(&options);
    default:
        return serve(&options);
    }
}
