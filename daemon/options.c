/* SPDX-License-Identifier: MIT */
#include "daemon/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "daemon/limits.h"

#define SOCKET_PATH "/run/certnamed/certnamed.sock"
#define ADMIN_NAME  "admin.sock"
#define CONFIG_PATH SYSCONFDIR "/certnamed/certnamed.conf"

static const char help[] =
    "Usage: certnamed [--config FILE] [--socket PATH] [--user NAME] [--last-good PATH]\n"
    "       certnamed --check-config [--service] [FILE]\n"
    "       certnamed --print-config [FILE]\n"
    "       certnamed --trial NEW --replay RECORD [--old OLD] [--hash-names]\n"
    "\n"
    "Decides for the programs on this host whether a certificate may stand for a name.\n"
    "Runs in the foreground; SIGTERM ends it, SIGHUP reloads its configuration.\n"
    "\n"
    "  --config FILE          read this file alone (default: " CONFIG_PATH ",\n"
    "                         and without it the built-in policy)\n"
    "  --socket PATH          listen here (default: " SOCKET_PATH ");\n"
    "                         a socket passed by the service manager goes before it\n"
    "  --admin-socket PATH    listen here for status, metrics and reloads (default: admin.sock in\n"
    "                         the folder of the socket)\n"
    "  --user NAME            started as root: the account that reads what clients send\n"
    "                         (default: certnamed); no other program may use it\n"
    "  --last-good PATH       keep the policy in force here, for a start right after a crash "
    "while\n"
    "                         the configuration is refused (default: last-good beside the socket)\n"
    "  --no-last-good         keep none, and start by none\n"
    "  --stand-by SECONDS     under a service manager: how long requests are answered as "
    "unavailable\n"
    "                         while the configuration of the start is refused (default: 300)\n"
    "  --check-config [FILE]  check a configuration and exit: 0 if it is good, 1 if not, with\n"
    "                         the first mistake\n"
    "  --service              check it as the systemd service sees it: as a user without rights\n"
    "  --print-config [FILE]  print the effective policy, defaults included, and its digest\n"
    "  --trial NEW            ask the requests of RECORD again, by the configuration in force\n"
    "                         (or OLD) and by NEW, and print which verdicts would change: exits\n"
    "                         with 0 if none, 1 if some, 2 if that cannot be said\n"
    "  --hash-names           show a digest of each request instead of the names in it\n"
    "  -V, --version          print the version and exit\n"
    "  -h, --help             print this and exit\n";

static enum options_result usage_error(void)
{
    fputs("Try 'certnamed --help'.\n", stderr);
    return OPTIONS_WRONG;
}

static enum options_result read_seconds(unsigned *secondsp, const char *text)
{
    char *end = NULL;
    unsigned long seconds;

    errno = 0;
    seconds = strtoul(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno || seconds > LIMIT_STAND_BY_MAX_S) {
        fprintf(stderr, "certnamed: --stand-by: '%s' is not a number of seconds up to %d\n", text,
                LIMIT_STAND_BY_MAX_S);
        return usage_error();
    }
    *secondsp = (unsigned)seconds;
    return OPTIONS_GO_ON;
}

static enum options_result parse_option(struct options *options, int option)
{
    switch (option) {
    case 'c':
        options->sources.path = optarg;
        return OPTIONS_GO_ON;
    case 's':
        options->socket = optarg;
        return OPTIONS_GO_ON;
    case 'a':
        snprintf(options->admin_socket, sizeof(options->admin_socket), "%s", optarg);
        return OPTIONS_GO_ON;
    case 'u':
        options->user = optarg;
        return OPTIONS_GO_ON;
    case 'k':
        options->mode = OPTIONS_CHECK;
        return OPTIONS_GO_ON;
    case 'p':
        options->mode = OPTIONS_PRINT;
        return OPTIONS_GO_ON;
    case 't':
        options->mode = OPTIONS_TRIAL;
        options->tried = optarg;
        return OPTIONS_GO_ON;
    case 'r':
        options->replay = optarg;
        return OPTIONS_GO_ON;
    case 'g':
        options->last_good = optarg;
        return OPTIONS_GO_ON;
    case 'G':
        options->no_last_good = true;
        return OPTIONS_GO_ON;
    case 'S':
        options->as_service = true;
        return OPTIONS_GO_ON;
    case 'b':
        return read_seconds(&options->stand_by_s, optarg);
    case 'n':
        options->hash_names = true;
        return OPTIONS_GO_ON;
    case 'v':
    case 'V':
        puts("certnamed " PACKAGE_VERSION);
        return OPTIONS_DONE;
    case 'h':
        fputs(help, stdout);
        return OPTIONS_DONE;
    default:
        return usage_error();
    }
}

/* Sets the path of the administrative socket: in the folder of the socket for requests. */
static void set_admin_socket(struct options *options)
{
    const char *slash = strrchr(options->socket, '/');
    int n_folder = slash ? (int)(slash + 1 - options->socket) : 0;
    int n = snprintf(options->admin_socket, sizeof(options->admin_socket), "%.*s" ADMIN_NAME,
                     n_folder, options->socket);

    if (n < 0 || (size_t)n >= sizeof(options->admin_socket))
        options->admin_socket[0] = '\0';
}

enum options_result options_parse(struct options *options, int argc, char **argv)
{
    static const struct option table[] = {
        {"config", required_argument, NULL, 'c'},
        {"socket", required_argument, NULL, 's'},
        {"user", required_argument, NULL, 'u'},
        {"check-config", no_argument, NULL, 'k'},
        {"print-config", no_argument, NULL, 'p'},
        {"version", no_argument, NULL, 'v'},
        {"trial", required_argument, NULL, 't'},
        {"replay", required_argument, NULL, 'r'},
        {"old", required_argument, NULL, 'c'},
        {"hash-names", no_argument, NULL, 'n'},
        {"admin-socket", required_argument, NULL, 'a'},
        {"help", no_argument, NULL, 'h'},
        {"last-good", required_argument, NULL, 'g'},
        {"no-last-good", no_argument, NULL, 'G'},
        {"stand-by", required_argument, NULL, 'b'},
        {"service", no_argument, NULL, 'S'},
        {NULL, 0, NULL, 0},
    };
    enum options_result r = OPTIONS_GO_ON;
    int option;

    *options = (struct options){.socket = SOCKET_PATH, .stand_by_s = LIMIT_STAND_BY_S};
    while (!r && (option = getopt_long(argc, argv, "hV", table, NULL)) != -1)
        r = parse_option(options, option);
    if (r)
        return r;
    if ((options->mode == OPTIONS_TRIAL) != (options->replay != NULL)) {
        fputs("certnamed: --trial and --replay go together\n", stderr);
        return usage_error();
    }
    if (options->hash_names && !options->replay) {
        fputs("certnamed: --hash-names goes with --trial\n", stderr);
        return usage_error();
    }
    if (options->as_service && options->mode != OPTIONS_CHECK) {
        fputs("certnamed: --service goes with --check-config\n", stderr);
        return usage_error();
    }
    if ((options->mode == OPTIONS_CHECK || options->mode == OPTIONS_PRINT) && optind < argc)
        options->sources.path = argv[optind++];
    if (options->admin_socket[0] == '\0')
        set_admin_socket(options);
    if (optind < argc) {
        fprintf(stderr, "certnamed: unexpected operand '%s'\n", argv[optind]);
        return usage_error();
    }
    return OPTIONS_GO_ON;
}
