/* segments.c
 * How far each direction of a TCP stream was seen: a segment that ends before
 * that was sent again.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "calls/model.h"

bool
calls_segment_is_repeated(calls *c, uint32_t stream, bool forward, uint32_t end)
{
    const uint64_t key = key_of(c, KEY_STREAM, stream, forward);
    uint32_t number = index_find(&c->index, key);

    if (!number) {
        number = pool_add(&c->stream_ends);
        index_put(&c->index, key, number);
    } else if ((int32_t)(end - *(const uint32_t *)pool_at(&c->stream_ends, number)) <= 0) {
        return true;
    }
    *(uint32_t *)pool_at(&c->stream_ends, number) = end;
    return false;
}
