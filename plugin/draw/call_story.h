/* call_story.h
 * A call in words: who called whom, and what came of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_CALL_STORY_H
#define SIPRESP_CALL_STORY_H

#include <epan/packet.h>

#include "calls/call_facts.h"
#include "sip/sip_message.h"

/* Who takes part, as valid UTF-8; NULL where that is not known. */
typedef struct {
    const char *call_id;
    const char *caller;         /* user part or number, */
    const char *caller_name;    /* display name; NULL: none */
    const char *callee;
    const char *callee_name;
} call_parties;

/* Those of a message of the call, from its From and To, which have these tags. */
call_parties parties_of_message(wmem_allocator_t *pool, const calls *followed, uint32_t call,
                                const sip_message *message, const sip_tags *tags);

/* An address as it is written; NULL where the model does not keep it. */
const char *address_of_host(wmem_allocator_t *pool, const calls *followed, uint32_t host);

/* The cause of what came of the call, as the id of its row and as a sentence. */
typedef struct {
    const char *cause;          /* NULL: nothing explains it */
    const char *explanation;
} call_cause;

call_cause cause_of_call(wmem_allocator_t *pool, const calls *followed, uint32_t call);

/* What the call is joined to another one by, or why it is not; NULL: there is nothing to say. */
const char *join_of_call(call_join by);

/* Such as "busy, after 4.2 s of ringing". */
const char *story_of_call(wmem_allocator_t *pool, const call_facts *facts);

#endif
