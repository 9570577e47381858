import Foundation
import Testing

@testable import Datasets

/// A fresh folder that is removed afterwards.
private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
}

@Test func filesAreLoadedByNameAndByContent() throws {
    try withFolder { folder in
        let table = DataTable([("a", .numbers([1, 2])), ("b", .texts(["x", "y"]))])
        try save(table, to: folder + "/a.csv")
        try save(table, to: folder + "/a.tsv")
        #expect(try load(folder + "/a.csv") == .table(table) && load(folder + "/a.tsv") == .table(table))
        let cases: [(name: String, bytes: [UInt8], value: Loaded)] = [
            ("b.csv.gz", gzipped(Array("a\n1\n".utf8)), .table(DataTable([("a", .numbers([1]))]))),
            ("poem.txt", Array("\u{FEFF}wörd\n".utf8), .text("wörd\n")),
            ("notes", Array("plain\n".utf8), .text("plain\n")),
            ("c.json", Array("{\"k\": 1.0}".utf8), .json(.object([.init("k", .number(text: "1.0"))]))),
            ("t10k-labels-idx1-ubyte", [0, 0, 8, 1, 0, 0, 0, 1, 7], .array(DataArray(.bytes([7]), shape: [1]))),
            ("data.bin", gzipped([0, 0, 8, 1, 0, 0, 0, 1, 7]), .array(DataArray(.bytes([7]), shape: [1]))),
        ]
        for (name, bytes, value) in cases {
            try Files.write(bytes, to: folder + "/" + name)
            #expect(try load(folder + "/" + name) == value, "\(name)")
        }
    }
}

@Test func filesThatCannotBeReadSayWhy() throws {
    try withFolder { folder in
        try Files.write(Array("a\n1\n".utf8), to: folder + "/iris.csv")
        try Files.write(Array("a,b\n1\n".utf8), to: folder + "/bad.csv")
        try Files.write(Array("{\n\"a\": }".utf8), to: folder + "/bad.json")
        try Files.write([1, 0, 255], to: folder + "/bad")
        let missing = #expect(throws: DatasetError.self) { try load(folder + "/irs.csv") }
        #expect(missing?.unknown?.name == "irs.csv" && missing?.unknown?.candidates.contains("iris.csv") == true)
        let cases: [(name: String, line: Int?, words: String)] = [
            ("bad.csv", 2, "1 field"), ("bad.json", 2, "a value should stand here"), ("bad", nil, "neither"),
            ("no/iris.csv", nil, "the folder"), ("", nil, "folder"),
        ]
        for (name, line, words) in cases {
            let path = folder + "/" + name
            let error = #expect(throws: DatasetError.self) { try load(path) }
            #expect(
                error?.file == path && error?.line == line && error?.message.contains(words) == true,
                "\(error.map(String.init(describing:)) ?? "")")
        }
    }
}

@Test func writingIsOneStep() throws {
    try withFolder { folder in
        let path = folder + "/a.txt"
        try Files.write([65], to: path)
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
        try FileManager.default.createSymbolicLink(atPath: folder + "/link.txt", withDestinationPath: path)
        try Files.write([66], to: folder + "/link.txt")
        // The link is still a link, its file has the new content and its old permissions, and nothing else is left.
        #expect(try Files.read(path) == [66])
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o640)
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder + "/link.txt") == path)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["a.txt", "link.txt"])
        #expect(throws: DatasetError.self) { try Files.write([1], to: folder + "/no/a.txt") }
        #expect(throws: DatasetError.self) { try Files.write([1], to: folder) }
    }
}
