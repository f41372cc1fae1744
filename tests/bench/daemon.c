/* SPDX-License-Identifier: MIT */
#include "tests/bench/bench.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proto/frame.h"

static void write_policy(const struct daemon *daemon, char *path, size_t size, const char *policy)
{
    FILE *file;

    snprintf(path, size, "%s/policy.conf", daemon->folder);
    file = fopen(path, "w");
    if (!file || fputs(policy, file) < 0 || fclose(file) != 0)
        die(path);
    chmod(path, 0644);
}

static void run(const struct daemon *daemon, const char *built, char *config)
{
    static char config_option[] = "--config", socket_option[] = "--socket";
    char program[256], name[] = "certnamed", path[128], log[128];
    char *arguments[] = {name, config_option, config, socket_option, path, NULL};
    int fd;

    snprintf(program, sizeof(program), "%s/certnamed", built);
    snprintf(path, sizeof(path), "%s", daemon->path);
    snprintf(log, sizeof(log), "%s/log", daemon->folder);
    fd = open(log, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    dup2(fd, STDOUT_FILENO);
    dup2(fd, STDERR_FILENO);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    execv(program, arguments);
    _exit(127);
}

static void wait_until_it_answers(const struct daemon *daemon)
{
    struct frame frame;

    for (int i = 0; access(daemon->path, F_OK) < 0; i++) {
        if (i == 1000)
            die("the daemon does not start");
        usleep(10000);
    }
    frame_make(&frame, "", NULL, 0);
    int fd = connect_to(daemon->path);
    ask(fd, &frame, NULL);
    close(fd);
}

/*
 * Ends the bench unless the daemon's user exists: if the daemon is started as root, its processes
 * become that user.
 */
static void require_account(void)
{
    if (geteuid() == 0 && !getpwnam("certnamed")) {
        fputs("bench: as root the daemon needs the account certnamed: see certnamed(8)\n", stderr);
        exit(EXIT_FAILURE);
    }
}

void daemon_start(struct daemon *daemon, const char *built, const char *policy)
{
    char config[128];

    require_account();
    *daemon = (struct daemon){.folder = "/tmp/certnamed-bench-XXXXXX"};
    if (!mkdtemp(daemon->folder))
        die("mkdtemp");
    chmod(daemon->folder, 0755);
    snprintf(daemon->path, sizeof(daemon->path), "%s/socket", daemon->folder);
    write_policy(daemon, config, sizeof(config), policy);
    daemon->pid = fork();
    if (daemon->pid < 0)
        die("fork");
    if (daemon->pid == 0)
        run(daemon, built, config);
    wait_until_it_answers(daemon);
}

void daemon_stop(struct daemon *daemon)
{
    static const char *const files[] = {"policy.conf", "log", "memcached"};
    char path[128];

    kill(daemon->pid, SIGTERM);
    waitpid(daemon->pid, NULL, 0);
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        snprintf(path, sizeof(path), "%s/%s", daemon->folder, files[i]);
        unlink(path);
    }
    rmdir(daemon->folder);
}

/*
 * Reads name, parent and CPU time of a process from its stat line in /proc. Returns false if the
 * process has ended.
 */
static bool read_stat(pid_t pid, char name[32], pid_t *parentp, double *cpu_usp)
{
    unsigned long user = 0, system = 0;
    char path[64], line[512];
    const char *end;
    FILE *file;
    int parent = 0;

    snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    file = fopen(path, "r");
    if (!file)
        return false;
    if (!fgets(line, sizeof(line), file))
        line[0] = '\0';
    fclose(file);
    end = strrchr(line, ')');
    if (!end || sscanf(line, "%*d (%31[^)]", name) != 1 ||
        sscanf(end + 2, "%*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &parent, &user,
               &system) != 3)
        return false;
    *parentp = parent;
    *cpu_usp = (double)(user + system) * 1e6 / (double)sysconf(_SC_CLK_TCK);
    return true;
}

pid_t daemon_child(const struct daemon *daemon, const char *name, unsigned nth)
{
    DIR *folder = opendir("/proc");
    const struct dirent *entry;
    pid_t found = 0;

    while (folder && !found && (entry = readdir(folder))) {
        pid_t pid = (pid_t)atoi(entry->d_name), parent;
        char child[32];
        double cpu_us;

        if (pid > 0 && read_stat(pid, child, &parent, &cpu_us) && parent == daemon->pid &&
            strcmp(child, name) == 0 && nth-- == 0)
            found = pid;
    }
    if (folder)
        closedir(folder);
    return found;
}

void daemon_pin(const struct daemon *daemon, int front, int verifiers)
{
    pid_t pid;

    pin(daemon_child(daemon, "certnamed-front", 0), front);
    for (unsigned i = 0; (pid = daemon_child(daemon, "certname-verify", i)); i++)
        pin(pid, verifiers);
}

double process_cpu_us(pid_t pid)
{
    char name[32];
    pid_t parent;
    double cpu_us = 0;

    read_stat(pid, name, &parent, &cpu_us);
    return cpu_us;
}

size_t process_pss_kb(pid_t pid)
{
    char path[64], line[256];
    size_t kb = 0;
    FILE *file;

    snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", (int)pid);
    file = fopen(path, "r");
    while (file && fgets(line, sizeof(line), file)) {
        if (sscanf(line, "Pss: %zu", &kb) == 1)
            break;
    }
    if (file)
        fclose(file);
    return kb;
}

size_t daemon_pss_kb(const struct daemon *daemon)
{
    size_t kb = process_pss_kb(daemon->pid);
    pid_t pid;

    kb += process_pss_kb(daemon_child(daemon, "certnamed-front", 0));
    for (unsigned i = 0; (pid = daemon_child(daemon, "certname-verify", i)); i++)
        kb += process_pss_kb(pid);
    return kb;
}
