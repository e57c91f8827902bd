/* metrics.h
 * The figures of RFC 6076, kept up to date while steps of sessions come in.
 * tables/metrics.toml says how each is made.
 *
 * Pure: no Wireshark type. What grows are the delays, and a bit a frame. Where
 * memory ends, so does the process.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_METRICS_H
#define SIPRESP_METRICS_H

#include "count/delays.h"
#include "metric_tables.h"

#define METRIC_PERCENTILE 95

typedef struct {
    int64_t counted;
    int64_t of;
    int64_t merged;     /* requests that were sent again after a challenge */
} ratio_counts;

/* A bit a frame. */
typedef struct {
    uint8_t *bits;
    size_t room;        /* bytes */
} frame_set;

typedef struct {
    ratio_counts ratios[METRIC_RATIO_COUNT];
    delay_samples delays[METRIC_DELAY_COUNT];
    frame_set frames;   /* that a step was added of */
} metrics;

/* All zero is an empty one; metrics_clear() makes it that again. */
void metrics_clear(metrics *figures);

/* A step that takes the place of another one takes that off again, if it was added. */
void metrics_add(metrics *figures, const sipresp_session_step *step);

/* The request that the ratio counts: INVITE or REGISTER. */
sipresp_step ratio_request(const ratio_definition *ratio);

/* The ratio in percent, with every request or with challenged ones merged into
 * those that follow them. Returns false where it is undefined, as nothing is
 * there to divide by (RFC 6076 4). */
bool ratio_percent(const ratio_counts *counts, bool merged, double *percent);

/* What the ratio is taken of. */
int64_t ratio_denominator(const ratio_counts *counts, bool merged);

/* In ns, of at least one delay; the nearest rank: the value at place
 * ceil(0.95 * count) in ascending order. */
int64_t delay_percentile(const delay_samples *samples);

#endif
