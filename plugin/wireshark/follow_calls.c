/* follow_calls.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "wireshark/follow_calls.h"

#include <epan/dissectors/packet-tcp.h>
#include <epan/tap.h>
#include <epan/wmem_scopes.h>

#include "calls/details.h"
#include "calls/joins.h"
#include "calls/waiting.h"
#include "metric_tables.h"
#include "wireshark/helper_tap.h"
#include "wireshark/preferences.h"
#include "wireshark/told.h"

static int tap_tcp;

static calls *model;
static waiting_messages waiting;
static uint32_t next_frame;         /* the one to be learned next */
static uint32_t last_with_sip;      /* the last one that was learned and had SIP */
static bool numbers_reused;         /* a read filter hides SIP frames already learned */

static void *
allocate(void *scope, size_t size)
{
    return wmem_alloc((wmem_allocator_t *)scope, size);
}

static void
release(void *scope, void *block)
{
    wmem_free((wmem_allocator_t *)scope, block);
}

static void
reset(void)
{
    const calls_memory memory = { allocate, release, wmem_file_scope() };
    const calls_codes codes = { &metric_codes_alerting, &metric_codes_continued };
    uint32_t random[6];

    for (size_t i = 0; i < array_length(random); i++) {
        random[i] = g_random_int();
    }
    model = calls_open(&memory, random, codes);
    calls_set_joining(model, joining_header(), joining_is_guessed());
    waiting_forget(&waiting);
    next_frame = 1;
    last_with_sip = 0;
    numbers_reused = false;
}

void
register_follow_calls(void)
{
    register_init_routine(reset);
    tap_tcp = helper_tap_find("tcp", "repeated TCP segments cannot be told from new ones");
}

static void
learn_waiting_frames(void)
{
    const uint32_t last = waiting_learn(&waiting, model, message_is_told);

    last_with_sip = last ? last : last_with_sip;
}

/* The model, when it has learned all that waits: for whoever reads it, or teaches it something else. */
static inline calls *
learned_model(void)
{
    if (SELDOM(waiting.frame_count)) {
        learn_waiting_frames();
    }
    return model;
}

const calls *
followed_calls(void)
{
    return learned_model();
}

/* Seconds are bounded first, so that no product overflows. */
int64_t
follow_time_of(const packet_info *pinfo)
{
    const int64_t most = CALLS_TIME_MAX / CALLS_SECOND;
    const int64_t secs = (int64_t)pinfo->abs_ts.secs;

    return secs >= most ? CALLS_TIME_MAX : secs <= -most ? -CALLS_TIME_MAX : secs * CALLS_SECOND + pinfo->abs_ts.nsecs;
}

/* tshark without -2 dissects a frame once, and prints its line then. It alone fills columns in a first pass
 * in which no tap asks for them: Wireshark and sharkd fill those of the frames that they show, later. */
static bool
is_printed_at_once(const packet_info *pinfo)
{
    return pinfo->cinfo && !PINFO_FD_VISITED(pinfo) && !(union_of_tap_listener_flags() & TL_REQUIRES_COLUMNS);
}

/* A frame is learned when it comes in its turn and its messages can be found:
 * in the first pass as a rule, in the second one of tshark -2, whose first one
 * shows neither nodes nor taps. A read filter gives the number of a frame that
 * it drops to the next one: if the dropped one had SIP, what was learned of it
 * is of a frame that nobody sees, and nothing at all is told. Where the first frame
 * is printed at once and not looked at, none ever will be: it is not learned, and so none
 * comes in its turn. */
