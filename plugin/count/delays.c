/* delays.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "count/delays.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_ROOM 64

static uint32_t
size_of(const delay_samples *s, uint32_t place)
{
    return place ? s->nodes[place].size : 0;
}

static void
count_again(delay_samples *s, uint32_t place)
{
    delay_node *node = &s->nodes[place];

    node->size = 1 + size_of(s, node->left) + size_of(s, node->right);
}

/* xorshift32: no sender sees these numbers, and none has to be unforeseeable. */
static uint32_t
next_chance(delay_samples *s)
{
    uint32_t x = s->chance ? s->chance : 0x9e3779b9;

    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    return s->chance = x;
}

/* Place 0 is never used. */
static uint32_t
new_node(delay_samples *s, int64_t value)
{
    uint32_t place = s->unused;

    if (place) {
        s->unused = s->nodes[place].left;
    } else {
        if (s->used + 1 >= s->room) {
            s->room = s->room ? s->room * 2 : FIRST_ROOM;
            delay_node *nodes = (delay_node *)realloc(s->nodes, s->room * sizeof *nodes);
            if (!nodes) {
                abort();
            }
            s->nodes = nodes;
        }
        place = ++s->used;
    }
    s->nodes[place] = (delay_node){ .value = value, .size = 1, .chance = next_chance(s) };
    return place;
}

/* Into those up to the value, and those above it. */
static void
split(delay_samples *s, uint32_t tree, int64_t value, uint32_t *up_to, uint32_t *above)
{
    if (!tree) {
        *up_to = *above = 0;
    } else if (s->nodes[tree].value <= value) {
        uint32_t right;
        split(s, s->nodes[tree].right, value, &right, above);
        s->nodes[tree].right = right;
        count_again(s, tree);
        *up_to = tree;
    } else {
        uint32_t left;
        split(s, s->nodes[tree].left, value, up_to, &left);
        s->nodes[tree].left = left;
        count_again(s, tree);
        *above = tree;
    }
}

/* Every value of one is at most as great as every value of the other. */
static uint32_t
join(delay_samples *s, uint32_t one, uint32_t other)
{
    if (!one || !other) {
        return one ? one : other;
    }
    if (s->nodes[one].chance > s->nodes[other].chance) {
        s->nodes[one].right = join(s, s->nodes[one].right, other);
        count_again(s, one);
        return one;
    }
    s->nodes[other].left = join(s, one, s->nodes[other].left);
    count_again(s, other);
    return other;
}

void
delays_add(delay_samples *s, int64_t delay)
{
    const uint32_t node = new_node(s, delay);
    uint32_t up_to;
    uint32_t above;

    split(s, s->root, delay, &up_to, &above);
    s->root = join(s, join(s, up_to, node), above);
    s->sum += (double)delay;
    s->changes++;
}

void
delays_take(delay_samples *s, int64_t delay)
{
    uint32_t up_to;
    uint32_t above;
    uint32_t below;
    uint32_t equal;

    split(s, s->root, delay, &up_to, &above);
    if (delay > INT64_MIN) {
        split(s, up_to, delay - 1, &below, &equal);
    } else {
        below = 0;
        equal = up_to;
    }
    if (equal) {
        const uint32_t taken = equal;
        equal = join(s, s->nodes[taken].left, s->nodes[taken].right);
        s->nodes[taken].left = s->unused;
        s->unused = taken;
        s->sum -= (double)delay;
        s->changes++;
    }
    s->root = join(s, join(s, below, equal), above);
}

void
delays_clear(delay_samples *s)
{
    free(s->nodes);
    memset(s, 0, sizeof *s);
}

size_t
delay_count(const delay_samples *s)
{
    return size_of(s, s->root);
}

int64_t
delay_at(const delay_samples *s, size_t rank)
{
    uint32_t place = s->root;

    for (;;) {
        const uint32_t left = size_of(s, s->nodes[place].left);
        if (rank == left + 1) {
            return s->nodes[place].value;
        }
        if (rank <= left) {
            place = s->nodes[place].left;
        } else {
            rank -= left + 1;
            place = s->nodes[place].right;
        }
    }
}

double
delay_mean(const delay_samples *s)
{
    return s->sum / (double)delay_count(s);
}
