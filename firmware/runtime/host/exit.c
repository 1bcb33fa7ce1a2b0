// SPDX-License-Identifier: Apache-2.0
#include "runtime/exit.h"

#include <stdlib.h>

void kl_exit(int code) {
    exit(code);
}
