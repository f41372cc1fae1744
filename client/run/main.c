/* SPDX-License-Identifier: MIT */
/*
 * certname-run: starts a program with a preloaded library, which has certnamed judge the TLS
 * servers that the program connects to.
 */

#include <dlfcn.h>
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client/run/coverage.h"
#include "client/run/run.h"
#include "config.h"

static const char help[] =
    "Usage: certname-run [OPTION]... COMMAND [ARGUMENT]...\n"
    "Starts a command whose TLS connections by OpenSSL or GnuTLS certnamed judges, too.\n"
    "\n"
    "      --report         decide nothing, and print what certnamed would decide\n"
    "      --require        exit with 125 if no handshake was judged\n"
    "      --nameless=WHAT  a server without a name: refuse (default), path (its path is\n"
    "                       judged and no name), or skip\n"
    "      --log=FILE       append each decision to FILE; otherwise refusals go to the\n"
    "                       standard error\n"
    "      --socket=PATH    the daemon's socket\n"
    "      --help           print this\n"
    "      --version        print the version\n"
    "\n"
    "A command that is static, changes its user, or brings its own TLS is not started.\n"
    "certname-run(1) says more.\n";

struct choices {
    bool report;
    bool require;
    bool inside_report; /* the environment comes from a run with --report */
};

__attribute__((noreturn, format(printf, 2, 3))) static void fail(int status, const char *format,
                                                                 ...)
{
    va_list arguments;

    fputs("certname-run: ", stderr);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputs("\n", stderr);
    exit(status);
}

static void set(const char *name, const char *value)
{
    if (setenv(name, value, 1))
        fail(RUN_EXIT_FAILURE, "no memory");
}

/*
 * Sets an environment variable to an absolute path, which stays right if the program changes its
 * folder.
 */
static void set_path(const char *name, const char *path)
{
    char folder[PATH_MAX], whole[2 * PATH_MAX];

    if (path[0] == '/') {
        set(name, path);
        return;
    }
    if (!getcwd(folder, sizeof(folder)))
        fail(RUN_EXIT_FAILURE, "cannot find the current folder: %s", strerror(errno));
    snprintf(whole, sizeof(whole), "%s/%s", folder, path);
    set(name, whole);
}

/* Removes what a run around this one has chosen: a run has its own options only. */
static void forget_outer_run(struct choices *choices)
{
    static const char *const names[] = {RUN_ENV_REPORT, RUN_ENV_NAMELESS, RUN_ENV_LOG,
                                        RUN_ENV_COUNTS};
    const char *report = getenv(RUN_ENV_REPORT);

    choices->inside_report = report && report[0];
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        (void)unsetenv(names[i]);
}

static bool is_nameless(const char *word)
{
    return strcmp(word, "refuse") == 0 || strcmp(word, "path") == 0 || strcmp(word, "skip") == 0;
}

static void read_options(struct choices *choices, int argc, char **argv)
{
    enum { REPORT = 256, REQUIRE, NAMELESS, LOG, SOCKET, HELP, VERSION_TEXT };
    static const struct option options[] = {
        {"report", no_argument, NULL, REPORT},           {"require", no_argument, NULL, REQUIRE},
        {"nameless", required_argument, NULL, NAMELESS}, {"log", required_argument, NULL, LOG},
        {"socket", required_argument, NULL, SOCKET},     {"help", no_argument, NULL, HELP},
        {"version", no_argument, NULL, VERSION_TEXT},    {0},
    };

    for (;;) {
        switch (getopt_long(argc, argv, "+", options, NULL)) {
        case -1:
            return;
        case REPORT:
            choices->report = true;
            set(RUN_ENV_REPORT, "1");
            break;
        case REQUIRE:
            choices->require = true;
            break;
        case NAMELESS:
            if (!is_nameless(optarg))
                fail(RUN_EXIT_FAILURE, "--nameless is refuse, path or skip, and not \"%s\"",
                     optarg);
            set(RUN_ENV_NAMELESS, optarg);
            break;
        case LOG:
            set_path(RUN_ENV_LOG, optarg);
            break;
        case SOCKET:
            set_path(RUN_ENV_SOCKET, optarg);
            break;
        case HELP:
            fputs(help, stdout);
            exit(0);
        case VERSION_TEXT:
            puts("certname-run " PACKAGE_VERSION);
            exit(0);
        default:
            exit(RUN_EXIT_FAILURE);
        }
    }
}

/* --- the library --- */

/* Loads the library in a child, because a file that is damaged may end the process. */
static bool can_load(const char *path)
{
    pid_t child = coverage_is_library(path) ? fork() : -1;
    int status;

    if (child == 0) {
        void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);

        if (!handle)
            fprintf(stderr, "certname-run: %s\n", dlerror());
        _exit(handle && dlsym(handle, "X509_verify_cert") ? 0 : 1);
    }
    while (child > 0 && waitpid(child, &status, 0) < 0) {
        if (errno != EINTR)
            return false;
    }
    return child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* Puts the library into LD_PRELOAD, and checks it first, because ld.so only warns if it cannot load
 * one. */
