/* SPDX-License-Identifier: MIT */
/* Implements `pin`: prints pins of keys, or with --deny sections that deny certificates. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "client/ctl/backup.h"
#include "client/ctl/command.h"
#include "client/ctl/deny.h"
#include "client/ctl/spki.h"
#include "client/ctl/text.h"

/* The largest number of keys in one call. A system has a few hundred root certificates. */
#define PINS_COUNT_MAX 4096

/* The keys of all files in order, without repetitions. */
struct pins {
    struct spki *spkis;
    size_t n;
    size_t n_allocated;
};

/* Makes room for one more key. Returns 0; or prints why it failed and returns -1. */
static int make_room(struct pins *pins)
{
    size_t n = pins->n_allocated ? pins->n_allocated * 2 : 16;
    struct spki *spkis;

    if (pins->n < pins->n_allocated)
        return 0;
    if (n > PINS_COUNT_MAX) {
        text_complain("more than %d keys: a pinset takes at most 64", PINS_COUNT_MAX);
        return -1;
    }
    spkis = realloc(pins->spkis, n * sizeof(*spkis));
    if (!spkis) {
        text_complain("no memory");
        return -1;
    }
    pins->spkis = spkis;
    pins->n_allocated = n;
    return 0;
}

static int add_pin(void *context, const struct spki *spki)
{
    struct pins *pins = context;

    for (size_t i = 0; i < pins->n; i++) {
        if (memcmp(pins->spkis[i].digest, spki->digest, sizeof(spki->digest)) == 0)
            return 0;
    }
    if (make_room(pins))
        return -1;
    pins->spkis[pins->n] = *spki;
    pins->spkis[pins->n++].certificate = NULL;
    return 0;
}

/* Prints the list in the form in which a section `pinset` or `deny` of the policy takes it. */
static void print_pins(const struct pins *pins)
{
    (void)puts("spki-sha256 = {");
    for (size_t i = 0; i < pins->n; i++) {
        char text[BASE64_TEXT_BYTES(sizeof(pins->spkis[i].digest)) + 1];

        base64_encode(pins->spkis[i].digest, sizeof(pins->spkis[i].digest), text);
        (void)printf("    \"%s\"%s  # %s%s%s\n", text, i + 1 < pins->n ? "," : "",
                     pins->spkis[i].source, pins->spkis[i].subject[0] != '\0' ? " " : "",
                     pins->spkis[i].subject);
    }
    (void)puts("}");
}

static int run_files(char *const *files, int n_files)
{
    struct pins pins = {0};
    int r = 0;

    for (int i = 0; !r && i < n_files; i++)
        r = spki_each(files[i], add_pin, &pins);
    if (!r)
        print_pins(&pins);
    free(pins.spkis);
    return r ? COMMAND_UNDECIDED : COMMAND_DONE;
}

static int run_deny(char *const *files, int n_files)
{
    for (int i = 0; i < n_files; i++) {
        if (spki_each(files[i], deny_print, stdout)) {
            text_drop_output();
            return COMMAND_UNDECIDED;
        }
    }
    return COMMAND_DONE;
}

static int run_backup(const struct ctl_options *options)
{
    struct pins pins = {0};
    struct spki spki = {0};
    int r = backup_make(options->new_backup, options_have(options, OPTION_RSA), &spki);

    if (!r)
        r = add_pin(&pins, &spki);
    if (!r)
        print_pins(&pins);
    free(pins.spkis);
    return r ? COMMAND_UNDECIDED : COMMAND_DONE;
}

static int run_pin(const struct ctl_options *options, char *const *operands, int n_operands)
{
    if (options->new_backup && (n_operands > 0 || options_have(options, OPTION_DENY)))
        return command_misused("--new-backup takes one FILE, and excludes --deny");
    if (options->new_backup)
        return run_backup(options);
    if (options_have(options, OPTION_RSA))
        return command_misused("--rsa needs --new-backup");
    if (n_operands == 0)
        return command_misused("a FILE with certificates or keys is needed");
    return options_have(options, OPTION_DENY) ? run_deny(operands, n_operands)
                                              : run_files(operands, n_operands);
}

const struct command pin_command = {
    .name = "pin",
    .summary = "print pins ready to paste into the policy, or make a backup key",
    .usage = "pin FILE...\n"
             "pin --deny FILE...\n"
             "pin --new-backup FILE [--rsa]",
    .help =
        "Prints the key `spki-sha256` of a pinset: one pin for each certificate, certificate "
        "request,\n"
        "public key or unencrypted private key in the FILEs (PEM or DER), each pin once. The FILE\n"
        "`-` is standard input. Does not connect to the daemon.\n"
        "\n"
        "  --deny              print a section `deny` for each certificate instead; it names the\n"
        "                      issuer and the serial number\n"
        "  --new-backup FILE   make a private key (P-256) that can replace the one in use, write "
        "it\n"
        "                      to FILE, which must not exist, and print its pin\n"
        "  --rsa               with --new-backup: make an RSA key of 3,072 bits\n"
        "\n"
        "Exit status: 0 done, 2 not done.\n",
    .known = OPTIONS_COMMON | OPTION_BIT(OPTION_DENY) | OPTION_BIT(OPTION_NEW_BACKUP) |
             OPTION_BIT(OPTION_RSA),
    .run = run_pin,
};
