# SPDX-License-Identifier: Apache-2.0
# One network, trained on the board in two ways; see model.h.
FASHION_SOURCES := $(wildcard apps/fashion/*.c)
APPS += fashion-classifier fashion-sparse
HOST_APPS += fashion-classifier fashion-sparse
SOURCES_fashion-classifier := $(FASHION_SOURCES)
SOURCES_fashion-sparse := $(FASHION_SOURCES)
DEFINES_fashion-classifier := -DFASHION_SPARSE=0
DEFINES_fashion-sparse := -DFASHION_SPARSE=1
