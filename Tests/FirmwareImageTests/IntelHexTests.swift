// SPDX-License-Identifier: GPL-2.0-or-later
import FirmwareImage
import Testing

@Suite("Intel HEX")
struct IntelHexTests {
    private static func parse(_ text: String) throws(FirmwareImageError) -> FirmwareImage {
        try FirmwareImage.parse(Array(text.utf8))
    }

    @Test("should join neighbouring records, in any order, and keep gaps apart")
    func joins() throws {
        let image = try Self.parse(
            """
            :020000040800F2
            :04000400050607 08 DE
            :0400000001020304F2
            :02001000AABB89
            :0400000508000009E6
            :00000001FF

            """.replacing(" ", with: ""))
        #expect(image.segments.map(\.loadAddress) == [0x0800_0000, 0x0800_0010])
        #expect(image.segments.map(\.bytes) == [[1, 2, 3, 4, 5, 6, 7, 8], [0xAA, 0xBB]])
        #expect(image.entry == 0x0800_0009)
    }

    @Test("should accept DOS lines, blank lines, lower case and a byte order mark")
    func lenient() throws {
        let image = try Self.parse("\u{FEFF}\r\n:02001000aabb89  \r\n\r\n:00000001ff\r\n")
        #expect(image.segments.map(\.bytes) == [[0xAA, 0xBB]])
    }

    @Test("should wrap segmented addresses within 64 KiB and carry linear ones")
    func wrapping() throws {
        let segmented = try Self.parse(
            ":020000021000EC\n:04FFFE0001020304F5\n:00000001FF\n")
        #expect(segmented.segments.map(\.loadAddress) == [0x10000, 0x1FFFE])
        #expect(segmented.segments.map(\.bytes) == [[3, 4], [1, 2]])
        let linear = try Self.parse(":020000040001F9\n:04FFFE0001020304F5\n:00000001FF\n")
        #expect(linear.segments.map(\.loadAddress) == [0x1FFFE])
    }

    @Test(
        "should name line, column, what was found and what is valid",
        arguments: [
            (
                ":0400000001020304F3\n",
                "line 1, column 18: checksum f3 does not match the record; valid: f2"
            ),
            (
                ":00000001FF\n:00000001FF\n",
                "line 2, column 1: text after the end-of-file record of line 1"
            ),
            (
                ":0400000001020304F2\n",
                "line 1, column 1: the file ends without an end-of-file record (:00000001FF); it "
                    + "is truncated"
            ),
            (
                ":04000000010203\n",
                "line 1, column 2: the record announces 4 data bytes but holds 2"
            ),
            (":0400000001020304F\n", "line 1, column 18: the line ends in the middle of a byte"),
            (":04G0000001020304F2\n", "line 1, column 4: 'G' is not a hexadecimal digit"),
            (":0400\u{0}0000102030F2\n", "line 1, column 6: byte 00 is not a hexadecimal digit"),
            (
                ":0400\n",
                "line 1, column 5: the record has 2 bytes; valid: at least 5 (length, two "
                    + "of address, type, checksum)"
            ),
            (
                ":02000007AABB92\n",
                "line 1, column 8: record type 07 is unknown; valid: 00 data, 01 "
                    + "end of file, 02 and 04 upper address, 03 and 05 start address"
            ),
            (
                ":0100000408F3\n",
                "line 1, column 2: a record of type 04 holds 1 data bytes; valid: 2"
            ),
            (":020000000102FB\nhello\n", "line 2, column 1: a record must begin with ':'"),
            (
                ":02000004FFFFFC\n:04FFFE0001020304F5\n:00000001FF\n",
                "line 2, column 4: 4 bytes at 0xfffffffe pass the end of the address space, "
                    + "0x100000000"
            ),
            (
                ":0400000001020304F2\n:02000300AABB96\n:00000001FF\n",
                "line 1 and line 2 both claim address 0x00000003; loaded ranges must not overlap"
            ),
            (":00000001FF\n", "the HEX file has no data record; the image has nothing to load"),
        ])
    func errors(text: String, message: String) {
        let error = #expect(throws: FirmwareImageError.self) { try Self.parse(text) }
        #expect(error?.description == message)
    }
}
