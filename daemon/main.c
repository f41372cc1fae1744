/* SPDX-License-Identifier: MIT */

/*
 * certnamed: parse the command line, acquire everything that takes privilege or the file system,
 * run. Nothing from outside is read before the last step, and by then it is other processes that
 * read it.
 */

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config.h"
#include "daemon/generation.h"
#include "daemon/hook.h"
#include "daemon/host/activation.h"
#include "daemon/host/fd.h"
#include "daemon/host/listen.h"
#include "daemon/host/log.h"
#include "daemon/host/sandbox.h"
#include "daemon/supervisor.h"

#define SOCKET_PATH "/run/certnamed/certnamed.sock"
#define CONFIG_PATH SYSCONFDIR "/certnamed/certnamed.conf"
#define FRONT_PATH  FRONTDIR "/certnamed-front"
#define FRONT_NAME  "certnamed-front"

enum mode { MODE_RUN, MODE_CHECK };

struct options {
    enum mode mode;
    const char *config; /* NULL: CONFIG_PATH if there is one, else the built-in policy */
    const char *socket;
    const char *user;
};

struct daemon {
    struct listen_path bound;
    struct generation *generation;
    struct supervisor_setup setup;
};

static const char help[] =
    "Usage: certnamed [--config FILE] [--socket PATH] [--user NAME]\n"
    "       certnamed --check-config [FILE]\n"
    "\n"
    "Decides for the programs on this host whether a certificate may stand for a name.\n"
    "Runs in the foreground; SIGTERM ends it.\n"
    "\n"
    "  --config FILE          read this file alone (default: " CONFIG_PATH ",\n"
    "                         and without it the built-in policy)\n"
    "  --socket PATH          listen here (default: " SOCKET_PATH ");\n"
    "                         a socket passed by the service manager goes before it\n"
    "  --user NAME            started as root: who reads what clients send (default:\n"
    "                         certnamed, else nobody)\n"
    "  --check-config [FILE]  check a configuration and exit: 0 if it is good, 1 if not, with\n"
    "                         the first mistake\n"
    "  --version              print the version and exit\n"
    "  --help                 print this and exit\n";

/* --- parse --- */

/* Exit status of a command line that cannot be understood, as usual. */
#define EXIT_USAGE 2

enum parsed {
    PARSED_GO_ON = 0,
    PARSED_DONE,
    PARSED_WRONG,
};

static enum parsed usage_error(void)
{
    fputs("Try 'certnamed --help'.\n", stderr);
    return PARSED_WRONG;
}

static enum parsed parse_option(struct options *options, int option)
{
    switch (option) {
    case 'c':
        options->config = optarg;
        return PARSED_GO_ON;
    case 's':
        options->socket = optarg;
        return PARSED_GO_ON;
    case 'u':
        options->user = optarg;
        return PARSED_GO_ON;
    case 'k':
        options->mode = MODE_CHECK;
        return PARSED_GO_ON;
    case 'v':
        puts("certnamed " PACKAGE_VERSION);
        return PARSED_DONE;
    case 'h':
        fputs(help, stdout);
        return PARSED_DONE;
    default:
        return usage_error();
    }
}

