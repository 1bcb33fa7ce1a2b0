// SPDX-License-Identifier: Apache-2.0
#include "runtime/arguments.h"

#include <stddef.h>

const char *kl_next_argument(char **cursor, const char **value) {
    char *key = *cursor;
    while (*key == ' ')
        key++;
    if (*key == '\0')
        return NULL;
    *value = NULL;
    char *end = key;
    for (; *end != '\0' && *end != ' '; end++)
        if (*end == '=' && *value == NULL) {
            *end = '\0';
            *value = end + 1;
        }
    *cursor = *end == '\0' ? end : end + 1;
    *end = '\0';
    return key;
}

bool kl_parse_unsigned(const char *text, uint32_t *result) {
    if (text == NULL || *text == '\0')
        return false;
    uint32_t number = 0;
    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9')
            return false;
        const uint32_t digit = (uint32_t)(*text - '0');
        if (number > (UINT32_MAX - digit) / 10)
            return false;
        number = number * 10 + digit;
    }
    *result = number;
    return true;
}

bool kl_parse_decimal(const char *text, float *result) {
    if (text == NULL)
        return false;
    uint32_t number = 0, digits = 0;
    float scale = 1.0f;
    bool point = false;
    for (; *text != '\0'; text++) {
        if (*text == '.' && !point) {
            point = true;
            continue;
        }
        if (*text < '0' || *text > '9' || ++digits > 9)
            return false;
        number = number * 10 + (uint32_t)(*text - '0');
        if (point)
            scale *= 10.0f; // exact: at most 1e9
    }
    if (digits == 0)
        return false;
    *result = (float)number / scale;
    return true;
}
