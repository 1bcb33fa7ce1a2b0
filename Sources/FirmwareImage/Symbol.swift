// SPDX-License-Identifier: GPL-2.0-or-later

/// A named address of the image. Mapping (`$t`, `$d`, `$a`), section and file symbols are kept out.
package struct Symbol: Sendable, Equatable {
    package enum Kind: String, Sendable { case function, object, other }
    package var name: String
    /// Address with the Thumb bit cleared.
    package var address: UInt32
    package var size: UInt32
    package var kind: Kind
    /// Visible to other object files (STB_GLOBAL or STB_WEAK).
    package var isGlobal: Bool
    /// STB_WEAK: typically an alias of a default handler.
    package var isWeak: Bool
    /// SHN_ABS: a number that the linker script defined, such as a stack size, rather than a place.
    package var isAbsolute: Bool

    package init(
        name: String, address: UInt32, size: UInt32, kind: Kind, isGlobal: Bool,
        isWeak: Bool = false, isAbsolute: Bool = false
    ) {
        self.name = name
        self.address = address
        self.size = size
        self.kind = kind
        self.isGlobal = isGlobal
        self.isWeak = isWeak
        self.isAbsolute = isAbsolute
    }
}
