/* kept_calls.h
 * Who took part in the calls that a tap listener was told of: the model keeps
 * no texts, so that whoever lists calls does.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_KEPT_CALLS_H
#define SIPRESP_KEPT_CALLS_H

#include "compat.h"

#include <glib.h>

#include "sipresp_tap.h"

/* Texts are NULL where they are not known. */
typedef struct {
    uint32_t number;
    char *call_id;
    char *caller;
    char *caller_name;
    char *callee;
    char *callee_name;
} kept_call;

typedef struct {
    GArray *calls;      /* kept_call, in the order they were told of */
    GArray *places;     /* guint by the number of a call: its place + 1 */
} kept_calls;

void keep_calls_start(kept_calls *kept);
void keep_calls_clear(kept_calls *kept);
void keep_calls_end(kept_calls *kept);

/* Takes what is told; returns the place of the call. */
guint keep_call(kept_calls *kept, const sipresp_call *told);

static inline const kept_call *
kept_call_at(const kept_calls *kept, guint place)
{
    return &g_array_index(kept->calls, kept_call, place);
}

#endif
