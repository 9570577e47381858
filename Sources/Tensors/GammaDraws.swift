import Glibc

extension Generator {
    /// The logarithm of a gamma draw with rate 1, which for small shapes may be far below what a number can hold.
    ///
    /// Marsaglia and Tsang, A Simple Method for Generating Gamma Variables, 2000.
    public mutating func logGamma(_ shape: Double) -> Double {
        if shape < 1 { return logGamma(shape + 1) + log(uniform()) / shape }
        let d = shape - 1.0 / 3
        let c = 1 / (9 * d).squareRoot()
        while true {
            let x = normal()
            let root = 1 + c * x
            guard root > 0 else { continue }
            let v = root * root * root
            if log(uniform()) < 0.5 * x * x + d - d * v + d * log(v) { return log(d) + log(v) }
        }
    }

    /// Gamma with rate 1; never 0.
    public mutating func gamma(_ shape: Double) -> Double { Swift.max(exp(logGamma(shape)), 0x1p-1022) }
}

extension Key {
    /// The logarithm of one of many gamma draws with rate 1, each with blocks of the stream for itself: block `index` and, where t attempts were
    /// refused, `index` + t 2^48, a normal and a uniform number; for shapes below 1 also `index` + 2^63.
    func logGamma(_ shape: Double, at index: Int) -> Double {
        let d = (shape < 1 ? shape + 1 : shape) - 1.0 / 3
        let c = 1 / (9 * d).squareRoot()
        var v = 1.0
        // One attempt of twenty is refused at most.
        for attempt in 0..<UInt64(64) {
            let (first, second) = block(UInt64(index) &+ attempt << 48)
            let x = normalQuantile(openUniform(first))
            let root = 1 + c * x
            v = root * root * root
            if v > 0, log(openUniform(second)) < 0.5 * x * x + d * (1 - v + log(v)) { break }
        }
        return log(d * v) + (shape < 1 ? log(openUniform(block(UInt64(index) &+ 1 << 63).1)) / shape : 0)
    }

    /// The same draw as a number; never 0.
    func gamma(_ shape: Double, at index: Int) -> Double { Swift.max(exp(logGamma(shape, at: index)), 0x1p-1022) }
}
