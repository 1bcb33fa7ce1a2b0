// SPDX-License-Identifier: Apache-2.0
#include "runtime/arguments.h"

#include "files_folder.h"

#include <string.h>

const char *kl_files_folder = ".";

bool kl_arguments(int argc, char **argv, char *line, uint32_t size) {
    uint32_t used = 0;
    line[0] = '\0';
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--files") == 0 && i + 1 < argc) {
            kl_files_folder = argv[++i];
            continue;
        }
        const size_t length = strlen(argv[i]);
        if (used + length + 2 > size)
            return false;
        if (used > 0)
            line[used++] = ' ';
        memcpy(line + used, argv[i], length + 1);
        used += (uint32_t)length;
    }
    return true;
}
