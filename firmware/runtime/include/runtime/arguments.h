// SPDX-License-Identifier: Apache-2.0
#ifndef RUNTIME_ARGUMENTS_H
#define RUNTIME_ARGUMENTS_H

#include <stdbool.h>
#include <stdint.h>

// Copies the program's arguments, separated by single spaces and without the program's name, to
// `line` (`size` bytes, always terminated). On a Cortex-M they come from SYS_GET_CMDLINE, and
// `argc`, `argv` are not looked at; in the host twin from `argv`, and `--files DIR` is taken out.
// False when they do not fit.
bool kl_arguments(int argc, char **argv, char *line, uint32_t size);

// Walks a line of `key=value` words. Each call cuts the next word out of `*cursor`, in place, and
// returns its key; `*value` is the text after `=`, or null when there is none. Null at the end.
const char *kl_next_argument(char **cursor, const char **value);

// Reads a whole decimal number into `*result`; false, and nothing written, for anything else.
bool kl_parse_unsigned(const char *text, uint32_t *result);

// Reads `digits[.digits]`, without exponent, at most nine digits in all.
bool kl_parse_decimal(const char *text, float *result);

#endif