static void set_preload(void)
{
    const char *path = getenv(RUN_ENV_PRELOAD), *others = getenv(RUN_ENV_LD);
    char list[2 * PATH_MAX];

    if (!path || !path[0])
        path = RUN_LIBRARY;
    if (access(path, R_OK))
        fail(RUN_EXIT_FAILURE, "the library %s cannot be read: %s; nothing is started without it",
             path, strerror(errno));
    if (path[0] != '/' || strpbrk(path, ": "))
        fail(RUN_EXIT_FAILURE,
             "the path of the library %s is not absolute, or has a colon or a blank", path);
    if (!can_load(path))
        fail(RUN_EXIT_FAILURE, "the library %s cannot be loaded; nothing is started without it",
             path);
    if ((size_t)snprintf(list, sizeof(list), "%s%s%s", path, others && others[0] ? ":" : "",
                         others ? others : "") >= sizeof(list))
        fail(RUN_EXIT_FAILURE, "LD_PRELOAD is too long");
    set(RUN_ENV_PRELOAD, path);
    set(RUN_ENV_LD, list);
}

/* Makes the counts in an unnamed file that all processes of the command share. */
static struct run_counts *share_counts(void)
{
    struct run_counts *counts;
    char path[64];
    int fd = memfd_create("certname-run", MFD_CLOEXEC);

    if (fd < 0 || ftruncate(fd, sizeof(*counts)))
        fail(RUN_EXIT_FAILURE, "cannot count handshakes: %s", strerror(errno));
    counts = mmap(NULL, sizeof(*counts), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (counts == MAP_FAILED)
        fail(RUN_EXIT_FAILURE, "cannot count handshakes: %s", strerror(errno));
    snprintf(path, sizeof(path), "/proc/%ld/fd/%d", (long)getpid(), fd);
    set(RUN_ENV_COUNTS, path);
    return counts;
}

/* --- the command --- */

/* Writes the path at which execvp() would find the command to `path`, of PATH_MAX bytes. */
static void find_command(const char *name, char *path)
{
    const char *folders = getenv("PATH");

    if (!folders)
        folders = "/usr/local/bin:/usr/bin:/bin";
    if (strchr(name, '/')) {
        snprintf(path, PATH_MAX, "%s", name);
        if (access(path, F_OK))
            fail(RUN_EXIT_NOT_FOUND, "%s: %s", name, strerror(errno));
        return;
    }
    for (const char *at = folders;; at++) {
        int n = (int)strcspn(at, ":");

        snprintf(path, PATH_MAX, "%.*s%s%s", n, at, n ? "/" : "./", name);
        if (access(path, X_OK) == 0)
            return;
        at += n;
        if (!*at)
            fail(RUN_EXIT_NOT_FOUND, "%s: there is no such command in PATH", name);
    }
}

/*
 * Starts the command. Inside a run with --report the library of that run would hand its own choices
 * on to the command; the system call goes past it. Inside a strict run the outer library decides.
 */
__attribute__((noreturn)) static void start(const struct choices *choices, const char *path,
                                            char **argv)
{
    if (choices->inside_report)
        (void)syscall(SYS_execve, path, argv, environ);
    else
        execv(path, argv);
    fail(RUN_EXIT_NOT_RUN, "%s: %s", path, strerror(errno));
}

static void print_counts(struct run_counts *counts)
{
    fprintf(stderr,
            "certname-run: %lu accepted, %lu refused, %lu without a verdict, %lu without a name "
            "and not asked, "
            "%lu that the program does not verify\n",
            atomic_load(&counts->n_accepted), atomic_load(&counts->n_refused),
            atomic_load(&counts->n_errors), atomic_load(&counts->n_nameless),
            atomic_load(&counts->n_unverified));
}

/* Waits for the command and returns its exit status in the form in which a shell shows it. */
static int wait_for(pid_t child)
{
    int status;

    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR)
            fail(RUN_EXIT_FAILURE, "cannot wait for the command: %s", strerror(errno));
    }
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/*
 * Ignores SIGINT and SIGQUIT: a terminal sends them to the command too, and the command decides
 * what they do.
 */
static void leave_signals_to_command(void)
{
    static const int numbers[] = {SIGINT, SIGQUIT};
    struct sigaction action = {.sa_handler = SIG_IGN};

    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
        sigaction(numbers[i], &action, NULL);
}

static int run_and_count(const struct choices *choices, const char *path, char **argv)
{
    struct run_counts *counts = share_counts();
    pid_t child = fork();
    int status;

    if (child < 0)
        fail(RUN_EXIT_FAILURE, "cannot start a process: %s", strerror(errno));
    if (child == 0)
        start(choices, path, argv);
    leave_signals_to_command();
    status = wait_for(child);
    if (choices->report)
        print_counts(counts);
    if (choices->require && atomic_load(&counts->n_accepted) == 0 &&
        atomic_load(&counts->n_refused) == 0)
        fail(RUN_EXIT_FAILURE, "certnamed judged no handshake of %s (which ended with %d)", path,
             status);
    return status;
}

int main(int argc, char **argv)
{
    struct choices choices = {0};
    char path[PATH_MAX], reason[COVERAGE_REASON_BYTES];

    forget_outer_run(&choices);
    read_options(&choices, argc, argv);
    if (optind == argc)
        fail(RUN_EXIT_FAILURE, "there is no command: see --help");
    find_command(argv[optind], path);
    if (coverage_check(path, reason, sizeof(reason)))
        fail(RUN_EXIT_FAILURE, "%s %s; it is not started", path, reason);
    set_preload();
    if (choices.report || choices.require)
        return run_and_count(&choices, path, argv + optind);
    start(&choices, path, argv + optind);
}
