// SPDX-License-Identifier: Apache-2.0
#ifndef RUNTIME_FILE_H
#define RUNTIME_FILE_H

// Files on the machine that watches the board (semihosting), or of the host twin's `--files`
// folder. Names are relative to that folder.

#include <stdbool.h>
#include <stdint.h>

typedef int32_t KlFile; // negative: not open

enum KlFileMode { KL_FILE_READ, KL_FILE_WRITE };

// A handle, or a negative number when the file cannot be opened.
KlFile kl_file_open(const char *name, enum KlFileMode mode);

// True when exactly `length` bytes were read or written.
bool kl_file_read(KlFile file, void *bytes, uint32_t length);
bool kl_file_write(KlFile file, const void *bytes, uint32_t length);

// Moves to `offset` bytes from the start.
bool kl_file_seek(KlFile file, uint32_t offset);

// The length in bytes, or -1.
int32_t kl_file_length(KlFile file);

void kl_file_close(KlFile file);

#endif
