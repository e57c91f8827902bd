/* answers.h
 * The answers of one transaction, found by what they have in common: a few by
 * looking at each, many by digest.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_ANSWERS_H
#define SIPRESP_ANSWERS_H

#include "calls/model.h"

typedef enum {
    ANSWERS_SAME,               /* code, To tag and RSeq */
    ANSWERS_RELIABLE,           /* To tag and RSeq */
    ANSWERS_FINAL_OF_FORK,      /* the newest with that To tag */
    ANSWERS_RELIABLE_OF_FORK,   /* likewise */
    ANSWERS_FIRST_RELIABLE_OF_FORK,
    ANSWERS_FIRST_SOUND_OF_FORK, /* the first one but 100 */
    ANSWERS_FIRST_SOUND,
    ANSWERS_FIRST_FINAL,
    ANSWERS_NEWEST_FINAL,
    ANSWERS_NEWEST_PROVISIONAL,
    ANSWERS_ALERT,              /* the one with ANSWER_ALERTS */
    ANSWERS_WAY_COUNT
} answers_way;

/* What is looked for; of what the way does not ask for the value is nothing. */
typedef struct {
    uint16_t code;
    uint32_t to_tag;
    uint32_t rseq;
} answer_features;

/* Number of the answer; 0: none. */
uint32_t answers_find(const calls *c, uint32_t transaction, answers_way way, answer_features wanted);

/* A new one, the newest of its transaction. */
uint32_t answers_add(calls *c, uint32_t transaction, const call_message *m, answer_features features);

/* It became the one with ANSWER_ALERTS. */
void answers_note_alert(calls *c, uint32_t answer);

#endif
