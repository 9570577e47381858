import Testing

@testable import Datasets

private func csv(_ text: String, tabs: Bool = false) throws -> DataTable {
    try readCSV(Array(text.utf8), delimiter: tabs ? UInt8(ascii: "\t") : nil)
}

@Test func csvIsReadAsRFC4180Says() throws {
    let two = DataTable([("a", .numbers([1, 3])), ("b", .numbers([2, 4]))])
    let cases: [(text: String, table: DataTable)] = [
        ("a,b\n1,2\n3,4\n", two),
        ("a,b\r\n1,2\r\n3,4", two),
        ("a,b\r1,2\r3,4\r", two),
        ("\u{FEFF}a,b\n1,2\n3,4\n", two),
        ("a;b\n1;2\n3;4\n", two),
        ("a\tb\n1\t2\n3\t4\n", two),
        ("\n\na,b\n\n1,2\n\n3,4\n\n", two),
        ("\"a\",\"b\"\n\"1\",\"2\"\n3,4\n", two),
        ("1,2\n3,4\n", DataTable([("x1", .numbers([1, 3])), ("x2", .numbers([2, 4]))])),
        ("a\n\"x,y\"\n\"say \"\"no\"\"\"\n\"two\nlines\"\n", DataTable([("a", .texts(["x,y", "say \"no\"", "two\nlines"]))])),
        ("a\n\"x\r\ny\"\n", DataTable([("a", .texts(["x\r\ny"]))])),
        ("a,b\nx\"y,z\n", DataTable([("a", .texts(["x\"y"])), ("b", .texts(["z"]))])),
        ("a,b\n x ,y\n", DataTable([("a", .texts([" x "])), ("b", .texts(["y"]))])),
        ("a,b\n", DataTable([("a", .numbers([])), ("b", .numbers([]))])),
        ("a,a,,a_2\n1,2,3,4\n", DataTable([("a", .numbers([1])), ("a_3", .numbers([2])), ("x3", .numbers([3])), ("a_2", .numbers([4]))])),
        ("标签,σ\n一,2\n", DataTable([("标签", .texts(["一"])), ("σ", .numbers([2]))])),
        ("a;b\n1,5;2\n", DataTable([("a", .texts(["1,5"])), ("b", .numbers([2]))])),
        // A one-column file keeps the gap between its rows, and no row is made of the blank lines at its end.
        ("a\n1\n\n2\n\n", DataTable([("a", .numbers([1, 0, 2], missing: [false, true, false]))])),
    ]
    for (text, table) in cases { #expect(try csv(text) == table, "\(text.debugDescription)") }
}

@Test func columnsGetTheTypeOfAllTheirFields() throws {
    let cases: [(fields: [String], column: Column)] = [
        (["1", "-2.5", "+3e2", ".5", "5."], .numbers([1, -2.5, 300, 0.5, 5])),
        (["inf", "-Inf", "1"], .numbers([.infinity, -.infinity, 1])),
        (["1", "", "NA", "NaN", "?", "2"], .numbers([1, 0, 0, 0, 0, 2], missing: [false, true, true, true, true, false])),
        (["NA", "NA"], .numbers([0, 0], missing: [true, true])),
        (["1", "\"\"", "2"], .numbers([1, 0, 2], missing: [false, true, false])),
        (["true", "FALSE", "NA"], .booleans([true, false, false], missing: [false, false, true])),
        (["true", "1"], .texts(["true", "1"])),
        (["0123", "45"], .texts(["0123", "45"])),
        (["00"], .texts(["00"])),
        (["0", "0.5", "-0.5"], .numbers([0, 0.5, -0.5])),
        (["a", "NA", "\"NA\"", "\"\"", "?"], .texts(["a", nil, "NA", "", nil])),
        (["nan", "n/a"], .texts(["nan", "n/a"])),
        (["1e", "1"], .texts(["1e", "1"])),
        (["0x10"], .texts(["0x10"])),
        (["1_000"], .texts(["1_000"])),
        (["-"], .texts(["-"])),
        (["."], .texts(["."])),
        (["2020-01-01"], .texts(["2020-01-01"])),
        (
            ["1.7976931348623157e308", "5e-324", "0.1", "123456789012345678"],
            .numbers([.greatestFiniteMagnitude, 5e-324, 0.1, 123_456_789_012_345_678])
        ),
    ]
    for (fields, column) in cases {
        let table = try csv("name,last\n" + fields.map { "\($0),z\n" }.joined())
        #expect(table.columns[0] == column, "\(fields)")
    }
}

@Test func decimalsAreCorrectlyRounded() throws {
    var random = SplitMix(state: 7)
    for _ in 0..<20_000 {
        let digits = String(random.next() % (random.next() % 2 == 0 ? 1_000_000 : UInt64.max / 2) + 1)
        let exponent = Int(random.next() % 80) - 40
        let text = random.next() % 2 == 0 ? "\(digits)e\(exponent)" : "\(digits.prefix(1)).\(digits.dropFirst())0e\(exponent)"
        let read = Array(text.utf8).withUnsafeBufferPointer { decimalNumber($0) }
        #expect(read == Double(text), "\(text)")
    }
}

@Test func aBrokenTableNamesItsLine() {
    let cases: [(bytes: [UInt8], line: Int?, words: String)] = [
        (Array("a,b\n1,2\n3\n".utf8), 3, "1 field, and the first row has 2"),
        (Array("a,b\n\"x\ny\",2\n3,4,5\n".utf8), 4, "3 fields"),
        (Array("a,b\r\n1,2\r\n3,4,5\r\n".utf8), 3, "3 fields"),
        (Array("a,b\n1,\"2\n3,4\n".utf8), 2, "never closed"),
        (Array("a,b\n1,\"2\"x\n".utf8), 2, "closing quote"),
        (Array("a,b\n1,2\n".utf8) + [0x63, 0xE9, 0x0A], 3, "0xE9"),
        (Array("a\n1\n\u{0}\n".utf8), 3, "zero byte"),
        ([], nil, "empty"),
        (Array("\n\n".utf8), nil, "empty"),
        ([0xFF, 0xFE, 0x61, 0x00], nil, "UTF-16"),
    ]
    for (bytes, line, words) in cases {
        let error = #expect(throws: DatasetError.self) { try readCSV(bytes) }
        #expect(error?.line == line)
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    }
}

@Test func quotesInTabSeparatedTextMayBeText() throws {
    let table = try csv("a\tb\n\"well\" he said\t1\n\"open\t2\n\"a \"\"b\"\"\tc\"\t3\n\"\t4\n", tabs: true)
    #expect(table == DataTable([("a", .texts(["\"well\" he said", "\"open", "a \"b\"\tc", "\""])), ("b", .numbers([1, 2, 3, 4]))]))
}

@Test func tablesAreReadBackAsTheyWereWritten() throws {
    let table = DataTable([
        ("x", .numbers([0.1, -0.0, 1e15, 1e300, 0, -7], missing: [false, false, false, false, true, false])),
        ("flag, quoted", .booleans([true, false, true, true, false, true], missing: [false, true, false, false, false, false])),
        ("t", .texts(["plain", "a,b", "say \"no\"", "", nil, "NA"])),
        ("u", .texts(["two\nlines", " spaces ", "é 标签 😀", "?", "\r", "x"])),
    ])
    for delimiter in [UInt8(ascii: ","), UInt8(ascii: "\t")] {
        #expect(try readCSV(try writeCSV(table, delimiter: delimiter), delimiter: delimiter) == table)
    }
    let one = DataTable([("x", .numbers([1, 0], missing: [false, true]))])
    #expect(try readCSV(try writeCSV(one)) == one)
    let flat = try writeCSV(DataTable([("x", .numbers([1, 2.5, 3, 4], shape: [2])), ("y", .texts(["a", "b"]))]))
    #expect(String(decoding: flat, as: UTF8.self) == "x_0,x_1,y\n1,2.5,a\n3,4,b\n")
    #expect(throws: DatasetError.self) { try writeCSV(DataTable([("x", .sequences([[1], [1, 2]]))])) }
}