follow_mode
follow_begin_frame(const packet_info *pinfo, bool visible, bool may_wait)
{
    const bool visited = PINFO_FD_VISITED(pinfo);

    if (!visited && pinfo->num + 1 == next_frame) {
        learned_model();
        numbers_reused |= last_with_sip == pinfo->num;
        next_frame = pinfo->num;
    }
    if (numbers_reused) {
        return FOLLOW_NOTHING;
    }
    if (pinfo->num < next_frame) {
        return FOLLOW_REPLAY;
    }
    if (pinfo->num > next_frame || !visible || (next_frame == 1 && may_wait && is_printed_at_once(pinfo))) {
        return FOLLOW_NOTHING;
    }
    next_frame = pinfo->num + 1;
    if (!may_wait || !waiting_add_frame(&waiting, pinfo->num, follow_time_of(pinfo))) {
        calls_tick(learned_model(), pinfo->num, follow_time_of(pinfo));
    }
    return FOLLOW_LEARN;
}

static sip_text
bytes_of(const address *a)
{
    return (sip_text){ (const uint8_t *)a->data, (size_t)a->len };
}

static call_end
end_of(const address *a, uint32_t port)
{
    return (call_end){ calls_address(model, bytes_of(a)), (uint16_t)port };
}

message_origin
follow_origin(const packet_info *pinfo, unsigned place)
{
    return (message_origin){
        .time = follow_time_of(pinfo),
        .frame = pinfo->num,
        .place = (uint16_t)place,
        .source = end_of(&pinfo->src, pinfo->srcport),
        .destination = end_of(&pinfo->dst, pinfo->destport),
        .source_address = bytes_of(&pinfo->src),
        .destination_address = bytes_of(&pinfo->dst),
        .unreliable = pinfo->ptype == PT_UDP,
    };
}

/* The innermost header of TCP that was tapped, or NULL. */
static const struct tcpheader *
innermost_tcp(void)
{
    const struct tcpheader *innermost = NULL;
    const struct tcpheader *tapped;

    for (int i = 0; (tapped = (const struct tcpheader *)fetch_tapped_data(tap_tcp, i)) != NULL; i++) {
        innermost = tapped;
    }
    return innermost;
}

/* Of the two directions of a stream, the one that goes to the greater end. */
static bool
is_forward(const packet_info *pinfo)
{
    const int order = cmp_address(&pinfo->src, &pinfo->dst);

    return order ? order < 0 : pinfo->srcport < pinfo->destport;
}

void
follow_origin_to_learn(const packet_info *pinfo, const ws_ip4 *ip, message_origin *origin)
{
    const struct tcpheader *tcp = pinfo->ptype == PT_TCP ? innermost_tcp() : NULL;

    *origin = follow_origin(pinfo, 0);
    origin->ip_id = ip ? ip->ip_id : 0;
    if (tcp && tcp->th_have_seglen) {
        origin->has_sequence = true;
        origin->sequence_end = tcp->th_rawseq + tcp->th_seglen;
        origin->segment_repeated = calls_segment_is_repeated(model, tcp->th_stream, is_forward(pinfo),
                                                             origin->sequence_end);
    }
}

void
follow_learn(const message_origin *origin, const sip_identity *identity, const sip_message *message)
{
    learn_message(learned_model(), origin, identity, message);
    last_with_sip = origin->frame;
}

bool
follow_learn_later(const message_origin *origin, sip_text bytes)
{
    return waiting_add_message(&waiting, origin, bytes);
}

bool
follow_recall(const packet_info *pinfo, unsigned place, answer_record *record)
{
    return !numbers_reused && calls_recall(learned_model(), pinfo->num, place, record);
}

void
follow_note_gap(const packet_info *pinfo)
{
    const message_origin ends = follow_origin(pinfo, 0);

    calls_note_gap(learned_model(), pinfo->num, ends.source.address, ends.destination.address);
}

void
follow_note_reset(const packet_info *pinfo)
{
    const message_origin origin = follow_origin(pinfo, 0);

    calls_note_reset(learned_model(), &origin);
}

/* The error goes back to who sent the request. */
bool
follow_note_icmp(const packet_info *pinfo, const sip_identity *identity, sip_text method, unsigned type_and_code)
{
    const message_origin back = follow_origin(pinfo, 0);
    message_origin origin = back;

    origin.source = back.destination;
    origin.destination = back.source;
    return calls_note_icmp(learned_model(), &origin, identity, method, type_and_code);
}
