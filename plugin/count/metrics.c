/* metrics.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "count/metrics.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_ROOM 64

/* Is a nearer to the top than b? */
static bool
is_above(int64_t a, int64_t b, bool greatest_on_top)
{
    return greatest_on_top ? a > b : a < b;
}

static void
heap_push(delay_heap *heap, int64_t value, bool greatest_on_top)
{
    if (heap->count == heap->room) {
        heap->room = heap->room ? heap->room * 2 : FIRST_ROOM;
        int64_t *values = (int64_t *)realloc(heap->values, heap->room * sizeof *values);
        if (!values) {
            abort();
        }
        heap->values = values;
    }
    size_t place = heap->count++;
    while (place > 0 && is_above(value, heap->values[(place - 1) / 2], greatest_on_top)) {
        heap->values[place] = heap->values[(place - 1) / 2];
        place = (place - 1) / 2;
    }
    heap->values[place] = value;
}

/* The heap is not empty. */
static int64_t
heap_pop(delay_heap *heap, bool greatest_on_top)
{
    const int64_t top = heap->values[0];
    const int64_t last = heap->values[--heap->count];
    size_t place = 0;

    for (size_t child = 1; child < heap->count; child = 2 * place + 1) {
        if (child + 1 < heap->count && is_above(heap->values[child + 1], heap->values[child], greatest_on_top)) {
            child++;
        }
        if (!is_above(heap->values[child], last, greatest_on_top)) {
            break;
        }
        heap->values[place] = heap->values[child];
        place = child;
    }
    heap->values[place] = last;
    return top;
}

static void
add_delay(delay_samples *samples, int64_t delay)
{
    const size_t count = delay_count(samples) + 1;
    const size_t rank = (count * METRIC_PERCENTILE + 99) / 100;

    samples->least = count == 1 || delay < samples->least ? delay : samples->least;
    samples->greatest = count == 1 || delay > samples->greatest ? delay : samples->greatest;
    samples->sum += (double)delay;
    if (samples->low.count > 0 && delay > samples->low.values[0]) {
        heap_push(&samples->high, delay, false);
    } else {
        heap_push(&samples->low, delay, true);
    }
    if (samples->low.count > rank) {
        heap_push(&samples->high, heap_pop(&samples->low, true), false);
    } else if (samples->low.count < rank) {
        heap_push(&samples->low, heap_pop(&samples->high, false), true);
    }
}

static void
count_step(ratio_counts *counts, const ratio_definition *ratio, const sipresp_session_step *step)
{
    if (step->counted && step->step == ratio->counts && code_set_has(&ratio->codes, step->code)) {
        counts->counted++;
    }
    if (step->counted && step->step == ratio->of) {
        counts->of++;
    }
    if (step->counted && step->step == SIPRESP_INVITE_FINAL && code_set_has(&ratio->less, step->code)) {
        counts->of--;
    }
    if (step->step == SIPRESP_INVITE && code_set_has(&metric_codes_challenges, step->after)) {
        counts->merged++;
    }
}

void
metrics_add(metrics *figures, const sipresp_session_step *step)
{
    for (size_t i = 0; i < METRIC_RATIO_COUNT; i++) {
        count_step(&figures->ratios[i], &metric_ratios[i], step);
    }
    for (size_t i = 0; i < METRIC_DELAY_COUNT; i++) {
        const delay_definition *delay = &metric_delays[i];
        if (step->step == delay->step && step->delay != SIPRESP_UNKNOWN &&
            (delay->codes.count == 0 || code_set_has(&delay->codes, step->code))) {
            add_delay(&figures->delays[i], step->delay);
        }
    }
}

void
metrics_clear(metrics *figures)
{
    for (size_t i = 0; i < METRIC_DELAY_COUNT; i++) {
        free(figures->delays[i].low.values);
        free(figures->delays[i].high.values);
    }
    memset(figures, 0, sizeof *figures);
}

int64_t
ratio_denominator(const ratio_counts *counts, bool merged)
{
    return counts->of - (merged ? counts->merged : 0);
}

bool
ratio_percent(const ratio_counts *counts, bool merged, double *percent)
{
    const int64_t of = ratio_denominator(counts, merged);

    *percent = of > 0 ? 100.0 * (double)counts->counted / (double)of : 0;
    return of > 0;
}

size_t
delay_count(const delay_samples *samples)
{
    return samples->low.count + samples->high.count;
}

int64_t
delay_percentile(const delay_samples *samples)
{
    return samples->low.values[0];
}

double
delay_mean(const delay_samples *samples)
{
    return samples->sum / (double)delay_count(samples);
}
