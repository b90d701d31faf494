import Foundation

/// Which characters a statement may show: the rules of `checkText` and `encodeCanonicalJson` in @keybound/protocol.
enum UnicodeProfile {
  /// No character that is not shown as itself: control, format, private, unassigned, line and paragraph separators,
  /// every space but U+0020, what fonts ignore, and the Braille pattern without dots.
  static func isSeen(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { scalar in
      if scalar == " " { return true }
      if scalar.properties.isDefaultIgnorableCodePoint || scalar == "\u{2800}" { return false }
      switch scalar.properties.generalCategory {
      case .control, .format, .surrogate, .privateUse, .unassigned: return false
      case .lineSeparator, .paragraphSeparator, .spaceSeparator: return false
      default: return true
      }
    }
  }

  /// NFC (UAX #15).
  static func isComposed(_ text: String) -> Bool {
    isSame(text, text.precomposedStringWithCanonicalMapping)
  }

  /// Prose of 1 to `most` UTF-16 code units, as it may be shown and signed.
  static func isProse(_ text: String, most: Int) -> Bool {
    guard (1...most).contains(text.utf16.count), isSeen(text), isComposed(text) else { return false }
    guard !text.hasPrefix(" "), !text.hasSuffix(" "), !text.contains("  ") else { return false }
    let plain = String(String.UnicodeScalarView(text.unicodeScalars.filter { !"…№™".unicodeScalars.contains($0) }))
    guard isSame(plain, plain.precomposedStringWithCompatibilityMapping) else { return false }
    guard text.unicodeScalars.allSatisfy({ !isNumber($0) || ("0"..."9").contains($0) }) else { return false }
    return !hasStrayMark(text) && text.split(separator: " ").allSatisfy { WritingSystems.isOfOne(String($0)) }
  }

  /// Visible ASCII without space, 1 to 140.
  static func isCode(_ text: String) -> Bool {
    (1...140).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7e).contains($0) }
  }

  static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: return true
    default: return false
    }
  }

  private static func isNumber(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .decimalNumber, .letterNumber, .otherNumber: return true
    default: return false
    }
  }

  /// Three marks in a row, or one that stands above nothing: at the start of a word.
  private static func hasStrayMark(_ text: String) -> Bool {
    var room = 0
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .nonspacingMark, .spacingMark, .enclosingMark:
        if room == 0 { return true }
        room -= 1
      default: room = scalar == " " ? 0 : 2
      }
    }
    return false
  }

  /// Scalar by scalar: Swift's `==` holds for every spelling of the same letters.
  private static func isSame(_ one: String, _ other: String) -> Bool {
    one.unicodeScalars.elementsEqual(other.unicodeScalars)
  }
}
