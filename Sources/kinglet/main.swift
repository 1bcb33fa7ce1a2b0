// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import KingletCommands

exit(Kinglet.run(arguments: Array(CommandLine.arguments.dropFirst())))
