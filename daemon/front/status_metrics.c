/* SPDX-License-Identifier: MIT */
#include "daemon/front/status.h"

#include "base/text.h"

/*
 * The buckets of a histogram in the metrics end at powers of two, from 1 us (2^0) to about 16 s
 * (2^24 us).
 */
#define FIRST_POWER 0
#define LAST_POWER  24

static void begin_metric(struct text *text, const char *name, const char *type, const char *help)
{
    text_add(text, "# TYPE certnamed_%s %s\n# HELP certnamed_%s %s\n", name, type, name, help);
}

static void add_counter(struct text *text, const char *name, const char *help, uint64_t value)
{
    begin_metric(text, name, "counter", help);
    text_add(text, "certnamed_%s_total %llu\n", name, (unsigned long long)value);
}

static void add_gauge(struct text *text, const char *name, const char *help, uint64_t value)
{
    begin_metric(text, name, "gauge", help);
    text_add(text, "certnamed_%s %llu\n", name, (unsigned long long)value);
}

static void add_labelled(struct text *text, const char *name, const char *label, const char *value,
                         uint64_t count)
{
    text_add(text, "certnamed_%s_total{%s=", name, label);
    text_add_quoted(text, value);
    text_add(text, "} %llu\n", (unsigned long long)count);
}

static void add_names(struct text *text, const char *name, const char *label, const char *help,
                      const struct statistics_names *names)
{
    begin_metric(text, name, "counter", help);
    for (size_t i = 0; i < names->n; i++)
        add_labelled(text, name, label, names->rows[i].name, names->rows[i].count);
    add_labelled(text, name, label, "(other)", names->n_others);
}

static void add_histogram(struct text *text, const char *kind, const struct histogram *histogram)
{
    for (unsigned power = FIRST_POWER; power <= LAST_POWER; power++)
        text_add(text, "certnamed_latency_seconds_bucket{kind=\"%s\",le=\"%.9g\"} %llu\n", kind,
                 (double)(1u << power) / 1e6,
                 (unsigned long long)histogram_count_below(histogram, power));
    text_add(text,
             "certnamed_latency_seconds_bucket{kind=\"%s\",le=\"+Inf\"} %llu\n"
             "certnamed_latency_seconds_count{kind=\"%s\"} %llu\n"
             "certnamed_latency_seconds_sum{kind=\"%s\"} %.6f\n",
             kind, (unsigned long long)histogram->n, kind, (unsigned long long)histogram->n, kind,
             (double)histogram->sum_us / 1e6);
}

static void add_requests(struct text *text, const struct statistics *statistics)
{
    begin_metric(text, "requests", "counter", "Requests answered, by outcome.");
    for (enum outcome i = 0; i < N_OUTCOMES; i++)
        add_labelled(text, "requests", "outcome", statistics_outcome_name(i),
                     statistics->outcomes[i]);
    begin_metric(text, "busy", "counter", "Requests and connections over a limit.");
    for (enum busy_reason i = 0; i < N_BUSY; i++)
        add_labelled(text, "busy", "limit", statistics_busy_name(i), statistics->busy[i]);
    add_counter(text, "reported", "Answers that a rule which is only reported would have changed.",
                statistics->n_reported);
    add_counter(text, "remembered", "Requests refused because they took too much a while ago.",
                statistics->n_remembered);
    add_names(text, "codes", "code", "Answers by code.", &statistics->codes);
    add_names(text, "rules", "rule", "Verdicts by the rule that decided.", &statistics->rules);
}

static void add_cache(struct text *text, const struct statistics *statistics,
                      const struct cache_figures *cache)
{
    add_counter(text, "cache_hits", "Requests answered from memory.", statistics->n_hits);
    add_counter(text, "cache_misses", "Requests that had to be verified.", statistics->n_misses);
    add_counter(text, "cache_shared", "Of these, answered by the verification of an equal one.",
                statistics->n_shared);
    add_counter(text, "cache_evictions", "Answers that made room for others.",
                statistics->n_evicted_before + cache->n_evicted);
    add_gauge(text, "cache_entries", "Answers in memory.", cache->n_entries);
    add_gauge(text, "cache_bytes", "What they take.", cache->n_bytes);
}

static void add_verifiers(struct text *text, const struct statistics *statistics,
                          const struct dispatch_figures *figures)
{
    add_gauge(text, "verifiers", "Verifiers of the epoch in force.", figures->n_verifiers);
    add_gauge(text, "in_flight", "Verifications asked for and not ended.", figures->n_in_flight);
    begin_metric(text, "verifiers_ended", "counter", "Verifiers that ended, by cause.");
    add_labelled(text, "verifiers_ended", "cause", "cpu", statistics->ended[CONTROL_CAUSE_CPU]);
    add_labelled(text, "verifiers_ended", "cause", "crash", statistics->ended[CONTROL_CAUSE_CRASH]);
    add_labelled(text, "verifiers_ended", "cause", "other", statistics->ended[CONTROL_CAUSE_OTHER]);
    add_labelled(text, "verifiers_ended", "cause", "retired",
                 statistics->ended[CONTROL_CAUSE_RETIRED]);
}

size_t status_write_metrics(const struct status_sources *sources, char *out, size_t size)
{
    static const char end[] = "# EOF\n";
    const struct statistics *statistics = &sources->monitor->statistics;
    const struct settings *settings = dispatch_settings(sources->dispatch);
    struct dispatch_figures figures;
    struct text text;

    dispatch_measure(sources->dispatch, &figures);
    text_init(&text, out, size - sizeof(end));
    add_requests(&text, statistics);
    add_cache(&text, statistics, &figures.cache);
    begin_metric(&text, "latency_seconds", "histogram",
                 "From a request to its answer: known ones (a sample), and verified ones.");
    add_histogram(&text, "warm", &statistics->warm);
    add_histogram(&text, "cold", &statistics->cold);
    add_verifiers(&text, statistics, &figures);
    add_gauge(&text, "connections", "Connections open.", statistics->n_connections);
    add_counter(&text, "connections_accepted", "Connections accepted.", statistics->n_accepted);
    add_counter(&text, "connections_expired", "Connections closed for being late.",
                statistics->n_expired);
    add_counter(&text, "connections_tainted",
                "Connections closed with unread input that may carry descriptors.",
                statistics->n_tainted);
    add_gauge(&text, "generation", "Which policy is in force, counted from the start.",
              settings->generation);
    add_gauge(&text, "epoch", "Which policy and material are in force.", settings->epoch);
    text_add(&text, "%s", sources->metrics);
    text.size = size;
    text.cut = false;
    text_add(&text, "%s", end);
    return text.len;
}
