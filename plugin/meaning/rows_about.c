/* rows_about.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "meaning/rows_about.h"

const rows_about *
rows_about_of(rows_about *kept, uint16_t row_count, row_is_about_fn is_about, unsigned code, sip_method_set method)
{
    rows_about *about = &kept[(code + method + (method >> 6)) % ROWS_KEPT];

    if (about->known && about->code == code && about->method == method) {
        return about;
    }
    about->code = code;
    about->method = method;
    about->known = true;
    about->count = 0;
    for (uint16_t place = 0; place < row_count; place++) {
        if (is_about(place, code, method)) {
            about->places[about->count++] = place;
        }
    }
    return about;
}
