import EmbeddedData

/// A data set that the program carries: what it is, and how its files become values.
public struct EmbeddedSet: Sendable {
    public let name: String
    /// What it is, in one line.
    public let title: String
    public let rows: Int
    /// Its fields and what they hold.
    public let fields: String
    public let licence: String
    /// Who made it.
    public let citation: String
    let values: @Sendable () throws(DatasetError) -> Loaded

    /// Every set, those for a first look first.
    public static let all: [EmbeddedSet] = [
        EmbeddedSet(
            name: "digits", title: "Handwritten digits, scanned at 8 x 8", rows: 1797, fields: "x: 8 x 8 in 0...1; y: the digit",
            licence: "CC BY 4.0", citation: "Alpaydin & Kaynak 1998, UCI Machine Learning Repository"
        ) { () throws(DatasetError) in try digits() },
        EmbeddedSet(
            name: "iris", title: "Three kinds of iris, measured in cm", rows: 150,
            fields: "sepal_length, sepal_width, petal_length, petal_width; class: the kind",
            licence: "CC BY 4.0", citation: "Fisher 1936, UCI Machine Learning Repository"
        ) { () throws(DatasetError) in .table(try table("iris.csv")) },
        EmbeddedSet(
            name: "wine", title: "Wines of three growers, by chemical analysis", rows: 178,
            fields: "13 measurements, from alcohol to proline; class",
            licence: "CC BY 4.0", citation: "Aeberhard & Forina 1991, UCI Machine Learning Repository"
        ) { () throws(DatasetError) in .table(try table("wine.csv")) },
        EmbeddedSet(
            name: "breast_cancer", title: "Cell nuclei of breast tumours, benign and malignant", rows: 569,
            fields: "30 measurements, from mean_radius on; class",
            licence: "CC BY 4.0", citation: "Wolberg, Mangasarian, Street & Street 1995, UCI Machine Learning Repository"
        ) { () throws(DatasetError) in .table(try table("breast_cancer.csv")) },
        EmbeddedSet(
            name: "faithful", title: "The Old Faithful geyser, in minutes", rows: 272,
            fields: "eruptions: how long; waiting: the time to the next",
            licence: "facts", citation: "Azzalini & Bowman 1990, Applied Statistics 39"
        ) { () throws(DatasetError) in .table(try table("faithful.csv")) },
        EmbeddedSet(
            name: "names", title: "First names given in the United States", rows: 32033, fields: "x: the name, in lower case",
            licence: "MIT", citation: "Karpathy, makemore; US Social Security Administration"
        ) { () throws(DatasetError) in .table(DataTable([("x", .texts(try lines("names.txt")))])) },
        EmbeddedSet(
            name: "sms", title: "Text messages, wanted and not", rows: 1739, fields: "x: the message; y: ham or spam",
            licence: "CC BY 4.0", citation: "Almeida, Gomez Hidalgo & Yamakami 2011, SMS Spam Collection (every third message, masked)"
        ) { () throws(DatasetError) in try messages() },
        EmbeddedSet(
            name: "shakespeare", title: "Tiny Shakespeare: scenes from the plays", rows: 1, fields: "one text of 1,115,394 characters",
            licence: "public domain", citation: "Karpathy, char-rnn"
        ) { () throws(DatasetError) in .text(try text("shakespeare.txt")) },
        EmbeddedSet(
            name: "tang", title: "Three hundred Tang poems, in traditional characters", rows: 354,
            fields: "x: the poem, a couplet a line; title; author",
            licence: "MIT; poems public domain", citation: "chinese-poetry, JackeyGao"
        ) { () throws(DatasetError) in try poems() },
        EmbeddedSet(
            name: "airpassengers", title: "Airline passengers a month, 1949 to 1960, in thousands", rows: 144, fields: "month; passengers",
            licence: "facts", citation: "Box & Jenkins 1976, series G"
        ) { () throws(DatasetError) in .table(try table("airpassengers.csv")) },
        EmbeddedSet(
            name: "co2", title: "Carbon dioxide in the air of Mauna Loa a week, 1958 to 2001, in parts per million", rows: 2284,
            fields: "date; co2, with 59 weeks missing",
            licence: "public domain", citation: "Keeling & Whorf 2004, CDIAC"
        ) { () throws(DatasetError) in .table(try table("co2_weekly.csv")) },
        EmbeddedSet(
            name: "sunspots", title: "Mean sunspot number a year, 1700 to 2008", rows: 309, fields: "year; sunspots",
            licence: "public domain", citation: "NOAA NGDC, SIDC"
        ) { () throws(DatasetError) in .table(try table("sunspots.csv")) },
        EmbeddedSet(
            name: "nile", title: "Flow of the Nile at Aswan a year, 1871 to 1970, in 1e8 cubic metres", rows: 100, fields: "year; flow",
            licence: "public domain", citation: "Cobb 1978; Durbin & Koopman 2001"
        ) { () throws(DatasetError) in .table(try table("nile.csv")) },
        EmbeddedSet(
            name: "earthquakes", title: "Earthquakes of magnitude 7 or more in the world a year, 1900 to 2006", rows: 107,
            fields: "year; count",
            licence: "public domain", citation: "USGS; Zucchini, MacDonald & Langrock, Hidden Markov Models for Time Series"
        ) { () throws(DatasetError) in .table(try table("earthquakes.csv")) },
        EmbeddedSet(
            name: "emoji", title: "Emoji with their names, drawn at 16 x 16", rows: 522,
            fields: "x: 16 x 16 x 3 in 0...1; caption; group; subgroup",
            licence: "Apache-2.0 (pictures), Unicode licence (names)", citation: "Noto Emoji, Google; Unicode emoji 15.0"
        ) { () throws(DatasetError) in try emoji() },
        EmbeddedSet(
            name: "fashion", title: "Clothes, photographed at 14 x 14: some of the test pictures of Fashion-MNIST", rows: 800,
            fields: "x: 14 x 14 in 0...1; y: 0 to 9; label: what y means",
            licence: "MIT", citation: "Xiao, Rasul & Vollgraf 2017, arXiv:1708.07747"
        ) { () throws(DatasetError) in try fashion() },
        EmbeddedSet(
            name: "inaugural", title: "Inaugural addresses of presidents of the United States, 1789 to 2021, as counts of words", rows: 59,
            fields: "documents: a table of x (counts of 1200 words), year, president; words: the 1200 words",
            licence: "public domain", citation: "C-SPAN Inaugural Address Corpus, K. Ahrens, through NLTK"
        ) { () throws(DatasetError) in try inaugural() },
        EmbeddedSet(
            name: "spoken_digits", title: "English digits spoken by two people", rows: 20,
            fields: "x: the wave in -1...1, 8000 samples a second; y: the digit; speaker",
            licence: "CC BY-SA 4.0", citation: "Jackson et al., Free Spoken Digit Dataset"
        ) { () throws(DatasetError) in try spokenDigits() },
    ]
}

