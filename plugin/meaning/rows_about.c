/* rows_about.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "meaning/rows_about.h"

static bool
are_one_kind(const response_kind *a, const response_kind *b)
{
    return a->code == b->code && a->method == b->method && a->headers == b->headers;
}

const rows_about *
rows_about_of(rows_about *kept, uint16_t row_count, row_is_about_fn is_about, response_kind kind)
{
    rows_about *about = &kept[(kind.code + kind.method + (kind.method >> 6) + kind.headers % 61) % ROWS_KEPT];

    if (about->known && are_one_kind(&about->kind, &kind)) {
        return about;
    }
    about->kind = kind;
    about->known = true;
    about->count = 0;
    for (uint16_t place = 0; place < row_count; place++) {
        if (is_about(place, &kind)) {
            about->places[about->count++] = place;
        }
    }
    return about;
}
