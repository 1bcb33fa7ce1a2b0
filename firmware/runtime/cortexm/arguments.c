// SPDX-License-Identifier: Apache-2.0
#include "runtime/arguments.h"

#include "runtime/semihosting.h"

#include <stddef.h>
#include <string.h>

bool kl_arguments(int argc, char **argv, char *line, uint32_t size) {
    (void)argc;
    (void)argv;
    uint32_t block[2] = {(uint32_t)line, size};
    line[0] = '\0';
    if (kl_semihosting(KL_SYS_GET_CMDLINE, (uintptr_t)block) != 0) {
        // The call fails both when there is no debugger and when the buffer is too small.
        line[0] = '\0';
        return true;
    }
    line[size - 1] = '\0';
    // Debuggers put the image's name first or leave it out; arguments of ours hold a `=`.
    char *space = strchr(line, ' ');
    const size_t first = space ? (size_t)(space - line) : strlen(line);
    if (memchr(line, '=', first) == NULL)
        memmove(line, space ? space + 1 : line + first, strlen(line + first) + (space ? 0 : 1));
    return true;
}
