// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef KINGLET_CUNICORN_H
#define KINGLET_CUNICORN_H
#include <unicorn/unicorn.h>
#endif
