import Diagnostics
import Foundation
import Layers
import Tensors
import Testing

private func fixture(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: Bundle.module.bundleURL.appendingPathComponent("Fixtures/\(name).safetensors")))
}

/// A file with this header and so many bytes of numbers.
private func file(_ header: String, _ count: Int) -> [UInt8] {
    let header = Array(header.utf8)
    return (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) } + header + [UInt8](repeating: 0, count: count)
}

private func failure(_ bytes: [UInt8]) -> String {
    do throws(Diagnostic) {
        _ = try Safetensors(reading: bytes)
        return "no error"
    } catch { return error.message }
}

@Suite struct SafetensorsTests {
    /// The files were written by the safetensors package for Python from the numbers that stand in Fixtures/make.py.
    @Test func filesFromPythonAreRead() throws {
        let file = try Safetensors(reading: try fixture("types"))
        let half: [Float] = [0x1.998p-4, -65504, 0x1p-24, .infinity]
        let cases: [(String, Elements, [Int])] = [
            ("float64", .float64([0.1, -2.5, 1e300, .pi, 5e-324, -.infinity]), [2, 3]),
            ("float32", .float32([0.1, -2.5, .greatestFiniteMagnitude, .leastNonzeroMagnitude]), [4]), ("float16", .float32(half), [4]),
            ("int64", .int32([.min, .max, 0]), [3]), ("int32", .int32([.min, .max]), [2, 1]), ("int16", .int32([-32768, 32767]), [2]),
            ("int8", .int32([-128, 127]), [2]), ("uint64", .int32([0, .max]), [2]), ("uint32", .int32([0, .max]), [2]),
            ("uint16", .int32([0, 65535]), [2]), ("uint8", .int32([0, 255, 7]), [1, 1, 3]), ("bool", .bool([true, false, true]), [3]),
            ("number", .float32([42.5]), []), ("empty", .float32([]), [0, 3]),
        ]
        for (name, elements, shape) in cases {
            let tensor = try #require(file[name], "\(name)")
            #expect(same(tensor, Tensor(elements, shape: shape)), "\(name)")
        }
        let missing = try #require(file["layer.0.标签"])
        #expect(missing.missing == [true, false] && missing.double(at: 1) == 1)
        #expect(file.tensors.count == cases.count + 1)
        #expect(file.metadata.map { "\($0.name): \($0.text)" }.sorted() == ["origin: numpy", "quote: a \"b\""])
        let upper = try Safetensors(reading: try fixture("bfloat16"))["b"]
        #expect(same(try #require(upper), Tensor(.float32([1, -2.5, 3.140625]), shape: [3])))
        #expect(failure(try fixture("wide")).hasPrefix("steps holds 2147483648"))
    }

    private func same(_ a: Tensor, _ b: Tensor) -> Bool { a.dtype == b.dtype && a.shape == b.shape && a.doubles == b.doubles }

    /// The bytes follow from the format's description: widest first, the header padded with spaces to a multiple of 8.
    @Test func bytesAreAsTheFormatSays() throws {
        let bytes = try Safetensors(
            [
                ("m", Tensor([true, false])), ("i", Tensor(.int32([-2]), shape: [1])),
                ("w", Tensor([1, 0], shape: [1, 2], missing: [false, true])),
            ], metadata: [("by", "latent")]
        ).encoded()
        let header =
            #"{"__metadata__":{"by":"latent"},"m":{"dtype":"BOOL","shape":[2],"data_offsets":[20,22]},"#
            + #""i":{"dtype":"I32","shape":[1],"data_offsets":[16,20]},"w":{"dtype":"F64","shape":[1,2],"data_offsets":[0,16]}}"#
        let padded = Array(header.utf8) + [UInt8](repeating: 0x20, count: (8 - header.utf8.count % 8) % 8)
        let numbers: [UInt8] = [0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 0, 0, 0, 0, 0, 0, 0xF8, 0x7F, 0xFE, 0xFF, 0xFF, 0xFF, 1, 0]
        #expect(bytes == [UInt8(padded.count), 0, 0, 0, 0, 0, 0, 0] + padded + numbers)
        #expect(try Safetensors(reading: bytes).tensors.map(\.name) == ["m", "i", "w"])
    }

    @Test func whatIsWrittenReadsBack() throws {
        let file = try Safetensors(reading: try fixture("types"))
        let again = try Safetensors(reading: try file.encoded())
        for ((name, tensor), other) in zip(file.tensors, again.tensors) {
            #expect(name == other.name && same(tensor, other.tensor) && tensor.missing == other.tensor.missing, "\(name)")
        }
        #expect(again.tensors.count == file.tensors.count && again.metadata.map(\.text) == file.metadata.map(\.text))
        #expect(try Safetensors(reading: try Safetensors([]).encoded()).tensors.isEmpty)
        for names in [["a", "a"], ["__metadata__"]] {
            #expect(throws: Diagnostic.self) { try Safetensors(names.map { ($0, Tensor(1)) }) }
        }
        #expect(throws: Diagnostic.self) { try Safetensors([("a", Tensor([true], shape: [1], missing: [true]))]).encoded() }
    }

