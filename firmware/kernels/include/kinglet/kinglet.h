// SPDX-License-Identifier: Apache-2.0
/// All kernels: forward, loss, backward, update.
#ifndef KINGLET_KINGLET_H
#define KINGLET_KINGLET_H

#include "kinglet/backward.h"
#include "kinglet/forward.h"
#include "kinglet/loss.h"
#include "kinglet/streaming.h"
#include "kinglet/tiling.h"
#include "kinglet/update.h"

#endif
