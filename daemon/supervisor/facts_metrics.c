/* SPDX-License-Identifier: MIT */
#include "daemon/supervisor/facts_metrics.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "config.h"
#include "daemon/load/crlites.h"
#include "daemon/load/warnings.h"

static void begin_family(struct memory_text *file, const char *name, const char *type,
                         const char *help)
{
    memory_text_add(file, "# TYPE certnamed_%s %s\n# HELP certnamed_%s %s\n", name, type, name,
                    help);
}

static void write_gauge(struct memory_text *file, const char *name, const char *help, int64_t value)
{
    begin_family(file, name, "gauge", help);
    memory_text_add(file, "certnamed_%s %" PRId64 "\n", name, value);
}

static void write_policy(struct memory_text *file, const struct epoch *epoch)
{
    const struct verify_context *context = epoch_context(epoch);

    begin_family(file, "policy", "info", "The program, and the digest of the policy in force.");
    memory_text_append(file, "certnamed_policy_info{version=\"" PACKAGE_VERSION "\",digest=\"");
    for (size_t i = 0; i < sizeof(context->digest); i++)
        memory_text_add(file, "%02x", context->digest[i]);
    memory_text_append(file, "\"} 1\n");
}

/* Writes how old CRLite's filters are and their state. */
static void write_crlite(struct memory_text *file, const struct crlites *crlites)
{
    static const char *const states[] = {"absent", "fresh", "stale", "unusable"};
    const struct crlites_status status = crlites_status(crlites, clock_now_s());

    begin_family(file, "data_as_of_seconds", "gauge",
                 "Up to when data about certificates reaches, in Unix time; 0 without data.");
    memory_text_add(file, "certnamed_data_as_of_seconds{kind=\"crlite\"} %" PRId64 "\n",
                    status.as_of);
    begin_family(file, "data_state", "gauge", "1 for the state in which the data is, else 0.");
    for (size_t i = 0; i < sizeof(states) / sizeof(*states); i++)
        memory_text_add(file, "certnamed_data_state{kind=\"crlite\",state=\"%s\"} %d\n", states[i],
                        strcmp(states[i], status.state) == 0);
}

void facts_metrics_write(struct memory_text *file, const struct serving *serving,
                         const struct reload *reload)
{
    const struct epoch *epoch = serving->epoch;
    int64_t days = warnings_days_left(epoch);

    write_policy(file, epoch);
    write_gauge(file, "policy_loaded_timestamp_seconds", "When it was loaded, in Unix time.",
                epoch_loaded_s(epoch));
    write_gauge(file, "files_in_force", "1 where the files on disk are what serves, else 0.",
                reload_files_in_force(reload));
    write_gauge(file, "reload_refused", "1 where the last reload was refused, else 0.",
                reload->refused);
    write_gauge(file, "last_good_in_force",
                "1 where a crash has brought the last good configuration into force, else 0.",
                reload->on_last_good);
    write_gauge(file, "crls_refused", "1 where the CRLs on disk are refused, else 0.",
                reload->crls_refused);
    write_gauge(file, "crl_files_left_out", "Files of CRLs in directories that cannot be used.",
                (int64_t)epoch_n_crls_left_out(epoch));
    write_crlite(file, epoch_crlites(epoch));
    if (days >= 0)
        write_gauge(file, "pins_expire_in_days", "Whole days until the next pins expire.", days);
    begin_family(file, "restarts", "counter", "Processes that ended unasked and were replaced.");
    memory_text_add(file,
                    "certnamed_restarts_total{process=\"front\"} %" PRIu64
                    "\ncertnamed_restarts_total{process=\"verifier\"} %" PRIu64 "\n",
                    serving->channel.n_restarts, serving->pool.n_restarts);
}
