/* cmocka_all.h
 * cmocka with the headers that it wants before its own.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_CMOCKA_ALL_H
#define SIPRESP_CMOCKA_ALL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sip/sip_message.h"

/* Asserts that a text holds exactly this. */
#define assert_text(text, expected) do { \
        const sip_text got_ = (text); \
        assert_int_equal(got_.length, strlen(expected)); \
        if (got_.length) { \
            assert_memory_equal(got_.start, expected, got_.length); \
        } \
    } while (0)

/* Parses a literal, NUL bytes inside it included. */
#define parse_literal(literal, message) \
    sip_message_parse((const uint8_t *)(literal), sizeof(literal) - 1, (message))

#endif
