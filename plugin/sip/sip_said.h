/* sip_said.h
 * What the sender of a message says of the why and the when: Reason (RFC 3326),
 * Warning and Retry-After (RFC 3261 20.43, 20.33), and intervals in seconds.
 *
 * Pure: no Wireshark type and no allocation. Texts point into the message, with
 * the escapes that were sent; plain_text.h makes them fit to be shown. Work is
 * linear in the headers, whatever they hold.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_SIP_SAID_H
#define SIPRESP_SIP_SAID_H

#include "sip/sip_value.h"

typedef enum {
    REASON_OTHER,
    REASON_SIP,         /* the cause is a status code */
    REASON_Q850         /* the cause is one of ITU-T Q.850 */
} reason_kind;

typedef struct {
    sip_text value;     /* all of it */
    reason_kind kind;
    sip_text protocol;  /* may be empty in a broken value */
    bool has_cause;
    uint32_t cause;
    sip_text text;      /* what stood in quotes; absent if there is none */
} sip_reason;

typedef struct {
    sip_text value;     /* all of it */
    uint16_t code;      /* 0 where the value begins with no three digits */
    sip_text agent;     /* host and port, or a made-up name; may be empty */
    sip_text text;      /* what stood in quotes; may be empty */
} sip_warning;

typedef struct {
    uint32_t seconds;
    sip_text comment;   /* what stood in parentheses; absent if there is none */
    bool has_duration;
    uint32_t duration;  /* s */
} sip_retry_after;

/* The Reason values of a message. */
static inline sip_values
sip_reasons_of(const sip_message *message)
{
    return sip_values_from(message->headers, SIP_HEADER_REASON, message->reason);
}

/* Returns false at the end. */
bool sip_reason_next(sip_values *reasons, sip_reason *reason);

/* The first of that kind that has a cause. Returns false if there is none. */
bool sip_reason_find(const sip_message *message, reason_kind kind, sip_reason *reason);

/* The Warning values of a message. */
static inline sip_values
sip_warnings_of(const sip_message *message)
{
    return sip_values_from(message->headers, SIP_HEADER_WARNING, message->warning);
}

/* Returns false at the end. */
bool sip_warning_next(sip_values *warnings, sip_warning *warning);

/* Returns false where the message has no Retry-After, or one that is no number
 * of seconds, such as the date of RFC 2543. */
bool sip_retry_after_read(const sip_message *message, sip_retry_after *retry_after);

/* The seconds that a header value begins with, as in Min-SE, Min-Expires,
 * Session-Expires and Expires. Returns false if it is no number of seconds. */
bool sip_seconds_read(sip_text value, uint32_t *seconds);

#endif
