/* SPDX-License-Identifier: MIT */

/*
 * certnamed: parse the command line, acquire everything that takes privilege or the file system,
 * run. Nothing from outside is read before the last step, and by then it is other processes that
 * read it.
 */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/log.h"
#include "daemon/load/epoch.h"
#include "daemon/load/warnings.h"
#include "daemon/options.h"
#include "daemon/os/activation.h"
#include "daemon/os/listen.h"
#include "daemon/os/sandbox.h"
#include "daemon/supervisor/supervisor.h"
#include "daemon/tools/config.h"
#include "daemon/tools/trial.h"
#include "daemon/verifier/hook.h"

#define FRONT_PATH FRONTDIR "/certnamed-front"
#define FRONT_NAME "certnamed-front"

/* Exit status of a command line that cannot be understood, as usual. */
#define EXIT_USAGE 2

struct daemon {
    struct listen_path bound;
    struct epoch *epoch;
    struct supervisor_setup setup;
};

/* --- set up --- */

/* Somebody's closed standard descriptors must not become sockets of ours. */
static int open_standard_descriptors(void)
{
    int fd;

    do {
        fd = open("/dev/null", O_RDWR);
        if (fd < 0)
            return -errno;
    } while (fd <= STDERR_FILENO);
    fd_close(fd);
    fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (fd < 0 || dup2(fd, STDIN_FILENO) < 0)
        return -errno;
    fd_close(fd);
    return 0;
}

/*
 * Whoever started us may have left signals ignored: without SIGCHLD no child can be waited for,
 * without SIGPROF no verification is limited. A log whose reader has gone, on the other hand, is no
 * reason to end.
 */
static void reset_signals(void)
{
    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL);
    signal(SIGPIPE, SIG_IGN);
}

static int mask_signals(const int *numbers, size_t n)
{
    sigset_t set;

    sigemptyset(&set);
    for (size_t i = 0; i < n; i++)
        sigaddset(&set, numbers[i]);
    return sigprocmask(SIG_SETMASK, &set, NULL) < 0 ? -errno : 0;
}

/* The supervisor reads these as events. */
static int set_signals(void)
{
    static const int read_as_events[] = {SIGTERM, SIGINT, SIGHUP};

    reset_signals();
    return mask_signals(read_as_events, sizeof(read_as_events) / sizeof(read_as_events[0]));
}

/* Libraries read it, and nothing in it is meant for us. Sanitizers are told by it what to do. */
static int clear_environment(void)
{
    if (sandbox_is_relaxed())
        return 0;
    return clearenv() == 0 ? 0 : -ENOMEM;
}

/*
 * The front beside our own executable goes before the installed one: a daemon run from where it was
 * built uses the front that was built with it, and who may write there may replace us too.
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

static int open_listener(struct daemon *daemon, const char *path)
{
    int r;

    if (daemon->setup.listen_fd >= 0) {
        log_info("listening on the socket that the service manager passed");
        return 0;
    }
    /* Everybody may ask: quotas are by uid. */
    r = listen_open(&daemon->setup.listen_fd, &daemon->bound, path, 0666);
    if (!r)
        log_info("listening at %s", path);
    return r;
}

/* What the service manager and the caller left us: descriptors, signals, environment. */
static int take_inheritance(struct daemon *daemon)
{
    struct activation passed = ACTIVATION_NULL;
    int r = open_standard_descriptors();

    if (!r)
        r = set_signals();
    if (!r)
        r = activation_take(&passed);
    daemon->setup.listen_fd = passed.listen;
    daemon->setup.metrics_fd = passed.metrics;
    if (!r)
        r = notify_open(&daemon->setup.notify);
    return r ? r : clear_environment();
}

/* The verifiers learn from it what they occupy: better no service than one whose verifiers all die.
 */
static int require_proc(void)
{
    if (access("/proc/self/statm", R_OK) == 0)
        return 0;
    log_error("/proc is not mounted here, and the verifiers need it: mount -t proc proc /proc");
    return -ENOENT;
}

