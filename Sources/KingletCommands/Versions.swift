// SPDX-License-Identifier: GPL-2.0-or-later
import Workbench

enum Versions {
    static var text: String {
        """
        kinglet \(KingletVersion.current)
        Unicorn \(EngineInformation.unicornVersion), store fast path \
        \(EngineInformation.hasStoreFastPath ? "linked" : "not linked")
        Licence: GPL-2.0-or-later; the firmware sources: Apache-2.0
        """
    }
}
