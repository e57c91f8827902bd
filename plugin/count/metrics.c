/* metrics.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "count/metrics.h"

#include <stdlib.h>
#include <string.h>

sipresp_step
ratio_request(const ratio_definition *ratio)
{
    return ratio->of == SIPRESP_REGISTER ? SIPRESP_REGISTER : SIPRESP_INVITE;
}

/* by: 1, or -1 to take it off again. */
static void
count_step(ratio_counts *counts, const ratio_definition *ratio, const sipresp_session_step *step, int by)
{
    if (step->counted && step->step == ratio->counts && code_set_has(&ratio->codes, step->code)) {
        counts->counted += by;
    }
    if (step->counted && step->step == ratio->of) {
        counts->of += by;
    }
    if (step->counted && step->step == SIPRESP_INVITE_FINAL && code_set_has(&ratio->less, step->code)) {
        counts->of -= by;
    }
    if (step->step == ratio_request(ratio) && code_set_has(&metric_codes_challenges, step->after)) {
        counts->merged += by;
    }
}

static void
count_delay(delay_samples *samples, const delay_definition *delay, const sipresp_session_step *step, int by)
{
    if (step->step != delay->step || step->delay == SIPRESP_UNKNOWN ||
        !(delay->codes.count == 0 || code_set_has(&delay->codes, step->code))) {
        return;
    }
    if (by > 0) {
        delays_add(samples, step->delay);
    } else {
        delays_take(samples, step->delay);
    }
}

static void
count(metrics *figures, const sipresp_session_step *step, int by)
{
    for (size_t i = 0; i < METRIC_RATIO_COUNT; i++) {
        count_step(&figures->ratios[i], &metric_ratios[i], step, by);
    }
    for (size_t i = 0; i < METRIC_DELAY_COUNT; i++) {
        count_delay(&figures->delays[i], &metric_delays[i], step, by);
    }
}

static bool
has_frame(const frame_set *set, uint32_t frame)
{
    return frame / 8 < set->room && set->bits[frame / 8] >> frame % 8 & 1;
}

static void
add_frame(frame_set *set, uint32_t frame)
{
    const size_t needed = (size_t)frame / 8 + 1;

    if (needed > set->room) {
        const size_t room = needed > 2 * set->room ? needed : 2 * set->room;
        uint8_t *bits = (uint8_t *)realloc(set->bits, room);
        if (!bits) {
            abort();
        }
        memset(bits + set->room, 0, room - set->room);
        set->bits = bits;
        set->room = room;
    }
    set->bits[frame / 8] = (uint8_t)(set->bits[frame / 8] | 1u << frame % 8);
}

void
metrics_add(metrics *figures, const sipresp_session_step *step)
{
    const sipresp_step_before *before = &step->instead;

    if (before->frame && has_frame(&figures->frames, before->frame)) {
        const sipresp_session_step taken_off = { .step = step->step, .code = before->code,
                                                 .counted = before->counted, .delay = before->delay };
        count(figures, &taken_off, -1);
    }
    count(figures, step, 1);
    add_frame(&figures->frames, step->frame);
}

void
metrics_clear(metrics *figures)
{
    for (size_t i = 0; i < METRIC_DELAY_COUNT; i++) {
        delays_clear(&figures->delays[i]);
    }
    free(figures->frames.bits);
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

int64_t
delay_percentile(const delay_samples *samples)
{
    return delay_at(samples, (delay_count(samples) * METRIC_PERCENTILE + 99) / 100);
}
