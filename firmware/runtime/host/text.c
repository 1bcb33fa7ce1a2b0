// SPDX-License-Identifier: Apache-2.0
#include "runtime/text.h"

#include <stdio.h>

void kl_put(const char *text) {
    fputs(text, stdout);
}
