import Foundation

/// Which writing systems one word may mix (UTS #39 §5.2 "highly restrictive"): letters of others are how look-alikes
/// are made, a Cyrillic а in a Latin name.
enum WritingSystems {
  private static let alone =
    "Cyrillic Greek Arabic Hebrew Armenian Georgian Ethiopic Thai Lao Khmer Myanmar Tibetan Sinhala Devanagari Bengali "
    + "Gurmukhi Gujarati Oriya Tamil Telugu Kannada Malayalam Mongolian Thaana"

  private static let together: [NSRegularExpression] =
    (["Latin Han Hiragana Katakana", "Latin Han Bopomofo", "Latin Han Hangul"]
    + alone.split(separator: " ").map(String.init)).compactMap { scripts in
      let sets = scripts.split(separator: " ").map { "\\p{scx=\($0)}" }
      return try? NSRegularExpression(pattern: "^[\(sets.joined())]*$")
    }

  /// Whether the letters of a word are of one system, or of systems that are written together.
  static func isOfOne(_ word: String) -> Bool {
    let letters = String(String.UnicodeScalarView(word.unicodeScalars.filter(UnicodeProfile.isLetter)))
    let range = NSRange(location: 0, length: letters.utf16.count)
    return together.contains { $0.firstMatch(in: letters, range: range) != nil }
  }
}
