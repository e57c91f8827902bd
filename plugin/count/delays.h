/* delays.h
 * Delays in order, so that the least, the greatest and any percentile are always
 * there to be read, and one can be taken out again.
 *
 * Pure: no Wireshark type. A delay takes 24 bytes and the room to grow; to add
 * or take one out costs time by the logarithm of their number. Where memory
 * ends, so does the process.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_DELAYS_H
#define SIPRESP_DELAYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A treap: a search tree by value that is a heap by chance, and so about as
 * deep as the logarithm says, whatever comes. */
typedef struct {
    int64_t value;
    uint32_t left;              /* places, from 1; 0: none */
    uint32_t right;
    uint32_t size;              /* of the tree below, this one included */
    uint32_t chance;
} delay_node;

/* In ns. All zero is an empty one. */
typedef struct {
    delay_node *nodes;
    uint32_t used;
    uint32_t room;
    uint32_t root;
    uint32_t unused;            /* nodes that were taken out, by their left */
    uint32_t chance;
    unsigned changes;           /* goes up whenever something changes */
    double sum;
} delay_samples;

void delays_add(delay_samples *samples, int64_t delay);

/* Takes one of this length out again; nothing happens where there is none. */
void delays_take(delay_samples *samples, int64_t delay);

void delays_clear(delay_samples *samples);

size_t delay_count(const delay_samples *samples);

/* All of these of at least one delay. The one at this place, from 1, in
 * ascending order: */
int64_t delay_at(const delay_samples *samples, size_t rank);
double delay_mean(const delay_samples *samples);

#endif
