// SPDX-License-Identifier: GPL-2.0-or-later
import Reports
import RunModel
import Workbench

/// What `kinglet size` prints.
enum SizeText {
    private static let shownSegments = 16

    static func text(_ sizes: ImageSizes) -> String {
        let blocks = [berkeley(sizes), board(sizes), segments(sizes), notes(sizes)]
        return blocks.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }
            .joined(separator: "\n\n") + "\n"
    }

    private static func berkeley(_ sizes: ImageSizes) -> [String] {
        let image = sizes.image
        var table = TextTable([.right, .right, .right, .right, .right, .left])
        let total = image.textBytes + image.dataBytes + image.bssBytes
        table.header = ["text", "data", "bss", "dec", "hex", "image"]
        table.rows = [
            ["\(image.textBytes)", "\(image.dataBytes)", "\(image.bssBytes)", "\(total)"]
                + [String(total, radix: 16), "\(image.path.printable) (\(image.format))"]
        ]
        return table.lines()
    }

    private static func board(_ sizes: ImageSizes) -> [String] {
        var table = TextTable([.left, .right, .right, .right])
        table.header = ["on \(sizes.board.printable)", "bytes", "of limit", "share"]
        func row(_ name: String, _ bytes: UInt64, _ limit: UInt64) -> [String] {
            [
                name, Figures.grouped(bytes), Figures.grouped(limit),
                Figures.percent(bytes, of: limit),
            ]
        }
        table.rows = [
            row("flash", sizes.flash.usedBytes, sizes.flash.limitBytes),
            row("SRAM, static", sizes.sram.staticBytes, sizes.sram.limitBytes),
        ]
        if sizes.sram.reservedBytes > 0 {
            table.rows.append(
                row(
                    "SRAM, reserved for stack and heap", sizes.sram.reservedBytes,
                    sizes.sram.limitBytes))
        }
        return table.lines()
    }

    private static func segments(_ sizes: ImageSizes) -> [String] {
        var table = TextTable([.left, .left, .right, .right, .left])
        table.header = ["load address", "run address", "in file", "in memory", "access"]
        table.rows = sizes.segments.prefix(shownSegments).map {
            [
                $0.loadAddress, $0.virtualAddress, Figures.grouped($0.fileBytes),
                Figures.grouped($0.memoryBytes), $0.access,
            ]
        }
        let rest = sizes.segments.count - shownSegments
        return table.lines() + (rest > 0 ? ["and \(rest) more segments"] : [])
    }

    private static func notes(_ sizes: ImageSizes) -> [String] {
        sizes.warnings.map { "warning: \($0)" }
    }
}
