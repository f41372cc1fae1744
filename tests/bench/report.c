/* SPDX-License-Identifier: MIT */
#include "tests/bench/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

struct row *report_row(struct report *report, const char *title, const char *unit,
                       const char *reach)
{
    struct row *row = &report->rows[report->n_rows++];

    *row = (struct row){.title = title, .unit = unit, .reach = reach};
    return row;
}

void row_add(struct row *row, const char *name, double value)
{
    size_t i = 0;

    while (i < row->n_series && strcmp(row->series[i].name, name) != 0)
        i++;
    if (i == row->n_series)
        row->series[row->n_series++] = (struct series){.name = name};
    if (row->series[i].n < ROUNDS_COUNT)
        row->series[i].rounds[row->series[i].n++] = value;
}

static double median(const struct series *series)
{
    double sorted[ROUNDS_COUNT];

    memcpy(sorted, series->rounds, sizeof(sorted));
    return quantile(sorted, series->n, 0.5);
}

double row_median(const struct row *row, const char *name)
{
    for (size_t i = 0; i < row->n_series; i++) {
        if (strcmp(row->series[i].name, name) == 0)
            return median(&row->series[i]);
    }
    return 0;
}

static double extreme(const struct series *series, double part)
{
    double sorted[ROUNDS_COUNT];

    memcpy(sorted, series->rounds, sizeof(sorted));
    return quantile(sorted, series->n, part);
}

/*
 * Returns the median over the rounds of the ratio to the baseline. A ratio within one round is not
 * affected by changes of the machine's speed between rounds.
 */
static double ratio(const struct row *row, size_t i)
{
    double ratios[ROUNDS_COUNT];
    size_t n = row->series[i].n < row->series[0].n ? row->series[i].n : row->series[0].n;

    for (size_t round = 0; round < n; round++)
        ratios[round] = row->series[0].rounds[round] > 0
                            ? row->series[i].rounds[round] / row->series[0].rounds[round]
                            : 0;
    return quantile(ratios, n, 0.5);
}

void row_print(const struct row *row)
{
    printf("%s (%s; reach: %s)\n", row->title, row->unit, row->reach);
    for (size_t i = 0; i < row->n_series; i++)
        printf("    %-28s %12.2f  %6.3f x  (%.2f to %.2f)\n", row->series[i].name,
               median(&row->series[i]), ratio(row, i), extreme(&row->series[i], 0),
               extreme(&row->series[i], 1));
    if (row->note[0])
        printf("    %s\n", row->note);
    fflush(stdout);
}

static void write_rows(const struct report *report, FILE *file)
{
    fputs("| row | series | median | x baseline | least | most | reach |\n"
          "|---|---|---|---|---|---|---|\n",
          file);
    for (size_t i = 0; i < report->n_rows; i++) {
        const struct row *row = &report->rows[i];

        for (size_t k = 0; k < row->n_series; k++)
            fprintf(file, "| %s | %s | %.2f %s | %.3f | %.2f | %.2f | %s |\n",
                    k == 0 ? row->title : "", row->series[k].name, median(&row->series[k]),
                    row->unit, ratio(row, k), extreme(&row->series[k], 0),
                    extreme(&row->series[k], 1), k + 1 == row->n_series ? row->reach : "");
        if (row->note[0])
            fprintf(file, "| | %s | | | | | |\n", row->note);
    }
}

/* Returns the sections of the present file that other programs have measured, which the caller
 * frees: all from the first heading of the second level on. */
static char *read_other_sections(const char *path)
{
    static char text[1 << 20];
    FILE *file = fopen(path, "r");
    const char *sections;
    size_t n = 0;

    if (file) {
        n = fread(text, 1, sizeof(text) - 1, file);
        fclose(file);
    }
    text[n] = '\0';
    sections = strstr(text, "\n## ");
    return strdup(sections ? sections : "");
}

static void write_table(const struct report *report, const char *path)
{
    char *other_sections = read_other_sections(path);
    struct utsname name;
    FILE *file = fopen(path, "w");

    if (!file)
        die(path);
    uname(&name);
    fprintf(file,
            "# Benchmarks\n\n"
            "Written by `make bench`, on %ld processors with Linux %s (%s). Rounds of the series "
            "of a row are\ninterleaved; a figure is the median of %d rounds, and what stands "
            "beside it is the median of each round's ratio\nto the row's first series. \"Again\" "
            "is that first series once more: what differs from it by less says nothing.\nFilters "
            "and limits are on.\n\n![each subject beside its baseline](benchmarks.svg)\n\n",
            sysconf(_SC_NPROCESSORS_ONLN), name.release, name.machine, ROUNDS_COUNT);
    write_rows(report, file);
    fputs(other_sections ? other_sections : "", file);
    free(other_sections);
    if (fclose(file) != 0)
        die(path);
}

#define BAR_HEIGHT 16
#define ROW_GAP    12
#define LEFT       330
#define SCALE      160
#define WIDTH      900

static int write_bars(const struct row *row, FILE *file, int y)
{
    fprintf(file, "<text x=\"8\" y=\"%d\" font-weight=\"bold\">%s</text>\n", y + 12, row->title);
    y += BAR_HEIGHT;
    for (size_t i = 0; i < row->n_series; i++) {
        double width = ratio(row, i) * SCALE, most = WIDTH - LEFT - 70;
        bool subject = i + 1 == row->n_series;

        fprintf(file,
                "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>\n"
                "<rect x=\"%d\" y=\"%d\" width=\"%.0f\" height=\"%d\" fill=\"%s\"/>\n"
                "<text x=\"%.0f\" y=\"%d\">%.2f</text>\n",
                LEFT - 8, y + 12, row->series[i].name, LEFT, y, width < most ? width : most,
                BAR_HEIGHT - 3, subject ? "#1f5fa8" : "#b0b8c0",
                LEFT + 6 + (width < most ? width : most), y + 12, ratio(row, i));
        y += BAR_HEIGHT;
    }
    return y + ROW_GAP;
}

static void write_plot(const struct report *report, const char *path)
{
    FILE *file = fopen(path, "w");
    int height = 20;

    if (!file)
        die(path);
    for (size_t i = 0; i < report->n_rows; i++)
        height += (int)(report->rows[i].n_series + 1) * BAR_HEIGHT + ROW_GAP;
    fprintf(file,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
            "font-family=\"sans-serif\" font-size=\"11\">\n"
            "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n",
            WIDTH, height);
    height = 8;
    for (size_t i = 0; i < report->n_rows; i++)
        height = write_bars(&report->rows[i], file, height);
    fputs("</svg>\n", file);
    if (fclose(file) != 0)
        die(path);
}

void report_write(const struct report *report, const char *table, const char *plot)
{
    write_table(report, table);
    write_plot(report, plot);
}
