// SPDX-License-Identifier: Apache-2.0

// The smallest app: text, an argument, an exit code. `code=N` ends the program with that code.

#include "runtime/arguments.h"
#include "runtime/text.h"

#include <string.h>

int main(int argc, char **argv) {
    char line[128];
    uint32_t code = 0;
    if (!kl_arguments(argc, argv, line, sizeof line)) {
        kl_put("hello: the arguments do not fit in 127 bytes\n");
        return 2;
    }
    char *cursor = line;
    const char *key, *value;
    while ((key = kl_next_argument(&cursor, &value)) != NULL)
        if (strcmp(key, "code") != 0 || !kl_parse_unsigned(value, &code) || code > 255) {
            kl_put("usage: hello [code=0...255]\n");
            return 2;
        }
    kl_put("Hello from a kinglet.\n");
    return (int)code;
}
