/* sip_abridged.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "sip/sip_abridged.h"

/* Of one value, and of the phrase: more than a sentence can hold. */
#define VALUE_LENGTH_MAX 300
/* Of one header. */
#define VALUES_MAX 2

typedef struct {
    uint8_t *bytes;
    size_t length;
} abridgement;

static void
put(abridgement *a, const char *before, sip_text value, const char *after)
{
    const size_t length = value.length < VALUE_LENGTH_MAX ? value.length : VALUE_LENGTH_MAX;

    memcpy(a->bytes + a->length, before, strlen(before));
    a->length += strlen(before);
    if (length) {
        memcpy(a->bytes + a->length, value.start, length);
        a->length += length;
    }
    memcpy(a->bytes + a->length, after, strlen(after));
    a->length += strlen(after);
}

/* first is absent where no such header is there. */
static void
put_headers(abridgement *a, const sip_message *message, sip_header_id id, const char *name, sip_text first)
{
    size_t position = 0;
    sip_text value;

    for (unsigned i = 0; i < VALUES_MAX && first.start; i++) {
        if (!sip_header_next_of(message->headers, &position, id, &value)) {
            break;
        }
        put(a, name, value, "\r\n");
    }
}

static void
put_if_there(abridgement *a, const sip_message *message, sip_header_id id, const char *name)
{
    sip_text value;

    if (sip_header_find(message->headers, id, &value)) {
        put(a, name, value, "\r\n");
    }
}

static void
put_what_the_code_asks(abridgement *a, const sip_message *message)
{
    switch (message->code) {
    case 420:
        put_if_there(a, message, SIP_HEADER_UNSUPPORTED, "Unsupported: ");
        break;
    case 422:
        put_if_there(a, message, SIP_HEADER_MIN_SE, "Min-SE: ");
        break;
    case 423:
        put_if_there(a, message, SIP_HEADER_MIN_EXPIRES, "Min-Expires: ");
        break;
    default:
        if (message->code / 100 == 3) {
            put_if_there(a, message, SIP_HEADER_CONTACT, "Contact: ");
        }
    }
}

size_t
sip_abridge(const sip_message *message, uint8_t buffer[SIP_ABRIDGED_SIZE])
{
    abridgement a = { .length = 0 };

    a.bytes = buffer;
    if (message->kind == SIP_RESPONSE) {
        put(&a, "SIP/2.0 ", message->code_digits, " ");
        put(&a, "", message->start_line_complete ? message->phrase : (sip_text){ NULL, 0 }, "\r\n");
    } else {
        put(&a, "", message->method, " sip:- SIP/2.0\r\n");
    }
    put_headers(&a, message, SIP_HEADER_REASON, "Reason: ", message->reason);
    if (message->kind == SIP_RESPONSE) {
        put_headers(&a, message, SIP_HEADER_WARNING, "Warning: ", message->warning);
        put_headers(&a, message, SIP_HEADER_RETRY_AFTER, "Retry-After: ", message->retry_after);
        put_what_the_code_asks(&a, message);
    }
    put(&a, "", (sip_text){ NULL, 0 }, "\r\n");
    return a.length;
}
