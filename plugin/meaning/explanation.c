/* explanation.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "meaning/explanation.h"

#include "meaning/rows_about.h"

_Static_assert(EXPLANATION_COUNT <= ROWS_MAX, "a place for each row");

static bool
is_about_code(const explanation_row *row, unsigned code)
{
    for (size_t i = 0; i < row->code_count; i++) {
        if (code >= row->codes[i].first && code <= row->codes[i].last) {
            return true;
        }
    }
    return code == 0 && !row->codes;
}

static bool
is_about(uint16_t place, const response_kind *kind)
{
    const explanation_row *row = &explanation_rows[place];

    return is_about_code(row, kind->code) && (!row->methods || row->methods & kind->method) &&
           !(row->not_methods & kind->method);
}

static bool
holds_all(const explanation_row *row, explanation_holds_fn holds, const void *user_data)
{
    for (size_t i = 0; i < row->when_count; i++) {
        if (holds(row->when[i].id, user_data) != row->when[i].holds) {
            return false;
        }
    }
    return true;
}

const explanation_row *
explanation_choose(unsigned code, sip_method_set method, explanation_holds_fn holds, const void *user_data)
{
    static rows_about kept[ROWS_KEPT];
    const rows_about *about =
        rows_about_of(kept, EXPLANATION_COUNT, is_about, (response_kind){ .code = code, .method = method });

    for (size_t i = 0; i < about->count; i++) {
        const explanation_row *row = &explanation_rows[about->places[i]];
        if (holds_all(row, holds, user_data)) {
            return row;
        }
    }
    return NULL;
}

explanation_place
explanation_place_named(sip_text name)
{
    unsigned place = 0;

    while (place < PLACE_COUNT && !sip_text_equals(name, explanation_place_names[place])) {
        place++;
    }
    return (explanation_place)place;
}