static enum parsed parse_argv(struct options *options, int argc, char **argv)
{
    static const struct option table[] = {
        {"config", required_argument, NULL, 'c'},
        {"socket", required_argument, NULL, 's'},
        {"user", required_argument, NULL, 'u'},
        {"check-config", no_argument, NULL, 'k'},
        {"version", no_argument, NULL, 'v'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    enum parsed r = PARSED_GO_ON;
    int option;

    *options = (struct options){.socket = SOCKET_PATH};
    while (!r && (option = getopt_long(argc, argv, "", table, NULL)) != -1)
        r = parse_option(options, option);
    if (r)
        return r;
    if (options->mode == MODE_CHECK && optind < argc)
        options->config = argv[optind++];
    if (optind < argc) {
        fprintf(stderr, "certnamed: unexpected operand '%s'\n", argv[optind]);
        return usage_error();
    }
    return PARSED_GO_ON;
}

/* --- check --- */

static const char *choose_config(const char *path)
{
    if (path)
        return path;
    /* Only its absence means the built-in policy: what cannot be read is an error when it is read.
     */
    return access(CONFIG_PATH, F_OK) < 0 && errno == ENOENT ? NULL : CONFIG_PATH;
}

static int check_config(const char *path)
{
    struct policy_error error = {0};
    int r;

    path = choose_config(path);
    if (!path) {
        puts("there is no " CONFIG_PATH ": the built-in policy serves");
        return EXIT_SUCCESS;
    }
    r = generation_check(path, &error);
    if (r == 0)
        printf("%s: good\n", path);
    else if (r < 0)
        fprintf(stderr, "certnamed: cannot check %s: %s\n", path, strerror(-r));
    else if (error.line > 0)
        fprintf(stderr, "%s:%u: %s\n", error.file, error.line, error.message);
    else
        fprintf(stderr, "%s: %s\n", error.file, error.message);
    return r ? EXIT_FAILURE : EXIT_SUCCESS;
}

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
static int set_signals(void)
{
    sigset_t set;

    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL);
    signal(SIGPIPE, SIG_IGN);
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    return sigprocmask(SIG_SETMASK, &set, NULL) < 0 ? -errno : 0;
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
    r = listen_open(&daemon->setup.listen_fd, &daemon->bound, path);
    if (!r)
        log_info("listening at %s", path);
    return r;
}

/* What the service manager and the caller left us: descriptors, signals, environment. */
static int take_inheritance(struct daemon *daemon)
{
    int r = open_standard_descriptors();

    if (!r)
        r = set_signals();
    if (!r)
        r = activation_take(&daemon->setup.listen_fd);
    if (r >= 0 && close_range(r == 0 ? (unsigned)daemon->setup.listen_fd + 1 : STDERR_FILENO + 1,
                              UINT_MAX, 0) < 0)
        r = -errno;
    if (r >= 0)
        r = notify_open(&daemon->setup.notify);
    return r < 0 ? r : clear_environment();
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

static int setup(struct daemon *daemon, const struct options *options)
{
    const char *config = choose_config(options->config);
    int r;

    *daemon = (struct daemon){
        .setup = {.listen_fd = -1, .front_program = -1, .notify = NOTIFY_NULL},
    };
    r = take_inheritance(daemon);
    if (!r)
        r = require_proc();
    if (!r)
        r = user_find(&daemon->setup.user, options->user);
    if (!r)
        r = open_front(&daemon->setup.front_program);
    if (!r)
        r = generation_load(&daemon->generation, config, 1);
    if (!r)
        r = open_listener(daemon, options->socket);
    if (r)
        return r;

    daemon->setup.context = generation_context(daemon->generation);
    log_info("policy: %s; %s", config ? config : "built in", x509_library_version());
    if (sandbox_is_relaxed())
        log_warning("this build runs its verifiers without filter and limits: for tests only");
    return 0;
}

/* From here on nothing is opened, bound or loaded any more. */
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
    int r = supervisor_run(&daemon->setup);

    if (r)
        log_error("cannot go on: %s", strerror(-r));
    return r;
}

static void teardown(struct daemon *daemon)
{
    listen_remove(&daemon->bound);
    fd_close(daemon->setup.listen_fd);
    fd_close(daemon->setup.front_program);
    notify_close(&daemon->setup.notify);
    generation_free(daemon->generation);
}

int main(int argc, char **argv)
{
    struct options options;
    struct daemon daemon;
    enum parsed parsed = parse_argv(&options, argc, argv);
    int r;

    if (parsed != PARSED_GO_ON)
        return parsed == PARSED_DONE ? EXIT_SUCCESS : EXIT_USAGE;
    if (options.mode == MODE_CHECK)
        return check_config(options.config);

    hook_setup();
    r = setup(&daemon, &options);
    if (!r)
        r = drop_privilege();
    if (r)
        log_error("not started: %s", strerror(-r));
    else
        r = run(&daemon);
    teardown(&daemon);
    return r ? EXIT_FAILURE : EXIT_SUCCESS;
}
