/* code_set.h
 * A set of status codes, as the tables give one.
 *
 * Pure: no Wireshark type.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_CODE_SET_H
#define SIPRESP_CODE_SET_H

#include "meaning/response_info.h"

typedef struct {
    const code_range *ranges;
    size_t count;               /* 0: no code */
} code_set;

static inline bool
code_set_has(const code_set *set, unsigned code)
{
    for (size_t i = 0; i < set->count; i++) {
        if (code >= set->ranges[i].first && code <= set->ranges[i].last) {
            return true;
        }
    }
    return false;
}

#endif
