// SPDX-License-Identifier: GPL-2.0-or-later

/// A network of three blocks and 9 convolutions: 0 stem, 1-2 block0, 3-5 block1, 6-8 block2
/// (residual).
package enum SmallNetwork {
    package static let yaml = """
        schema_version: 1
        name: small
        input: [16, 16, 3]
        stem: {channels: 8, kernel: 3, stride: 2}
        blocks:
          - {kernel: 3, stride: 1, channels: 4}
          - {expand: 16, kernel: 5, stride: 2, channels: 8}
          - {expand: 24, kernel: 3, stride: 1, channels: 8, residual: true}
        """
}
