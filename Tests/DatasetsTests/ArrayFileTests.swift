import Foundation
import Testing

@testable import Datasets

/// Bytes written in base64, in which the files below are kept.
private func bytes(_ base64: String) -> [UInt8] { Data(base64Encoded: base64).map(Array.init) ?? [] }

private func colour(row: Int, column: Int, channel: Int) -> UInt8 { UInt8(truncatingIfNeeded: 37 * row + 11 * column + 71 * channel) }
private func grey(row: Int, column: Int) -> UInt8 { UInt8(truncatingIfNeeded: 40 * row + 7 * column) }
private let palette: [[UInt8]] = [[0, 0, 0], [255, 0, 0], [0, 255, 0], [0, 0, 255]]

/// Pictures that Pillow writes, or reads the same; the values are those that the arrays were made of.
private let pictures: [(base64: String, array: DataArray)] = [
    // Five rows, each with another filter.
    (
        "iVBORw0KGgoAAAANSUhEUgAAAAQAAAAFCAIAAADtz9qMAAAAMElEQVR42mNgcO/jDpopFrtEMWM9o2rOZm4YYFJFAsxeeRMlQGAGELEABbi5VSHKALnlC5XPcdZGAAAAAElFTkSuQmCC",
        DataArray(.bytes((0..<60).map { colour(row: $0 / 12, column: $0 / 3 % 4, channel: $0 % 3) }), shape: [5, 4, 3])
    ),
    (
        "iVBORw0KGgoAAAANSUhEUgAAAAUAAAADCAAAAAB+XZokAAAAGklEQVR4nGNkYGdnZ2fUYGdnZ2fRYGdnZwcABZIAq/80bGsAAAAASUVORK5CYII=",
        DataArray(.bytes((0..<15).map { grey(row: $0 / 5, column: $0 % 5) }), shape: [3, 5])
    ),
    (
        "iVBORw0KGgoAAAANSUhEUgAAAAUAAAADAQAAAABzTfhVAAAADklEQVR4nGOYwKDApAEAA2IA2zIzbjMAAAAASUVORK5CYII=",
        DataArray(.bytes([255, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 255]), shape: [3, 5])
    ),
    (
        "iVBORw0KGgoAAAANSUhEUgAAAAUAAAADAgMAAAAmWC1rAAAADFBMVEUAAAD/AAAA/wAAAP+bwBPcAAAAEUlEQVR4nGOwZGBiYGBiYAAAAeMAPj0rUqkAAAAASUVORK5CYII=",
        DataArray(
            .bytes((0..<15).flatMap { palette[Int(grey(row: $0 / 5, column: $0 % 5)) % 4] }),
            shape: [3, 5, 3])
    ),
    (
        "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAYAAABytg0kAAAAFUlEQVR4nGNkYGA/waDBwMhixAABAA8bATDr8+qtAAAAAElFTkSuQmCC",
        DataArray(.bytes([0, 0, 7, 200, 0, 40, 7, 201, 50, 0, 7, 200, 50, 40, 7, 201]), shape: [2, 2, 4])
    ),
    // Sixteen bits: 0, 128, 256, 65535, 32768.
    (
        "iVBORw0KGgoAAAANSUhEUgAAAAUAAAABEAAAAABjBedsAAAAE0lEQVR4nGNgYGBoYGT4/7+BAQALigMAnDrCeAAAAABJRU5ErkJggg==",
        DataArray(.bytes([0, 0, 1, 255, 128]), shape: [1, 5])
    ),
]