    @Test func damagedFilesAreRefused() throws {
        func one(_ dtype: String, _ shape: String, _ offsets: String) -> String {
            #"{"a":{"dtype":"\#(dtype)","shape":\#(shape),"data_offsets":\#(offsets)}}"#
        }
        func two(_ first: String, _ second: String) -> String {
            #"{"a":{"dtype":"U8","shape":[4],"data_offsets":\#(first)},"b":{"dtype":"U8","shape":[4],"data_offsets":\#(second)}}"#
        }
        let whole = file(one("F32", "[2]", "[0,8]"), 8)
        let large = (0..<8).map { UInt8(truncatingIfNeeded: 100_000_001 >> (8 * $0)) } + [UInt8](repeating: 0x20, count: 64)
        let cases: [([UInt8], String)] = [
            ([], "begins with 8 bytes"), ([0, 0, 0], "begins with 8 bytes"), (Array(whole.prefix(30)), "ends inside its header"),
            ([UInt8](repeating: 0xFF, count: 16), "no safetensors file"), (large, "no safetensors file"),
            (Array(whole.dropLast()), "tells of 8 bytes"), (whole + [0], "tells of 8 bytes"), (file("", 0), "not JSON"),
            (file("[]", 0), "no JSON object"), (file(" {}", 0), "no JSON object"), (file("{}", 1), "tells of 0 bytes"),
            (file("{\"\u{1}\":1}", 0), "not JSON"), (file(String(repeating: "[", count: 100_000), 0), "not JSON"),
            (file(two("[0,4]", "[2,6]"), 6), "b overlaps"), (file(two("[0,4]", "[0,4]"), 4), "b overlaps"),
            (file(two("[0,4]", "[6,10]"), 10), "b leaves a gap"), (file(two("[1,5]", "[5,9]"), 9), "a leaves a gap"),
            (file(one("F32", "[2]", "[8,0]"), 8), "a start and an end"), (file(one("F32", "[2]", "[0]"), 8), "a start and an end"),
            (file(one("F32", "[2]", "[-8,0]"), 8), "whole numbers"), (file(one("F32", "[2]", "[0,8e0]"), 8), "whole numbers"),
            (file(one("F32", "[2]", "[0,99999999999999999999]"), 8), "whole numbers"), (file(one("F32", "2", "[0,8]"), 8), "whole numbers"),
            (file(one("F32", "[3]", "[0,8]"), 8), "takes 12 bytes"), (file(one("F64", "[2]", "[0,8]"), 8), "takes 16 bytes"),
            (file(one("F32", "[4294967296,4294967296]", "[0,8]"), 8), "would not fit"),
            (file(one("F32", "[0,4294967296,4294967296]", "[0,0]"), 0), "would not fit"),
            (file(one("F32", "[\((0..<65).map { _ in "1" }.joined(separator: ","))]", "[0,4]"), 4), "65 axes"),
            (file(one("F8_E4M3", "[8]", "[0,8]"), 8), "the type F8_E4M3"), (file(#"{"a":1}"#, 0), "no dtype"),
            (file(#"{"a":{"dtype":"U8","shape":[0]}}"#, 0), "no data_offsets"),
            (file(#"{"a":{"dtype":"U8","dtype":"I8","shape":[0],"data_offsets":[0,0]}}"#, 0), "more than one dtype"),
            (
                file(#"{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}"#, 0),
                "two tensors"
            ),
            (file(#"{"__metadata__":{"a":1}}"#, 0), "must hold strings"), (file(#"{"__metadata__":3}"#, 0), "must hold strings"),
            (file(#"{"__metadata__":{},"__metadata__":{}}"#, 0), "twice"),
        ]
        for (bytes, message) in cases { #expect(failure(bytes).contains(message), "\(message): \(failure(bytes))") }
        #expect(failure(file(two("[4,8]", "[0,4]"), 8)) == "no error")
    }

    /// Bytes changed, removed, put in and cut: read or refused, never a crash.
    @Test func mutatedFilesNeverCrash() throws {
        let originals = [try fixture("types"), try fixture("bfloat16")]
        var generator = Key(seed: 1).generator()
        var (read, refused) = (0, 0)
        for round in 0..<6000 {
            var bytes = originals[round % 2]
            for _ in 0...generator.below(3) {
                // The header is where it matters.
                let place = generator.below(min(bytes.count, generator.below(4) == 0 ? bytes.count : 900))
                switch generator.below(5) {
                case 0: bytes[place] = UInt8(truncatingIfNeeded: generator.next())
                case 1: bytes[place] ^= 1 << UInt8(generator.below(8))
                case 2: bytes.insert(Array("0123456789[]{}\",:-eU".utf8)[generator.below(20)], at: place)
                case 3: bytes.removeSubrange(place..<min(bytes.count, place + 1 + generator.below(4)))
                default: bytes[place] = Array("0123456789".utf8)[generator.below(10)]
                }
            }
            do throws(Diagnostic) {
                for (_, tensor) in try Safetensors(reading: bytes).tensors { #expect(tensor.count == tensor.doubles.count) }
                read += 1
            } catch { refused += 1 }
        }
        #expect(read > 100 && refused > 3000)
    }
}
