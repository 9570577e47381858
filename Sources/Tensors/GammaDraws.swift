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
