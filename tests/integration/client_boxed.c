/* SPDX-License-Identifier: MIT */

/*
 * Puts itself into a sandbox, and asks there about a host and a certificate:
 *
 *     client-boxed chroot FOLDER SOCKET HOST FILE      within FOLDER, as user 1234
 *     client-boxed families - SOCKET HOST FILE         with RestrictAddressFamilies=AF_UNIX
 *
 * SOCKET is the path within the sandbox. Exits with 0 (accepted), 1 (refused or no answer), or 3 if
 * the sandbox does not hold.
 */

#include <errno.h>
#include <grp.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "certname/client.h"

#define USER     1234
#define EXIT_BOX 3

static _Noreturn void fail(const char *what)
{
    perror(what);
    exit(EXIT_BOX);
}

static void enter_folder(const char *folder)
{
    if (chroot(folder) < 0 || chdir("/") < 0 || setgroups(0, NULL) < 0 || setgid(USER) < 0 ||
        setuid(USER) < 0)
        fail("chroot");
    if (access("/proc/self", F_OK) == 0)
        fail("the folder is not the root");
}

/* The filter that systemd installs for RestrictAddressFamilies=AF_UNIX, for one architecture. */
static void restrict_families(void)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_UNIX, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EAFNOSUPPORT),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {.len = sizeof(code) / sizeof(code[0]), .filter = code};

    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0)
        fail("seccomp");
    if (socket(AF_INET, SOCK_STREAM, 0) >= 0 || errno != EAFNOSUPPORT)
        fail("an Internet socket can be made");
}

int main(int argc, char **argv)
{
    static unsigned char der[32768];
    struct certname_client *client = certname_client_new();
    FILE *file = argc == 6 ? fopen(argv[5], "rb") : NULL;
    size_t n = file ? fread(der, 1, sizeof(der), file) : 0;
    int accepted;

    if (n == 0 || !client)
        fail("the certificate");
    if (strcmp(argv[1], "chroot") == 0)
        enter_folder(argv[2]);
    else
        restrict_families();
    accepted = certname_client_set_path(client, argv[3]) == 0 &&
               certname_match_hostname(client, argv[4], der, n);
    (void)printf("%s\n", accepted ? "accepted" : certname_client_error(client));
    (void)certname_client_free(client);
    return accepted ? EXIT_SUCCESS : EXIT_FAILURE;
}