/// An embedded data set by name; `EmbeddedSet.all` lists them.
/// - Throws: `DatasetError` with the names there are.
public func dataset(_ name: String) throws(DatasetError) -> Loaded {
    guard let set = EmbeddedSet.all.first(where: { $0.name == name }) else {
        let names = EmbeddedSet.all.map(\.name)
        throw DatasetError(
            "there is no data set named \"\(name)\"", help: "there are: " + names.joined(separator: ", "),
            unknown: .init(name: name, candidates: names))
    }
    do {
        return try set.values()
    } catch {
        throw error.inFile("dataset(\"\(name)\")")
    }
}

// MARK: The files

private func bytes(_ file: String) throws(DatasetError) -> [UInt8] {
    guard let found = embedded_file(file) else { throw DatasetError("the program was built without \(file)") }
    return Array(UnsafeBufferPointer(start: found.pointee.bytes, count: found.pointee.length))
}

private func text(_ file: String) throws(DatasetError) -> String { try decodedText(try bytes(file)) }

private func lines(_ file: String) throws(DatasetError) -> [String] { try text(file).split(separator: "\n").map(String.init) }

private func table(_ file: String) throws(DatasetError) -> DataTable {
    try readCSV(try bytes(file), delimiter: UInt8(ascii: file.hasSuffix(".tsv") ? "\t" : ","))
}

