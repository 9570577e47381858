import Testing

@testable import Datasets

/// The table of an embedded set.
private func table(_ name: String) throws -> DataTable {
    guard case .table(let table) = try dataset(name) else {
        Issue.record("\(name) is no table")
        return DataTable([])
    }
    return table
}

private func numbers(_ column: Column?) -> [Double] {
    if case .numbers(let values, _, _)? = column { values } else { [] }
}

@Test func everySetHasTheRowsItSays() throws {
    for set in EmbeddedSet.all {
        switch try dataset(set.name) {
        case .table(let table):
            #expect(table.rows == set.rows, "\(set.name)")
            for (name, column) in zip(table.names, table.columns) { #expect(column.count == set.rows, "\(set.name).\(name)") }
        case .text(let text):
            #expect(text.utf8.count == 1_115_394 && Set(text).count == 65, "\(set.name)")
        case .record(let fields):
            guard case .table(let documents) = fields[0].value, case .column(let words) = fields[1].value else {
                Issue.record("\(set.name) should hold documents and words")
                continue
            }
            #expect(documents.rows == set.rows && words.count == 1200)
        default: Issue.record("\(set.name) is of another kind")
        }
    }
    #expect(Set(EmbeddedSet.all.map(\.name)).count == 18)
}

@Test func setsHoldWhatTheirSourcesSay() throws {
    let digits = try table("digits")
    guard case .numbers(let pixels, nil, [8, 8])? = digits["x"] else {
        Issue.record("digits.x")
        return
    }
    // scikit-learn's load_digits: the pixels, 0 to 16, add up to 561718; 178 zeros, 182 ones, ..., 180 nines.
    #expect(pixels.reduce(0, +) * 16 == 561_718 && pixels.max() == 1 && pixels.min() == 0)
    let labels = numbers(digits["y"])
    #expect((0..<10).map { digit in labels.count { $0 == Double(digit) } } == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180])

    // The means that scikit-learn's user guide prints for iris.
    let iris = try table("iris")
    #expect(iris.names == ["sepal_length", "sepal_width", "petal_length", "petal_width", "class"])
    for (name, mean) in [("sepal_length", 5.8433), ("sepal_width", 3.0573), ("petal_length", 3.758), ("petal_width", 1.1993)] {
        #expect(abs(numbers(iris[name]).reduce(0, +) / 150 - mean) < 5e-5, "\(name)")
    }
    #expect(try table("wine").columns.count == 14 && table("breast_cancer").columns.count == 31)

    // Zucchini, MacDonald & Langrock: mean 19.36, variance 51.57.
    let quakes = numbers(try table("earthquakes")["count"])
    let mean = quakes.reduce(0, +) / 107
    let variance = quakes.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 106
    #expect(abs(mean - 19.36) < 0.005 && abs(variance - 51.57) < 0.005)

    guard case .numbers(_, let gaps?, [])? = try table("co2")["co2"] else {
        Issue.record("co2.co2")
        return
    }
    #expect(gaps.count { $0 } == 59)
}

@Test func textsPicturesAndSoundsAreWhole() throws {
    guard case .texts(let names)? = try table("names")["x"], case .texts(let kinds)? = try table("sms")["y"],
        case .texts(let poems)? = try table("tang")["x"], case .sequences(let waves)? = try table("spoken_digits")["x"],
        case .numbers(let emoji, nil, [16, 16, 3])? = try table("emoji")["x"],
        case .numbers(let clothes, nil, [14, 14])? = try table("fashion")["x"],
        case .record(let inaugural) = try dataset("inaugural"), case .table(let documents) = inaugural[0].value,
        case .numbers(let counts, nil, [1200])? = documents["x"]
    else {
        Issue.record("a set has another shape")
        return
    }
    #expect(names.first == "emma" && names.allSatisfy { $0?.allSatisfy { ("a"..."z").contains($0) } == true })
    // 228,146 transitions where each name has a start and an end: its letters and one more.
    #expect(names.reduce(0) { $0 + ($1?.count ?? 0) + 1 } == 228_146)
    #expect(kinds.count { $0 == "spam" } == 213)
    #expect(poems[0]?.hasPrefix("西陸蟬聲唱") == true && poems.allSatisfy { $0?.isEmpty == false })
    #expect(waves.allSatisfy { (0.17...0.69).contains(Double($0.count) / 8000) && $0.allSatisfy { abs($0) <= 1 } })
    #expect(emoji.min() == 0 && emoji.max() == 1 && clothes.min() == 0 && (0.9...1).contains(clothes.max() ?? 0))
    #expect(counts.reduce(0, +) == 38_686)
}

@Test func anUnknownSetListsAll() {
    let error = #expect(throws: DatasetError.self) { try dataset("digit") }
    #expect(error?.unknown?.candidates.contains("digits") == true && error?.help?.contains("spoken_digits") == true)
}
