/// How a text is cut into the units that are counted.
enum Tokenizer: String, Sendable {
    /// Runs of at least two letters, digits or `_`, in lower case; the default of scikit-learn's CountVectorizer.
    case words
    /// Single characters and pairs of neighbours, for texts written without spaces.
    case characters

    /// Characters where most letters are Han, words elsewhere.
    init(for texts: [String?]) {
        var (han, letters) = (0, 0)
        for text in texts.prefix(1000) {
            for scalar in (text ?? "").unicodeScalars where scalar.properties.isAlphabetic {
                letters += 1
                if scalar.properties.isIdeographic { han += 1 }
            }
        }
        self = han * 2 > letters ? .characters : .words
    }

    func tokens(_ text: String) -> [String] {
        switch self {
        case .words: Self.words(text)
        case .characters: Self.grams(text)
        }
    }

    /// Draws of tokens, as one text.
    func joined(_ tokens: [String]) -> String { tokens.joined(separator: self == .words ? " " : "") }

    private static func words(_ text: String) -> [String] {
        var result: [String] = []
        var word = String.UnicodeScalarView()
        var length = 0
        func isWord(_ scalar: Unicode.Scalar) -> Bool {
            if scalar.isASCII {
                let v = scalar.value
                return (v >= 97 && v <= 122) || (v >= 48 && v <= 57) || (v >= 65 && v <= 90) || v == 95
            }
            switch scalar.properties.generalCategory {
            case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber, .letterNumber,
                .otherNumber:
                return true
            default: return false
            }
        }
        for scalar in text.lowercased().unicodeScalars {
            if isWord(scalar) {
                word.append(scalar)
                length += 1
            } else {
                if length > 1 { result.append(String(word)) }
                if length > 0 { (word, length) = (String.UnicodeScalarView(), 0) }
            }
        }
        if length > 1 { result.append(String(word)) }
        return result
    }

    private static func grams(_ text: String) -> [String] {
        var result: [String] = []
        var previous: Character?
        for character in text {
            guard character.isLetter || character.isNumber else {
                previous = nil
                continue
            }
            result.append(String(character))
            if let previous { result.append(String([previous, character])) }
            previous = character
        }
        return result
    }
}

/// The distinct tokens of a family's texts, numbered from 0.
struct Vocabulary: Sendable {
    let tokenizer: Tokenizer
    let words: [String]
    private let positions: [String: Int]

    init(tokenizer: Tokenizer, words: [String]) {
        self.tokenizer = tokenizer
        self.words = words
        positions = Dictionary(words.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The vocabulary of these texts, in order of first appearance.
    init(_ texts: [String?]) {
        let tokenizer = Tokenizer(for: texts)
        var seen = Set<String>()
        var words: [String] = []
        for text in texts {
            for token in tokenizer.tokens(text ?? "") where seen.insert(token).inserted { words.append(token) }
        }
        self.init(tokenizer: tokenizer, words: words)
    }

    /// How often each known word stands in each text; words never seen are left out.
    func count(_ texts: [String?]) -> WordCounts {
        var counts = WordCounts()
        for text in texts {
            var row: [Int32: Double] = [:]
            for token in tokenizer.tokens(text ?? "") {
                if let position = positions[token] { row[Int32(position), default: 0] += 1 }
            }
            // Sorted, so that sums do not depend on the hash seed.
            for (word, count) in row.sorted(by: { $0.key < $1.key }) {
                counts.words.append(word)
                counts.counts.append(count)
            }
            counts.starts.append(counts.words.count)
            counts.missing.append(text == nil)
        }
        return counts
    }
}

/// Word counts of many texts, in compressed rows.
struct WordCounts: Sendable {
    /// Row i is at `starts[i]..<starts[i + 1]`.
    var starts = [0]
    var words: [Int32] = []
    var counts: [Double] = []
    var missing: [Bool] = []
    var rows: Int { starts.count - 1 }

    func length(_ row: Int) -> Double { counts[starts[row]..<starts[row + 1]].reduce(0, +) }
}