/// A column that the set has for certain.
private func column(_ name: String, of table: DataTable) throws(DatasetError) -> Column {
    guard let column = table[name] else { throw DatasetError("the set has no column \(name)") }
    return column
}

/// Pictures scaled from 0...255 to 0...1.
private func pictures(_ file: String) throws(DatasetError) -> Column {
    let array = try readIDX(try bytes(file))
    return .numbers(array.values.map { $0 / 255 }, shape: Array(array.shape.dropFirst()))
}

// MARK: What they become

private func digits() throws(DatasetError) -> Loaded {
    let table = try table("digits8x8.csv")
    var x = [Double](repeating: 0, count: table.rows * 64)
    for (place, pixel) in table.columns.prefix(64).enumerated() {
        guard case .numbers(let values, _, _) = pixel else { throw DatasetError("a pixel is not a number") }
        for (row, value) in values.enumerated() { x[row * 64 + place] = value / 16 }
    }
    return .table(DataTable([("x", .numbers(x, shape: [8, 8])), ("y", try column("label", of: table))]))
}

private func messages() throws(DatasetError) -> Loaded {
    let table = try table("sms_spam_small.tsv")
    return .table(DataTable([("x", try column("text", of: table)), ("y", try column("label", of: table))]))
}

private func poems() throws(DatasetError) -> Loaded {
    var poems: [(title: String, author: String, x: String)] = []
    let lines = try text("tang_poems.txt").split(separator: "\n", omittingEmptySubsequences: false)
    // A poem is a title, an author and couplets; a blank line ends it.
    for poem in lines.split(whereSeparator: \.isEmpty) where poem.count > 2 {
        let parts = Array(poem)
        poems.append((String(parts[0]), String(parts[1]), parts[2...].joined(separator: "\n")))
    }
    return .table(
        DataTable([("x", .texts(poems.map(\.x))), ("title", .texts(poems.map(\.title))), ("author", .texts(poems.map(\.author)))]))
}

private func emoji() throws(DatasetError) -> Loaded {
    let table = try table("emoji16.csv")
    return .table(
        DataTable([
            ("x", try pictures("emoji16-images-idx4-ubyte.gz")), ("caption", try column("caption", of: table)),
            ("group", try column("group", of: table)), ("subgroup", try column("subgroup", of: table)),
        ]))
}

private func fashion() throws(DatasetError) -> Loaded {
    // The names that the authors give the ten labels.
    let names = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"]
    let y = try readIDX(try bytes("fashion14-labels-idx1-ubyte.gz")).values
    return .table(
        DataTable([
            ("x", try pictures("fashion14-images-idx3-ubyte.gz")), ("y", .numbers(y)),
            ("label", .texts(y.map { names[Int($0) % names.count] })),
        ]))
}

/// Counts in the format of LDA-C: a line a document, `N id:count id:count ...`.
private func inaugural() throws(DatasetError) -> Loaded {
    let words = try lines("inaugural_vocab.txt")
    let facts = try table("inaugural_docs.csv")
    var counts: [Double] = []
    for document in try lines("inaugural.ldac") {
        var row = [Double](repeating: 0, count: words.count)
        for entry in document.split(separator: " ").dropFirst() {
            let pair = entry.split(separator: ":").compactMap { Int($0) }
            guard pair.count == 2, row.indices.contains(pair[0]) else { throw DatasetError("\(entry) is not id:count") }
            row[pair[0]] = Double(pair[1])
        }
        counts += row
    }
    let documents = DataTable([
        ("x", .numbers(counts, shape: [words.count])), ("year", try column("year", of: facts)),
        ("president", try column("president", of: facts)),
    ])
    return .record([Loaded.Field("documents", .table(documents)), Loaded.Field("words", .column(.texts(words)))])
}

private func spokenDigits() throws(DatasetError) -> Loaded {
    var x: [[Double]] = []
    var y: [Double] = []
    var speakers: [String] = []
    for digit in 0..<10 {
        for speaker in ["jackson", "nicolas"] {
            x.append(try readWAV(try bytes("spoken_digits/\(digit)_\(speaker)_5.wav")).channels[0])
            y.append(Double(digit))
            speakers.append(speaker)
        }
    }
    return .table(DataTable([("x", .sequences(x)), ("y", .numbers(y)), ("speaker", .texts(speakers))]))
}
