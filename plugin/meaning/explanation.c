/* explanation.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "meaning/explanation.h"

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
is_about(const explanation_row *row, unsigned code, sip_method_set method)
{
    return is_about_code(row, code) && (!row->methods || row->methods & method) && !(row->not_methods & method);
}

/* The rows about one code of one method. */
typedef struct {
    unsigned code;
    sip_method_set method;
    bool known;
    size_t count;
    const explanation_row *rows[EXPLANATION_COUNT];
} rows_about;

/* Of the codes and methods that came last: in most captures all there are. */
#define ROWS_KEPT 64

static const rows_about *
rows_of(unsigned code, sip_method_set method)
{
    static rows_about kept[ROWS_KEPT];
    rows_about *about = &kept[(code + method + (method >> 6)) % ROWS_KEPT];

    if (about->known && about->code == code && about->method == method) {
        return about;
    }
    *about = (rows_about){ .code = code, .method = method, .known = true };
    for (size_t i = 0; i < EXPLANATION_COUNT; i++) {
        if (is_about(&explanation_rows[i], code, method)) {
            about->rows[about->count++] = &explanation_rows[i];
        }
    }
    return about;
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
    const rows_about *about = rows_of(code, method);

    for (size_t i = 0; i < about->count; i++) {
        if (holds_all(about->rows[i], holds, user_data)) {
            return about->rows[i];
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
