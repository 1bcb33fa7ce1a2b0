// SPDX-License-Identifier: GPL-2.0-or-later
import Workbench

enum Versions {
    static var text: String {
        """
        kinglet \(KingletVersion.current)
        Unicorn \(EngineInformation.unicornVersion), \(EngineInformation.unicornLinking), \
        \(EngineInformation.hasStoreFastPath ? "with" : "without") store fast path, \
        \(EngineInformation.accountsInside ? "with" : "without") accounting inside translations
        Licence: GPL-2.0-or-later; the firmware sources: Apache-2.0
        """
    }
}
