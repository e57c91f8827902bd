/* rows_about.h
 * The rows of a table that are about one kind of response. In most captures few of
 * these come, so that what was looked for once is kept.
 *
 * Pure: no Wireshark type and no allocation.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_ROWS_ABOUT_H
#define SIPRESP_ROWS_ABOUT_H

#include "meaning/response_info.h"

/* No table has more rows; who uses this asserts it. */
#define ROWS_MAX 256
/* Kinds, of those that came last. */
#define ROWS_KEPT 64

typedef struct {
    unsigned code;
    sip_method_set method;
    uint64_t headers;           /* bits of their names, where rows depend on them; else 0 */
} response_kind;

typedef struct {
    response_kind kind;
    bool known;
    uint16_t count;
    uint16_t places[ROWS_MAX];  /* in the order of the table */
} rows_about;

/* Is the row at this place about it? */
typedef bool (*row_is_about_fn)(uint16_t place, const response_kind *kind);

/* Those among row_count rows; kept, of ROWS_KEPT places that begin as 0, is for one table alone. */
const rows_about *rows_about_of(rows_about *kept, uint16_t row_count, row_is_about_fn is_about, response_kind kind);

#endif
