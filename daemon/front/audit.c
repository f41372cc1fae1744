/* SPDX-License-Identifier: MIT */
#include "daemon/front/audit.h"

#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "daemon/ipc/note.h"
#include "daemon/limits.h"

struct audit {
    struct account_table *accounts;
    struct account_queue suppressed;
    struct event *flush;
};

/* Who is silent from now on is told of in the end too. */
static void forget(struct audit *audit, struct account *account)
{
    if (account->n_log_suppressed == 0)
        return;
    log_info("uid %u: %u more answers like these were not logged", account->uid,
             account->n_log_suppressed);
    account->n_log_suppressed = 0;
    TAILQ_REMOVE(&audit->suppressed, account, in_suppressed);
    account_settle(audit->accounts, account);
}

static void on_flush(evutil_socket_t socket, short events, void *context)
{
    struct audit *audit = context;

    (void)socket;
    (void)events;
    while (!TAILQ_EMPTY(&audit->suppressed))
        forget(audit, TAILQ_FIRST(&audit->suppressed));
}

int audit_new(struct audit **auditp, struct event_base *base, struct account_table *accounts)
{
    struct audit *audit = calloc(1, sizeof(*audit));

    if (!audit)
        return -ENOMEM;
    audit->accounts = accounts;
    TAILQ_INIT(&audit->suppressed);
    audit->flush = event_new(base, -1, 0, on_flush, audit);
    if (!audit->flush) {
        audit_free(audit);
        return -ENOMEM;
    }
    *auditp = audit;
    return 0;
}

struct audit *audit_free(struct audit *audit)
{
    if (!audit)
        return NULL;
    while (!TAILQ_EMPTY(&audit->suppressed))
        forget(audit, TAILQ_FIRST(&audit->suppressed));
    if (audit->flush)
        event_free(audit->flush);
    free(audit);
    return NULL;
}

static void suppress(struct audit *audit, struct account *account)
{
    const struct timeval second = {.tv_sec = 1};

    if (TAILQ_EMPTY(&audit->suppressed))
        event_add(audit->flush, &second);
    if (account->n_log_suppressed++ == 0)
        TAILQ_INSERT_TAIL(&audit->suppressed, account, in_suppressed);
}

void audit_line(struct audit *audit, struct account *account, const char *text, size_t n, bool hit)
{
    int64_t second = clock_now_ms() / 1000;
    char line[NOTE_AUDIT_BYTES];

    if (account->log_second != second) {
        account->log_second = second;
        account->n_log_lines = 0;
    }
    if (account->n_log_lines >= LIMIT_LOG_LINES_PER_UID_COUNT) {
        suppress(audit, account);
        return;
    }
    account->n_log_lines++;
    if (n >= sizeof(line))
        n = sizeof(line) - 1;
    for (size_t i = 0; i < n; i++)
        line[i] = text[i] >= ' ' && text[i] <= '~' ? text[i] : '?';
    line[n] = '\0';
    log_info("uid %u: %s%s", account->uid, line, hit ? " (remembered)" : "");
}