@Test func picturesAreReadAsTheyWereMade() throws {
    for (base64, array) in pictures { #expect(try decode(bytes(base64), name: "a.png") == .array(array)) }
}

/// Arrays that NumPy saves: 0 to 5 in two rows, halved or negated.
private let arrays: [(base64: String, array: DataArray)] = [
    (
        "k05VTVBZAQB2AHsnZGVzY3InOiAnPGY4JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAAAAAAAAAAAAAAOA/AAAAAAAA8D8AAAAAAAD4PwAAAAAAAABAAAAAAAAABEA=",
        DataArray(.doubles([0, 0.5, 1, 1.5, 2, 2.5]), shape: [2, 3])
    ),
    (
        "k05VTVBZAQB2AHsnZGVzY3InOiAnPmY4JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAAAAAAD/gAAAAAAAAP/AAAAAAAAA/+AAAAAAAAEAAAAAAAAAAQAQAAAAAAAA=",
        DataArray(.doubles([0, 0.5, 1, 1.5, 2, 2.5]), shape: [2, 3])
    ),
    (
        "k05VTVBZAQB2AHsnZGVzY3InOiAnPGY0JywgJ2ZvcnRyYW5fb3JkZXInOiBUcnVlLCAnc2hhcGUnOiAoMiwgMyksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAAADAPwAAAD8AAABAAACAPwAAIEA=",
        DataArray(.floats([0, 0.5, 1, 1.5, 2, 2.5]), shape: [2, 3])
    ),
    (
        "k05VTVBZAQB2AHsnZGVzY3InOiAnfHUxJywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAQIDBAU=",
        DataArray(.bytes([0, 1, 2, 3, 4, 5]), shape: [2, 3])
    ),
    (
        "k05VTVBZAQB2AHsnZGVzY3InOiAnPGk4JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAAAAAAP///////////v/////////9//////////z/////////+/////////8=",
        DataArray(.doubles([0, -1, -2, -3, -4, -5]), shape: [2, 3])
    ),
    (
        "k05VTVBZAQB2AHsnZGVzY3InOiAnfGIxJywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoBAAEAAQA=",
        DataArray(.booleans([true, false, true, false, true, false]), shape: [2, 3])
    ),
    (
        "k05VTVBZAQB2AHsnZGVzY3InOiAnPGY4JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKCksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAAAAEQA==",
        DataArray(.doubles([2.5]), shape: [])
    ),
    (
        "k05VTVBZAQB2AHsnZGVzY3InOiAnPGkyJywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAP///v/9//z/+/8=",
        DataArray(.doubles([0, -1, -2, -3, -4, -5]), shape: [2, 3])
    ),
    (
        "k05VTVBZAQB2AHsnZGVzY3InOiAnPHU0JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAAQAAAAIAAAADAAAABAAAAAUAAAA=",
        DataArray(.doubles([0, 1, 2, 3, 4, 5]), shape: [2, 3])
    ),
]

private let archives = [
    "UEsDBC0AAAAAAAAAIQA8EQPJ//////////8FABQAYS5ucHkBABAAsAAAAAAAAACwAAAAAAAAAJNOVU1QWQEAdgB7J2Rlc2NyJzogJzxmOCcsICdmb3J0cmFuX29yZGVyJzogRmFsc2UsICdzaGFwZSc6ICgyLCAzKSwgfSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAKAAAAAAAAAAAAAAAAAADgPwAAAAAAAPA/AAAAAAAA+D8AAAAAAAAAQAAAAAAAAARAUEsDBC0AAAAAAAAAIQB+ntfP//////////8FABQAYi5ucHkBABAAhgAAAAAAAACGAAAAAAAAAJNOVU1QWQEAdgB7J2Rlc2NyJzogJ3x1MScsICdmb3J0cmFuX29yZGVyJzogRmFsc2UsICdzaGFwZSc6ICgyLCAzKSwgfSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAKAAECAwQFUEsBAi0DLQAAAAAAAAAhADwRA8mwAAAAsAAAAAUAAAAAAAAAAAAAAIABAAAAAGEubnB5UEsBAi0DLQAAAAAAAAAhAH6e18+GAAAAhgAAAAUAAAAAAAAAAAAAAIAB5wAAAGIubnB5UEsFBgAAAAACAAIAZgAAAKQBAAAAAA==",
    "UEsDBC0AAAAIAAAAIQA8EQPJ//////////8FABQAYS5ucHkBABAAsAAAAAAAAABYAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG6TZqGuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GkY6CsaaOgq1CmQDLgYU8MAeQn+A0j+gNIMDhGJxAABQSwMELQAAAAgAAAAhAH6e18///////////wUAFABiLm5weQEAEACGAAAAAAAAAEwAAAAAAAAAm+wX6hsQychQxlCtnpJanFykbqWgXlNqqK6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkaRjoKxpo6CrUKZAMuBkYmZhZWAFBLAQItAy0AAAAIAAAAIQA8EQPJWAAAALAAAAAFAAAAAAAAAAAAAACAAQAAAABhLm5weVBLAQItAy0AAAAIAAAAIQB+ntfPTAAAAIYAAAAFAAAAAAAAAAAAAACAAY8AAABiLm5weVBLBQYAAAAAAgACAGYAAAASAQAAAAA=",
]

@Test func numPyArraysAreReadAsTheyWereSaved() throws {
    for (base64, array) in arrays { #expect(try decode(bytes(base64), name: "a") == .array(array)) }
    for base64 in archives {
        #expect(
            try decode(bytes(base64), name: "a.npz")
                == .record([
                    .init("a", .array(DataArray(.doubles([0, 0.5, 1, 1.5, 2, 2.5]), shape: [2, 3]))),
                    .init("b", .array(DataArray(.bytes([0, 1, 2, 3, 4, 5]), shape: [2, 3]))),
                ]))
    }
    // An array of text.
    let text =
        "k05VTVBZAQB2AHsnZGVzY3InOiAnPFUxJywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDEsKSwgfSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAphAAAA"
    let error = #expect(throws: DatasetError.self) { try readNPY(bytes(text)) }
    #expect(error?.message.contains("`<U1`") == true)
}

@Test func numPyHeadersAreNotBelieved() {
    func npy(_ header: String, _ payload: [UInt8] = []) -> [UInt8] {
        [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8) + payload
    }
    let shapes = ["(4611686018427387904, 4)", "(3,)", "(-1,)", "(a,)", "(1000000000000,)"]
    for shape in shapes {
        #expect(throws: DatasetError.self) { try readNPY(npy("{'descr': '<f8', 'fortran_order': True, 'shape': \(shape), }", [0, 0])) }
    }
    #expect(throws: DatasetError.self) { try readNPY(npy("{'descr': '<f8'}")) }
    // Nothing in it, however long its first axis.
    let empty = npy("{'descr': '<f8', 'fortran_order': True, 'shape': (1099511627776, 0), }")
    #expect(throws: Never.self) { try readNPY(empty) }
}

@Test func mutatedPicturesAndArraysNeverCrash() {
    var random = SplitMix(state: 99)
    var read = 0
    for base64 in pictures.map(\.base64) + arrays.map(\.base64) + archives {
        let whole = bytes(base64)
        for _ in 0..<1000 {
            let mutant = random.mutated(whole)
            if (try? readPNG(mutant)) != nil { read += 1 }
            if (try? readNPY(mutant)) != nil { read += 1 }
            if (try? readNPZ(mutant)) != nil { read += 1 }
        }
    }
    #expect(read > 50 && read < 15_000)
}
