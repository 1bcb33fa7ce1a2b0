// SPDX-License-Identifier: Apache-2.0
#include "runtime/file.h"

#include "files_folder.h"

#include <stdio.h>

enum { MAXIMUM_FILES = 16 };

static FILE *open_files[MAXIMUM_FILES];

KlFile kl_file_open(const char *name, enum KlFileMode mode) {
    char path[4096];
    const int length = snprintf(path, sizeof path, "%s/%s", kl_files_folder, name);
    if (length < 0 || (size_t)length >= sizeof path)
        return -1;
    for (KlFile file = 0; file < MAXIMUM_FILES; file++) {
        if (open_files[file])
            continue;
        open_files[file] = fopen(path, mode == KL_FILE_READ ? "rb" : "wb");
        return open_files[file] ? file : -1;
    }
    return -1;
}

static FILE *stream(KlFile file) {
    return file >= 0 && file < MAXIMUM_FILES ? open_files[file] : NULL;
}

bool kl_file_read(KlFile file, void *bytes, uint32_t length) {
    return stream(file) && fread(bytes, 1, length, stream(file)) == length;
}

bool kl_file_write(KlFile file, const void *bytes, uint32_t length) {
    return stream(file) && fwrite(bytes, 1, length, stream(file)) == length;
}

bool kl_file_seek(KlFile file, uint32_t offset) {
    return stream(file) && fseek(stream(file), (long)offset, SEEK_SET) == 0;
}

int32_t kl_file_length(KlFile file) {
    FILE *opened = stream(file);
    if (!opened)
        return -1;
    const long position = ftell(opened);
    if (position < 0 || fseek(opened, 0, SEEK_END) != 0)
        return -1;
    const long length = ftell(opened);
    return fseek(opened, position, SEEK_SET) == 0 && length <= INT32_MAX ? (int32_t)length : -1;
}

void kl_file_close(KlFile file) {
    if (!stream(file))
        return;
    fclose(open_files[file]);
    open_files[file] = NULL;
}