static int load(struct daemon *daemon)
{
    const struct epoch_number first = {.generation = 1, .epoch = 1};
    struct policy_error error = {0};
    char text[LOAD_ERROR_BYTES];
    char name[LOAD_ERROR_BYTES];
    int r = user_lower_capabilities();

    if (r)
        return r;
    /* With no more privilege than a reload has: what could not be read then is not read now. */
    r = epoch_load(&daemon->epoch, &daemon->setup.sources, first, &error);
    if (r) {
        log_error("%s", load_error_text(&error, text, sizeof(text)));
        return r < 0 ? r : -EINVAL;
    }
    r = user_raise_capabilities();
    if (r)
        return r;
    log_info("policy: %s; %s", epoch_name(daemon->epoch, name, sizeof(name)),
             x509_library_version());
    warnings_log(daemon->epoch, false);
    return 0;
}

static int setup(struct daemon *daemon, const struct options *options)
{
    int r;

    *daemon = (struct daemon){
        .setup = {.listen_fd = -1,
                  .metrics_fd = -1,
                  .front_program = -1,
                  .notify = NOTIFY_NULL,
                  .sources = options->sources},
    };
    r = take_inheritance(daemon);
    if (!r)
        r = require_proc();
    if (!r)
        r = user_find(&daemon->setup.user, options->user);
    if (!r)
        r = open_front(&daemon->setup.front_program);
    if (!r)
        r = load(daemon);
    if (!r)
        r = open_listener(daemon, options->socket);
    if (!r && sandbox_is_relaxed())
        log_warning("this build runs its verifiers without filter and limits: for tests only");
    return r;
}

/* From here on only a reload opens anything, with what is left. */
static int drop_privilege(void)
{
    int r = user_drop_capabilities();

    if (!r)
        r = sandbox_enter_common();
    if (r)
        log_error("cannot drop privilege: %s", strerror(-r));
    return r;
}

static int run(struct daemon *daemon)
{
    struct epoch *epoch = daemon->epoch;
    int r;

    daemon->epoch = NULL;
    r = supervisor_run(&daemon->setup, epoch);
    if (r)
        log_error("cannot go on: %s", strerror(-r));
    return r;
}

static void teardown(struct daemon *daemon)
{
    listen_remove(&daemon->bound);
    fd_close(daemon->setup.listen_fd);
    fd_close(daemon->setup.metrics_fd);
    fd_close(daemon->setup.front_program);
    notify_close(&daemon->setup.notify);
    epoch_free(daemon->epoch);
}

static int serve(const struct options *options)
{
    struct daemon daemon;
    int r;

    hook_setup();
    r = setup(&daemon, options);
    if (!r)
        r = drop_privilege();
    if (r)
        log_error("not started: %s", strerror(-r));
    else
        r = run(&daemon);
    teardown(&daemon);
    return r ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int try_out(const struct options *options)
{
    const struct trial trial = {
        .tried = {.path = options->tried},
        .current = options->sources,
        .record_path = options->replay,
        .user = options->user,
        .hash_names = options->hash_names,
    };

    /* Nobody reads signals here: whoever has seen enough ends it by one. */
    reset_signals();
    return mask_signals(NULL, 0) ? EXIT_USAGE : trial_run(&trial);
}

int main(int argc, char **argv)
{
    struct options options;
    enum options_result r = options_parse(&options, argc, argv);

    if (r != OPTIONS_GO_ON)
        return r == OPTIONS_DONE ? EXIT_SUCCESS : EXIT_USAGE;
    switch (options.mode) {
    case OPTIONS_CHECK:
        return config_check(&options.sources);
    case OPTIONS_PRINT:
        return config_print(&options.sources);
    case OPTIONS_TRIAL:
        return try_out(&options);
    default:
        return serve(&options);
    }
}
