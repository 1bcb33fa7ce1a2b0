// SPDX-License-Identifier: GPL-2.0-or-later

// One import gives a test the records that it reads.
@_exported public import RunModel
