// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import Foundation
import RunModel
import TestSupport
import Testing
import Workbench

@Suite("Plans in images")
struct PlanNoteTests {
    /// The record of a run that ends at once, of an image with this text in `.kinglet.plan`.
    private func record(note: String) throws -> RunRecord {
        try Assembler.withTemporaryDirectory { folder in
            let escaped = note.replacing("\"", with: #"\\\""#)
            let source =
                FirmwareBuilder.startup
                + #"__asm__(".pushsection .kinglet.plan,\"\"\n.ascii \""#
                + escaped + #"\"\n.popsection"); int main(void) { return 0; }"#
            let path = try FirmwareBuilder.build(source, in: folder)
            return try FirmwareRun(execute: FirmwareRun.simulate).record(
                of: RunRequest(imagePath: path, board: Board.named("nrf52840")))
        }
    }

    private static func note(
        version: Int = 1, bytes: Int = 64, offset: Int = 32, last: Int = 0
    ) -> String {
        """
        {"schema_version":\(version),"model":"m","scheme":"s","symbol":"arena","bytes":\(bytes),\
        "positions":[{"name":"c = conv2d x","phase":"forward"}],"buffers":[{"name":"x",\
        "offset_bytes":\(offset),"bytes":32,"first_position":0,"last_position":\(last)}]}
        """
    }

    @Test("should be part of the record")
    func valid() throws {
        let record = try record(note: Self.note())
        #expect(record.arena?.buffers.first?.offsetBytes == 32)
        #expect(record.arena?.peak?.bytes == 32)
        #expect(record.warnings == [])
    }

    @Test(
        "should be left out with a reason where nobody could rely on them",
        arguments: [
            (note(offset: 33), #"buffer "x" takes 32 bytes from 33; valid: within the arena's 64"#),
            (note(offset: -1), #"buffer "x" takes 32 bytes from -1; valid: within the arena's 64"#),
            (
                note(offset: .max),
                #"buffer "x" takes 32 bytes from \#(Int.max); valid: within the arena's 64"#
            ),
            (note(last: 1), #"buffer "x" lives from 0 to 1; valid: within the 1 positions"#),
            (note(bytes: -4), "bytes is -4; valid: 0 to 4294967295"),
            (note(version: 2), "schema_version is 2; valid: 1"),
            ("{", "it is no plan of schema_version 1"),
        ])
    func invalid(note: String, reason: String) throws {
        let record = try record(note: note)
        #expect(record.arena == nil)
        #expect(
            record.warnings == ["the image's section .kinglet.plan is left out: \(reason)"])
    }
}
