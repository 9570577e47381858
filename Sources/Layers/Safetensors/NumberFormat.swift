import Diagnostics
import Graphs
import Tensors

/// How the numbers of a tensor lie in a file.
enum NumberFormat: String, CaseIterable {
    case f64 = "F64"
    case f32 = "F32"
    case f16 = "F16"
    case bf16 = "BF16"
    case i64 = "I64"
    case i32 = "I32"
    case i16 = "I16"
    case i8 = "I8"
    case u64 = "U64"
    case u32 = "U32"
    case u16 = "U16"
    case u8 = "U8"
    case bool = "BOOL"

    /// Bytes a number.
    var width: Int {
        switch self {
        case .f64, .i64, .u64: 8
        case .f32, .i32, .u32: 4
        case .f16, .bf16, .i16, .u16: 2
        case .i8, .u8, .bool: 1
        }
    }

    /// The tensor of some bytes, which are as many as the shape holds numbers of this width.
    ///
    /// Small floats become float32 and whole numbers int32, without loss.
    /// - Throws: where a whole number does not fit in int32.
    func tensor(_ bytes: ArraySlice<UInt8>, shape: [Int]) throws(Diagnostic) -> Tensor {
        switch self {
        case .f64: NumberFormat.floats(words(bytes) { Double(bitPattern: $0) }, shape, Elements.float64)
        case .f32: NumberFormat.floats(words(bytes) { Float(bitPattern: $0) }, shape, Elements.float32)
        case .f16: NumberFormat.floats(words(bytes) { Float(Float16(bitPattern: $0)) }, shape, Elements.float32)
        // The upper half of a float32.
        case .bf16: NumberFormat.floats(words(bytes) { (bits: UInt16) in Float(bitPattern: UInt32(bits) << 16) }, shape, Elements.float32)
        case .i64: try NumberFormat.whole(words(bytes) { (bits: Int64) in bits }, shape)
        case .i32: try NumberFormat.whole(words(bytes) { (bits: Int32) in bits }, shape)
        case .i16: try NumberFormat.whole(words(bytes) { (bits: Int16) in bits }, shape)
        case .i8: try NumberFormat.whole(words(bytes) { (bits: Int8) in bits }, shape)
        case .u64: try NumberFormat.whole(words(bytes) { (bits: UInt64) in bits }, shape)
        case .u32: try NumberFormat.whole(words(bytes) { (bits: UInt32) in bits }, shape)
        case .u16: try NumberFormat.whole(words(bytes) { (bits: UInt16) in bits }, shape)
        case .u8: try NumberFormat.whole(Array(bytes), shape)
        case .bool: Tensor(bytes.map { $0 != 0 }, shape: shape)
        }
    }

    private func words<Word: FixedWidthInteger & BitwiseCopyable, Number>(
        _ bytes: ArraySlice<UInt8>, _ number: (Word) -> Number
    ) -> [Number] {
        // A hot loop over millions of weights.
        bytes.withUnsafeBytes { raw in
            (0..<raw.count / width).map { number(Word(littleEndian: raw.loadUnaligned(fromByteOffset: $0 * width, as: Word.self))) }
        }
    }

    private static func floats<Number: BinaryFloatingPoint>(
        _ values: [Number], _ shape: [Int], _ elements: ([Number]) -> Elements
    ) -> Tensor {
        guard values.contains(where: \.isNaN) else { return Tensor(elements(values), shape: shape) }
        return Tensor(elements(values.map { $0.isNaN ? 0 : $0 }), shape: shape, missing: values.map(\.isNaN))
    }

    private static func whole<Number: FixedWidthInteger>(_ values: [Number], _ shape: [Int]) throws(Diagnostic) -> Tensor {
        var result = [Int32](repeating: 0, count: values.count)
        for (index, value) in values.enumerated() {
            guard let small = Int32(exactly: value) else {
                throw Diagnostic("holds \(value), and whole numbers are read from -2147483648 to 2147483647", help: "save it as F64")
            }
            result[index] = small
        }
        return Tensor(.int32(result), shape: shape)
    }

    /// Writes a tensor's numbers, each as wide as its type; gives their format.
    ///
    /// - Throws: where the type has no NaN and numbers are missing.
    static func append(_ tensor: Tensor, to bytes: inout [UInt8]) throws(Diagnostic) -> NumberFormat {
        let missing = tensor.missing
        func write<Number, Word: FixedWidthInteger>(_ values: [Number], _ word: (Number) -> Word, nan: Word?) {
            var words = values.map { word($0).littleEndian }
            if let missing, let nan { for index in words.indices where missing[index] { words[index] = nan.littleEndian } }
            words.withUnsafeBytes { bytes += $0 }
        }
        guard missing == nil || tensor.dtype.isFloat else {
            throw Diagnostic("has missing values, which no \(tensor.dtype.rawValue) can stand for", help: "`float64(x)` writes them as NaN")
        }
        switch tensor.elements {
        case .float64(let values):
            write(values, \.bitPattern, nan: Double.nan.bitPattern)
            return .f64
        case .float32(let values):
            write(values, \.bitPattern, nan: Float.nan.bitPattern)
            return .f32
        case .int32(let values):
            write(values, { $0 }, nan: nil)
            return .i32
        case .bool(let values):
            write(values, { UInt8($0 ? 1 : 0) }, nan: nil)
            return .bool
        }
    }
}
