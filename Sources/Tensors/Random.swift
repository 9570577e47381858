/// Philox 4x32-10: ten rounds turn a counter of 128 bits and a key of 64 into 128 random bits.
///
/// Salmon, Moraes, Dror and Shaw, Parallel Random Numbers: As Easy as 1, 2, 3, SC 2011. Words are in the paper's order, lowest first.
@inline(__always)
func philox(_ counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
    var (c0, c1, c2, c3) = (counter[0], counter[1], counter[2], counter[3])
    var (k0, k1) = (key[0], key[1])
    for round in 0..<10 {
        if round > 0 {
            k0 &+= 0x9E37_79B9
            k1 &+= 0xBB67_AE85
        }
        let first = UInt64(c0) &* 0xD251_1F53
        let second = UInt64(c2) &* 0xCD9E_8D57
        (c0, c1, c2, c3) = (
            UInt32(truncatingIfNeeded: second >> 32) ^ c1 ^ k0, UInt32(truncatingIfNeeded: second),
            UInt32(truncatingIfNeeded: first >> 32) ^ c3 ^ k1, UInt32(truncatingIfNeeded: first)
        )
    }
    return [c0, c1, c2, c3]
}

/// The name of a stream of random numbers. Equal keys give equal streams; different keys, unrelated ones.
///
/// A key is a value without state: derive new ones by `split` and `folded` instead of using one twice.
public struct Key: Sendable, Hashable {
    /// Philox's key, and the upper half of its counter; the lower half counts blocks of the stream.
    let cipher: UInt64
    let stream: UInt64
    /// Where draws are recorded instead of made.
    public let trace: Trace?

    init(cipher: UInt64, stream: UInt64, trace: Trace? = nil) {
        (self.cipher, self.stream, self.trace) = (cipher, stream, trace)
    }

    public init(seed: UInt64) { self.init(cipher: seed, stream: 0) }

    /// The 128 bits of a key, by which a file keeps it.
    public var bits: (UInt64, UInt64) { (cipher, stream) }
    public init(bits: (UInt64, UInt64)) { self.init(cipher: bits.0, stream: bits.1) }

    /// The key of a draw that becomes a node of a trace: `Tensor.uniform` and its kin write it there. What draws numbers all the same gets
    /// them from a key of the trace's, and another one each time.
    public init(traced trace: Trace) {
        let key = trace.nextKey()
        self.init(cipher: key.cipher, stream: key.stream, trace: trace)
    }

    public static func == (a: Key, b: Key) -> Bool { a.cipher == b.cipher && a.stream == b.stream }
    public func hash(into hasher: inout Hasher) {
        hasher.combine(cipher)
        hasher.combine(stream)
    }

    /// The 128 bits of one block of the stream, as two words.
    @inline(__always)
    func block(_ index: UInt64) -> (UInt64, UInt64) {
        let words = philox(
            [
                UInt32(truncatingIfNeeded: index), UInt32(truncatingIfNeeded: index >> 32), UInt32(truncatingIfNeeded: stream),
                UInt32(truncatingIfNeeded: stream >> 32),
            ],
            key: [UInt32(truncatingIfNeeded: cipher), UInt32(truncatingIfNeeded: cipher >> 32)])
        return (UInt64(words[0]) | UInt64(words[1]) << 32, UInt64(words[2]) | UInt64(words[3]) << 32)
    }

    /// What a key is altered by before new keys are derived from it, so that derived keys are no draws of its stream.
    private enum Purpose: UInt64 {
        case split = 0x7370_6C69_7400_0000
        case fold = 0x666F_6C64_0000_0000
    }

    private func derived(_ index: UInt64, _ purpose: Purpose) -> Key {
        let (cipher, stream) = Key(cipher: cipher ^ purpose.rawValue, stream: stream).block(index)
        return Key(cipher: cipher, stream: stream, trace: trace)
    }

    /// Two independent keys.
    public func split() -> (Key, Key) { (derived(0, .split), derived(1, .split)) }

    /// n independent keys; the first ones do not depend on n.
    public func split(_ n: Int) -> [Key] { (0..<max(0, n)).map { derived(UInt64($0), .split) } }

    /// The key for one of many numbered uses: a chain, a step, an example.
    public func folded(_ n: UInt64) -> Key { derived(n, .fold) }

    /// Draws of this key's stream, one after the other.
    public func generator() -> Generator { Generator(self) }
}

/// Draws of one key's stream, one after the other.
public struct Generator: RandomNumberGenerator, Sendable {
    let key: Key
    private var index: UInt64 = 0
    private var second: UInt64?

    init(_ key: Key) { self.key = key }

    public mutating func next() -> UInt64 {
        if let word = second {
            second = nil
            return word
        }
        let (word, other) = key.block(index)
        index &+= 1
        second = other
        return word
    }

    /// Uniform on the open interval from 0 to 1.
    public mutating func uniform() -> Double { openUniform(next()) }

    /// Normal with mean 0 and standard deviation 1.
    public mutating func normal() -> Double { normalQuantile(uniform()) }

    /// A whole number from 0 to n - 1, each equally likely; 0 where n is below 1.
    ///
    /// Lemire, Fast Random Integer Generation in an Interval, 2019.
    public mutating func below(_ n: Int) -> Int {
        guard n > 1 else { return 0 }
        let bound = UInt64(n)
        var product = next().multipliedFullWidth(by: bound)
        if product.low < bound {
            let threshold = (0 &- bound) % bound
            while product.low < threshold { product = next().multipliedFullWidth(by: bound) }
        }
        return Int(product.high)
    }

    /// The numbers from 0 to n - 1 in random order (Fisher and Yates).
    public mutating func permutation(_ n: Int) -> [Int] { shuffled(Array(0..<max(0, n))) }

    /// The values in random order.
    public mutating func shuffled<T>(_ values: [T]) -> [T] {
        var values = values
        for i in stride(from: values.count - 1, to: 0, by: -1) { values.swapAt(i, below(i + 1)) }
        return values
    }
}

/// The midpoint of one of 2^52 equal cells, so that neither 0 nor 1 comes up.
@inline(__always)
func openUniform(_ word: UInt64) -> Double { (Double(word >> 12) + 0.5) * 0x1p-52 }

/// Independent draws, uniform on the open interval from 0 to 1: element i is draw i of the key's generator.
public func uniform(_ count: Int, _ key: Key) -> [Double] { filled(count) { $0.uniform(key) } }

/// Independent normal draws, mean 0 and standard deviation 1: element i is draw i of the key's generator.
public func normal(_ count: Int, _ key: Key) -> [Double] { filled(count, work: 16) { $0.normal(key) } }

/// Independent gamma draws with rate 1, never 0, or their logarithms: element i has shape `shapes[i % shapes.count]`, above 0 and finite.
public func gamma(_ count: Int, shapes: [Double], _ key: Key, logs: Bool = false) -> [Double] {
    filled(count, work: 32) { $0.gamma(shapes, key, logs: logs) }
}

/// The keys that the draws of one cell use, in order: they depend on the session's seed, the cell's execution count and nothing else.
public struct RandomStream: Sendable {
    private var key: Key
    private var used: UInt64 = 0

    public init(seed: UInt64, cell: Int) {
        key = Key(seed: seed).folded(UInt64(bitPattern: Int64(cell)))
    }

    /// The key for the next draw.
    public mutating func next() -> Key {
        defer { used += 1 }
        return key.folded(used)
    }

    /// Starts again with another seed, as in a first cell.
    public mutating func reseed(_ seed: UInt64) { self = RandomStream(seed: seed, cell: 1) }
}
