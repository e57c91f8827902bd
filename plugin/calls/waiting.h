/* waiting.h
 * Messages that wait, so that many are learned together where nobody looks at them yet. Between two packets
 * Wireshark uses up the processor's caches, and the code that learns comes from memory again; for messages that wait it
 * comes once.
 *
 * Pure: no Wireshark type.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_WAITING_H
#define SIPRESP_WAITING_H

#include "calls/calls.h"
#include "sip/sip_message.h"

/* So many fill half of a cache of their own, or less. */
#define WAITING_FRAMES_MAX 64
#define WAITING_BYTES_MAX 65536

typedef struct {
    int64_t time;
    uint32_t frame;
    sip_text bytes;         /* of its message; absent: it has none */
    message_origin origin;  /* with that */
} waiting_frame;

/* All zero: nothing waits. */
typedef struct {
    unsigned frame_count;
    size_t byte_count;
    waiting_frame frames[WAITING_FRAMES_MAX];
    uint8_t bytes[WAITING_BYTES_MAX];
} waiting_messages;

/* Is a message of this kind followed: a request, or a response with a code of a class? */
bool message_is_followed(const sip_message *message);

void learn_message(calls *c, const message_origin *origin, const sip_identity *identity, const sip_message *message);

void waiting_forget(waiting_messages *waiting);

/* The time of a frame, whose message may follow. False: there is no room, and what waits has to be learned first. */
bool waiting_add_frame(waiting_messages *waiting, uint32_t frame, int64_t time);

/* The only message of that frame, whole. Its bytes, and those of addresses, are copied. False: as above. */
bool waiting_add_message(waiting_messages *waiting, const message_origin *origin, sip_text bytes);

/* Learns all that waits, as it came, but what is_told() says is no message. Returns the last frame of which
 * something was learned, or 0. */
uint32_t waiting_learn(waiting_messages *waiting, calls *c, bool (*is_told)(const sip_message *message));

#endif
