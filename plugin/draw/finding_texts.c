/* finding_texts.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "draw/finding_texts.h"

#include <epan/packet.h>
#include <epan/wmem_scopes.h>

/* Ordinary captures of a whole trunk have some dozen. */
#define TEXTS_MAX 256

static wmem_map_t *told;

static void
forget_texts(void)
{
    told = wmem_map_new(wmem_file_scope(), wmem_str_hash, g_str_equal);
}

void
register_finding_texts(void)
{
    register_init_routine(forget_texts);
}

bool
finding_text_has_room(const char *text)
{
    if (wmem_map_contains(told, text)) {
        return true;
    }
    if (wmem_map_size(told) >= TEXTS_MAX) {
        return false;
    }
    wmem_map_insert(told, wmem_strdup(wmem_file_scope(), text), NULL);
    return true;
}
