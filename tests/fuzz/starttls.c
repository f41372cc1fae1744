/* SPDX-License-Identifier: MIT */

/*
 * Fuzzes the reading of what a mail server, or an attacker in between, sends before TLS. The first
 * byte of the input is the protocol, the rest is what the server sends.
 */

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "client/ctl/starttls.h"
#include "tests/fuzz/fuzz.h"

#define INPUT_BYTES_MAX 65536
#define WAIT_MS         1000

static void talk(const char *protocol, int fd)
{
    const struct target target = {.host = "mail.example", .port = "25"};
    struct target_error error = {0};
    int r = starttls(protocol, fd, &target, clock_now_ms() + WAIT_MS, &error);
    uint8_t byte;

    if (r == 0) {
        fuzz_must(recv(fd, &byte, 1, MSG_DONTWAIT) <= 0, "nothing is left that TLS would read");
        return;
    }
    fuzz_must(error.code != NULL && memchr(error.text, '\0', sizeof(error.text)) != NULL,
              "it says why");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    int pair[2];

    if (n == 0 || n > INPUT_BYTES_MAX ||
        socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) < 0)
        return 0;
    if (send(pair[1], data + 1, n - 1, MSG_NOSIGNAL) == (ssize_t)(n - 1) &&
        shutdown(pair[1], SHUT_WR) == 0)
        talk(data[0] & 1 ? "imap" : "smtp", pair[0]);
    close(pair[0]);
    close(pair[1]);
    return 0;
}
