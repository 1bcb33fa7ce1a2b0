// SPDX-License-Identifier: Apache-2.0

// What newlib asks of the system, for apps that use malloc or printf; unused parts are dropped by
// the linker. The heap ends where the stack's reserve begins.

#include "runtime/exit.h"
#include "runtime/marker.h"
#include "runtime/semihosting.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

extern char __heap_start[], __heap_limit[];

void *_sbrk(ptrdiff_t increment);
int _write(int file, const char *bytes, int length);
int _read(int file, char *bytes, int length);
int _close(int file);
int _fstat(int file, struct stat *status);
int _isatty(int file);
int _lseek(int file, int offset, int whence);
int _getpid(void);
int _kill(int process, int signal);
void _exit(int code);

void *_sbrk(ptrdiff_t increment) {
    static char *heap_end = __heap_start;
    if (increment > __heap_limit - heap_end || increment < __heap_start - heap_end) {
        errno = ENOMEM;
        return (void *)-1;
    }
    char *previous = heap_end;
    heap_end += increment;
    return previous;
}

int _write(int file, const char *bytes, int length) {
    (void)file;
    for (int i = 0; i < length; i++)
        if (kl_itm_enabled(KL_PORT_CONSOLE))
            kl_itm_byte(KL_PORT_CONSOLE, (uint8_t)bytes[i]);
        else
            kl_semihosting(KL_SYS_WRITEC, (uintptr_t)&bytes[i]);
    return length;
}

int _read(int file, char *bytes, int length) {
    (void)file;
    (void)bytes;
    (void)length;
    return 0;
}

int _close(int file) {
    (void)file;
    return -1;
}

int _fstat(int file, struct stat *status) {
    (void)file;
    status->st_mode = S_IFCHR;
    return 0;
}

int _isatty(int file) {
    (void)file;
    return 1;
}

int _lseek(int file, int offset, int whence) {
    (void)file;
    (void)offset;
    (void)whence;
    return 0;
}

int _getpid(void) {
    return 1;
}

int _kill(int process, int signal) {
    (void)process;
    (void)signal;
    errno = EINVAL;
    return -1;
}

void _exit(int code) {
    kl_exit(code);
}
