// SPDX-License-Identifier: Apache-2.0
#ifndef RUNTIME_FILES_FOLDER_H
#define RUNTIME_FILES_FOLDER_H

// The folder given with `--files`; "." until kl_arguments saw one.
extern const char *kl_files_folder;

#endif
