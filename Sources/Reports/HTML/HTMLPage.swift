// SPDX-License-Identifier: GPL-2.0-or-later

/// The frame of every page that Kinglet writes: one file that loads nothing and runs nothing.
package struct HTMLPage {
    private let title: String
    private let body: String

    /// - Parameters:
    ///   - title: plain text, the first heading too.
    ///   - body: HTML, every foreign text in it escaped.
    package init(title: String, body: String) {
        self.title = title
        self.body = body
    }

    /// The whole document, a newline at its end.
    package var text: String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" \
        content="default-src 'none'; style-src 'unsafe-inline'">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>\(title.htmlEscaped)</title>
        <style>
        \(HTMLStyle.sheet)
        </style>
        </head>
        <body>
        <h1>\(title.htmlEscaped)</h1>
        \(body)</body>
        </html>

        """
    }
}
