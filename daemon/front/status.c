/* SPDX-License-Identifier: MIT */
#include "daemon/front/status.h"

#include "base/clock.h"
#include "base/digest.h"
#include "base/text.h"
#include "daemon/os/sandbox.h"

/* The largest number of users that are shown: those with the most requests. */
#define USERS_COUNT 16

static const char *const cause_names[] = {
    [CONTROL_CAUSE_NONE] = "none",       [CONTROL_CAUSE_CPU] = "cpu",
    [CONTROL_CAUSE_OTHER] = "other",     [CONTROL_CAUSE_CRASH] = "crash",
    [CONTROL_CAUSE_RETIRED] = "retired",
};

static void add_digest(struct text *text, const struct settings *settings)
{
    text_add(text, "\"");
    for (size_t i = 0; i < DIGEST_BYTES; i++)
        text_add(text, "%02x", settings->digest[i]);
    text_add(text, "\"");
}

static void add_epoch(struct text *text, const struct status_sources *sources)
{
    const struct settings *settings = dispatch_settings(sources->dispatch);
    const struct statistics *statistics = &sources->monitor->statistics;

    text_add(text,
             "\"epoch\":%llu,\"generation\":%llu,\"digest\":", (unsigned long long)settings->epoch,
             (unsigned long long)settings->generation);
    add_digest(text, settings);
    text_add(text, ",\"relaxed\":%s,\"uptime_s\":%lld", sandbox_is_relaxed() ? "true" : "false",
             (long long)(clock_now_ms() - statistics->started_ms) / 1000);
}

static void add_requests(struct text *text, const struct statistics *statistics)
{
    text_add(text, ",\"requests\":{");
    for (enum outcome i = 0; i < N_OUTCOMES; i++)
        text_add(text, "\"%s\":%llu,", statistics_outcome_name(i),
                 (unsigned long long)statistics->outcomes[i]);
    text_add(text, "\"reported\":%llu,\"remembered\":%llu}",
             (unsigned long long)statistics->n_reported,
             (unsigned long long)statistics->n_remembered);
}

static void add_names(struct text *text, const char *key, const struct statistics_names *names)
{
    text_add(text, ",\"%s\":{", key);
    for (size_t i = 0; i < names->n; i++) {
        text_add_quoted(text, names->rows[i].name);
        text_add(text, ":%llu,", (unsigned long long)names->rows[i].count);
    }
    text_add(text, "\"(other)\":%llu}", (unsigned long long)names->n_others);
}

static void add_busy(struct text *text, const struct statistics *statistics)
{
    text_add(text, ",\"busy\":{");
    for (enum busy_reason i = 0; i < N_BUSY; i++)
        text_add(text, "%s\"%s\":%llu", i > 0 ? "," : "", statistics_busy_name(i),
                 (unsigned long long)statistics->busy[i]);
    text_add(text, "}");
}

static void add_cache(struct text *text, const struct statistics *statistics,
                      const struct cache_figures *cache)
{
    text_add(text,
             ",\"cache\":{\"hits\":%llu,\"misses\":%llu,\"shared\":%llu,\"entries\":%zu,"
             "\"bytes\":%zu,\"max_bytes\":%zu,\"evictions\":%llu}",
             (unsigned long long)statistics->n_hits, (unsigned long long)statistics->n_misses,
             (unsigned long long)statistics->n_shared, cache->n_entries, cache->n_bytes,
             cache->max_bytes,
             (unsigned long long)(statistics->n_evicted_before + cache->n_evicted));
}

static void add_latency(struct text *text, const char *key, const struct histogram *histogram)
{
    static const struct {
        const char *name;
        double part;
    } quantiles[] = {{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p999", 0.999}};

    text_add(text, "\"%s\":{\"count\":%llu,\"mean\":%.1f", key, (unsigned long long)histogram->n,
             histogram->n > 0 ? (double)histogram->sum_us / (double)histogram->n : 0.0);
    for (size_t i = 0; i < sizeof(quantiles) / sizeof(quantiles[0]); i++)
        text_add(text, ",\"%s\":%llu", quantiles[i].name,
                 (unsigned long long)histogram_quantile_us(histogram, quantiles[i].part));
    text_add(text, "}");
}

static void add_verifiers(struct text *text, const struct statistics *statistics,
                          const struct dispatch_figures *figures)
{
    text_add(text,
             ",\"verifiers\":{\"ready\":%zu,\"at_work\":%zu,\"old\":%zu,\"in_flight\":%zu,"
             "\"queued_bytes\":%zu,\"ended\":{",
             figures->n_verifiers, figures->n_at_work, figures->n_old_verifiers,
             figures->n_in_flight, figures->queued_bytes);
    for (size_t i = CONTROL_CAUSE_CPU; i < CONTROL_CAUSES_COUNT; i++)
        text_add(text, "%s\"%s\":%llu", i > CONTROL_CAUSE_CPU ? "," : "", cause_names[i],
                 (unsigned long long)statistics->ended[i]);
    text_add(text, "}}");
}

static void add_users(struct text *text, const struct account_table *accounts)
{
    const struct account *top[USERS_COUNT];
    size_t n = account_top(accounts, top, USERS_COUNT);

    text_add(text, ",\"users\":[");
    for (size_t i = 0; i < n; i++)
        text_add(text,
                 "%s{\"uid\":%u,\"requests\":%llu,\"errors\":%llu,\"connections\":%zu,"
                 "\"in_flight\":%zu,\"cpu_us\":%llu}",
                 i > 0 ? "," : "", top[i]->uid, (unsigned long long)top[i]->n_requests,
                 (unsigned long long)top[i]->n_errors, top[i]->charged[ACCOUNT_CONNECTIONS],
                 top[i]->charged[ACCOUNT_REQUESTS], (unsigned long long)top[i]->used_cpu_us);
    text_add(text, "]");
}

size_t status_write_json(const struct status_sources *sources, char *out, size_t size)
{
    const struct statistics *statistics = &sources->monitor->statistics;
    struct dispatch_figures figures;
    struct text text;

    dispatch_measure(sources->dispatch, &figures);
    text_init(&text, out, size);
    text_add(&text, "{");
    add_epoch(&text, sources);
    add_requests(&text, statistics);
    add_names(&text, "codes", &statistics->codes);
    add_names(&text, "rules", &statistics->rules);
    add_busy(&text, statistics);
    add_cache(&text, statistics, &figures.cache);
    text_add(&text, ",\"latency_us\":{");
    add_latency(&text, "warm", &statistics->warm);
    text_add(&text, ",");
    add_latency(&text, "cold", &statistics->cold);
    text_add(&text, "}");
    add_verifiers(&text, statistics, &figures);
    text_add(&text,
             ",\"connections\":{\"open\":%llu,\"accepted\":%llu,\"expired\":%llu,\"tainted\":%llu}",
             (unsigned long long)statistics->n_connections,
             (unsigned long long)statistics->n_accepted, (unsigned long long)statistics->n_expired,
             (unsigned long long)statistics->n_tainted);
    text_add(&text, ",\"record\":\"%s\"", recorder_state(&sources->monitor->recorder));
    add_users(&text, sources->accounts);
    text_add(&text, ",\"supervisor\":%s}", sources->facts[0] ? sources->facts : "null");
    return text.len;
}
