/* kept_calls.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "tell/kept_calls.h"

static void
free_texts(gpointer data)
{
    kept_call *call = (kept_call *)data;

    g_free(call->call_id);
    g_free(call->caller);
    g_free(call->caller_name);
    g_free(call->callee);
    g_free(call->callee_name);
}

void
keep_calls_start(kept_calls *kept)
{
    kept->calls = g_array_new(FALSE, TRUE, sizeof(kept_call));
    kept->places = g_array_new(FALSE, TRUE, sizeof(guint));
    g_array_set_clear_func(kept->calls, free_texts);
}

void
keep_calls_clear(kept_calls *kept)
{
    g_array_set_size(kept->calls, 0);
    g_array_set_size(kept->places, 0);
}

void
keep_calls_end(kept_calls *kept)
{
    g_array_free(kept->calls, TRUE);
    g_array_free(kept->places, TRUE);
}

/* The first that says it, counts. */
static void
keep_text(char **kept, const char *text)
{
    if (!*kept && text) {
        *kept = g_strdup(text);
    }
}

guint
keep_call(kept_calls *kept, const sipresp_call *told)
{
    if (kept->places->len <= told->number) {
        g_array_set_size(kept->places, told->number + 1);
    }
    guint *place = &g_array_index(kept->places, guint, told->number);
    if (!*place) {
        const kept_call new_call = { .number = told->number };
        g_array_append_val(kept->calls, new_call);
        *place = kept->calls->len;
    }
    kept_call *call = &g_array_index(kept->calls, kept_call, *place - 1);
    keep_text(&call->call_id, told->call_id);
    keep_text(&call->caller, told->caller);
    keep_text(&call->caller_name, told->caller_name);
    keep_text(&call->callee, told->callee);
    keep_text(&call->callee_name, told->callee_name);
    return *place - 1;
}
