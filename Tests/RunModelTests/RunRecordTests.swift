// SPDX-License-Identifier: GPL-2.0-or-later
import RunModel
import TestSupport
import Testing

@Suite("Run records as JSON")
struct RunRecordTests {
    @Test(
        "should write exactly this text: sorted keys, absent instead of null, a newline at the end")
    func goldenText() throws {
        #expect(try Snapshot.difference(RunRecord.sample.encodedJSON(), "record.json") == nil)
    }

    @Test("should read back what it wrote")
    func roundTrip() throws {
        #expect(try RunRecord(json: RunRecord.sample.encodedJSON()) == RunRecord.sample)
    }

    @Test("should carry losses that are not finite")
    func nonFiniteLoss() throws {
        var record = RunRecord.sample
        record.steps[0].loss = .infinity
        record.steps[1].loss = .nan
        let json = record.encodedJSON()
        #expect(json.contains(#""loss" : "inf""#) && json.contains(#""loss" : "nan""#))
        let read = try RunRecord(json: json)
        #expect(read.steps[0].loss == .infinity)
        #expect(read.steps[1].loss?.isNaN == true)
    }

    @Test("should carry counts above 2^53 exactly")
    func largeCounts() throws {
        var record = RunRecord.sample
        record.total.cycles = .max - 1
        #expect(try RunRecord(json: record.encodedJSON()).total.cycles == .max - 1)
    }

    @Test("should ignore keys that a later Kinglet added")
    func unknownKeys() throws {
        let json = RunRecord.sample.encodedJSON().replacing(
            #""arguments" :"#, with: #""a_new_key" : [1], "arguments" :"#)
        #expect(try RunRecord(json: json) == RunRecord.sample)
    }

    @Test(
        "should say what is wrong with text that is not a record",
        arguments: [
            (
                #"{"schema_version" : 2}"#,
                "the record has schema_version 2; this Kinglet reads schema_version 1"
            ),
            ("{}", "not a Kinglet run record: key 'schema_version' is missing"),
            (
                #"{"schema_version" : 1}"#,
                "not a Kinglet run record: key 'kinglet_version' is missing"
            ),
            (
                #"{"schema_version" : "1"}"#,
                "not a Kinglet run record: 'schema_version' is not of type Int"
            ),
            ("[1, 2]", "not a Kinglet run record: "),
            ("", "not a Kinglet run record: the file: "),
        ])
    func malformed(json: String, message: String) {
        let error = #expect(throws: RunRecordError.self) { try RunRecord(json: json) }
        #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "none")")
    }

    @Test("should name the key inside a list that is damaged")
    func damagedElement() {
        let json = RunRecord.sample.encodedJSON().replacing(
            #""index" : 1,"#, with: #""index" : "one","#)
        let error = #expect(throws: RunRecordError.self) { try RunRecord(json: json) }
        #expect(error?.description.contains("steps.[1].index") == true)
    }
}
