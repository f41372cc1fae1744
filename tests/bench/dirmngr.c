/* SPDX-License-Identifier: MIT */
#include "tests/bench/dirmngr.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

/* An Assuan line has at most 1,000 bytes, of which one octet of data takes up to three. */
#define LINE_BYTES_AT_MOST 990

static void write_file(const struct dirmngr *dirmngr, const char *name, const void *data,
                       size_t len)
{
    char path[128];
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s", dirmngr->folder, name);
    file = fopen(path, "w");
    if (!file || fwrite(data, 1, len, file) != len || fclose(file) != 0)
        die(path);
}

static bool find_program(char *path, size_t size)
{
    static const char *const folders[] = {"/usr/bin", "/usr/local/bin", "/bin"};

    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
        snprintf(path, size, "%s/dirmngr", folders[i]);
        if (access(path, X_OK) == 0)
            return true;
    }
    return false;
}

static void copy_program(const char *from, const char *to)
{
    int in = open(from, O_RDONLY | O_CLOEXEC), out;
    ssize_t n;

    out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0700);
    if (in < 0 || out < 0)
        die(to);
    while ((n = sendfile(out, in, NULL, 1 << 20)) > 0)
        continue;
    if (n < 0)
        die(to);
    close(in);
    close(out);
}

/*
 * Makes the folder for dirmngr. dirmngr reads the certificates that it trusts from the system's
 * configuration, unless a file beside the program names another place. So the folder gets a copy of
 * the program too.
 */
static void fill_folder(struct dirmngr *dirmngr, const char *program, const struct chain *chain)
{
    static const char *const folders[] = {"bin", "etc", "etc/trusted-certs", "etc/extra-certs"};
    char text[256];

    snprintf(dirmngr->folder, sizeof(dirmngr->folder), "/tmp/certnamed-bench-XXXXXX");
    if (!mkdtemp(dirmngr->folder))
        die("mkdtemp");
    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
        snprintf(text, sizeof(text), "%s/%s", dirmngr->folder, folders[i]);
        if (mkdir(text, 0700) < 0)
            die(text);
    }
    snprintf(text, sizeof(text), "rootdir = %s\nsysconfdir = %s/etc\n", dirmngr->folder,
             dirmngr->folder);
    write_file(dirmngr, "bin/gpgconf.ctl", text, strlen(text));
    write_file(dirmngr, "etc/trusted-certs/root.crt", chain->root.der, chain->root.len);
    write_file(dirmngr, "etc/extra-certs/issuer.crt", chain->issuer.der, chain->issuer.len);
    snprintf(text, sizeof(text), "%s/bin/dirmngr", dirmngr->folder);
    copy_program(program, text);
}

static void start(struct dirmngr *dirmngr)
{
    char program[128], folder[64], name[] = "dirmngr", home[] = "--homedir", server[] = "--server";
    char *arguments[] = {name, home, folder, server, NULL};

    snprintf(program, sizeof(program), "%s/bin/dirmngr", dirmngr->folder);
    snprintf(folder, sizeof(folder), "%s", dirmngr->folder);
    helper_start(&dirmngr->helper, program, arguments);
}

/* Reads lines until one is neither a comment nor a status. */
static bool listen(struct dirmngr *dirmngr)
{
    do {
        if (!helper_line(&dirmngr->helper, dirmngr->said, sizeof(dirmngr->said))) {
            snprintf(dirmngr->said, sizeof(dirmngr->said), "no answer");
            return false;
        }
    } while (dirmngr->said[0] == '#' || dirmngr->said[0] == 'S');
    return true;
}

static bool says(const struct dirmngr *dirmngr, const char *what)
{
    return strncmp(dirmngr->said, what, strlen(what)) == 0;
}

bool dirmngr_start(struct dirmngr *dirmngr, const struct chain *chain)
{
    char program[64];

    if (!find_program(program, sizeof(program))) {
        snprintf(dirmngr->said, sizeof(dirmngr->said), "not installed");
        return false;
    }
    fill_folder(dirmngr, program, chain);
    start(dirmngr);
    if (listen(dirmngr) && says(dirmngr, "OK"))
        return true;
    dirmngr_stop(dirmngr);
    return false;
}

static int remove_one(const char *path, const struct stat *stat, int type, struct FTW *ftw)
{
    (void)stat;
    (void)type;
    (void)ftw;
    return remove(path);
}

void dirmngr_stop(struct dirmngr *dirmngr)
{
    helper_stop(&dirmngr->helper);
    nftw(dirmngr->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void send_data(struct dirmngr *dirmngr, const struct certificate *certificate)
{
    FILE *out = dirmngr->helper.out;
    int n = 0;

    for (size_t i = 0; i < certificate->len; i++) {
        uint8_t octet = certificate->der[i];

        if (n == 0)
            n = fprintf(out, "D ");
        if (octet == '%' || octet == '\r' || octet == '\n')
            n += fprintf(out, "%%%02X", octet);
        else
            n += putc(octet, out) != EOF;
        if (n >= LINE_BYTES_AT_MOST || i + 1 == certificate->len)
            n = putc('\n', out) == EOF;
    }
    fputs("END\n", out);
}

bool dirmngr_validate(struct dirmngr *dirmngr, const struct certificate *leaf)
{
    fputs("VALIDATE --no-crl\n", dirmngr->helper.out);
    while (listen(dirmngr)) {
        if (says(dirmngr, "INQUIRE TARGETCERT"))
            send_data(dirmngr, leaf);
        else if (says(dirmngr, "INQUIRE ISTRUSTED"))
            fputs("D 1\nEND\n", dirmngr->helper.out);
        else
            return says(dirmngr, "OK");
    }
    return false;
}
