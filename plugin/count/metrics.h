/* metrics.h
 * The figures of RFC 6076, kept up to date while steps of sessions come in.
 * tables/metrics.toml says how each is made.
 *
 * Pure: no Wireshark type. What grows are the delays.
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

typedef struct {
    ratio_counts ratios[METRIC_RATIO_COUNT];
    delay_samples delays[METRIC_DELAY_COUNT];
} metrics;

/* All zero is an empty one; metrics_clear() makes it that again. */
void metrics_clear(metrics *figures);

/* A step that takes the place of another one takes that off again. */
void metrics_add(metrics *figures, const sipresp_session_step *step);

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
