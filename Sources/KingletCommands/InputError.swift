// SPDX-License-Identifier: GPL-2.0-or-later

/// Something the user named cannot be used: an image, a board, a record, a symbol.
///
/// Unlike a `ValidationError`, the usage text would not help.
struct InputError: Error {
    var message: String
    init(_ message: String) { self.message = message }

    /// What `body` gives. What it throws becomes the message of an `InputError`, behind `subject`
    /// and a colon; an `InputError` stays as it is.
    static func converting<Value>(
        _ subject: String? = nil, _ body: () throws -> Value
    ) throws(InputError) -> Value {
        do {
            return try body()
        } catch let error as InputError {
            throw error
        } catch {
            throw InputError((subject.map { "\($0): " } ?? "") + "\(error)")
        }
    }
}
