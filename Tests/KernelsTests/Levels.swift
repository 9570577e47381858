import Kernels
import Testing

/// The levels that this processor has, by name.
private let levels = [LK_BASELINE, LK_AVX2, LK_AVX512].filter {
    defer { lk_cpu_release() }
    return lk_cpu_force($0) != 0
}

/// Does the same at every level that this processor has.
func atEachLevel(_ body: (_ level: String) throws -> Void) rethrows {
    for level in levels {
        _ = lk_cpu_force(level)
        defer { lk_cpu_release() }
        try body(String(cString: lk_cpu_name(level)))
    }
}

/// The type that expected numbers are computed in: of more bits than any that the kernels compute in, where there is one.
#if arch(x86_64)
    typealias Wide = Float80
#else
    typealias Wide = Double
#endif

/// What the kernels compute in.
protocol Element: BinaryFloatingPoint where Exponent == Int {
    static var dtype: lk_dtype { get }
    static var name: String { get }
}
extension Float: Element {
    static var dtype: lk_dtype { LK_FLOAT32 }
    static var name: String { "float32" }
}
extension Double: Element {
    static var dtype: lk_dtype { LK_FLOAT64 }
    static var name: String { "float64" }
}

/// How far a result is from the true value, in units of the result type's last place there.
func ulps<T: Element>(_ got: T, from want: Wide, floor: Wide = 0) -> Wide {
    if got.isNaN || want.isNaN { return got.isNaN && want.isNaN ? 0 : .infinity }
    let nearest = T(want)
    if got == nearest { return 0.5 }  // or less
    if !got.isFinite || !nearest.isFinite {
        // At the edge of the range, infinity and the largest number are neighbours.
        let edge = Wide(T.greatestFiniteMagnitude)
        guard abs(want) < edge * (1 + 16 * Wide(T.ulpOfOne)), abs(Wide(got)) >= edge || want.isFinite, (got < 0) == (want < 0) else {
            return .infinity
        }
        return got.isFinite
            ? abs(Wide(got) - want) / Wide(T.greatestFiniteMagnitude.ulp) : (edge - abs(want)) / Wide(T.greatestFiniteMagnitude.ulp) + 1
    }
    let place = max(abs(nearest), T(floor), T.leastNormalMagnitude).ulp
    return abs(Wide(got) - want) / Wide(place)
}

/// Numbers that look random and are the same in every run.
struct Noise {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }
    mutating func word() -> UInt64 {
        // Steele, Lea and Flood's SplitMix64.
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
    mutating func below(_ count: Int) -> Int { Int(word() % UInt64(count)) }
    /// Between -1 and 1.
    mutating func number() -> Double { Double(Int64(bitPattern: word()) >> 11) / Double(1 << 52) }
    mutating func numbers<T: Element>(_ count: Int, scale: T = 1) -> [T] { (0..<count).map { _ in T(number()) * scale } }
}
