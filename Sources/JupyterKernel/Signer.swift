import CSodium

/// Signs messages with HMAC-SHA256 (RFC 2104) over their four JSON frames.
struct Signer: Sendable {
    private let key: [UInt8]

    /// - Parameter key: empty where messages are not signed.
    init(key: String) { self.key = Array(key.utf8) }

    /// The signature in lower-case hexadecimal digits; empty without a key.
    func signature(of frames: some Sequence<[UInt8]>) -> [UInt8] {
        guard !key.isEmpty else { return [] }
        var state = crypto_auth_hmacsha256_state()
        crypto_auth_hmacsha256_init(&state, key, key.count)
        for frame in frames { crypto_auth_hmacsha256_update(&state, frame, UInt64(frame.count)) }
        var digest = [UInt8](repeating: 0, count: Int(crypto_auth_hmacsha256_BYTES))
        crypto_auth_hmacsha256_final(&state, &digest)
        let digits = Array("0123456789abcdef".utf8)
        return digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    }

    /// Whether a signature is right, in time that does not depend on where it is wrong.
    func verify(_ signature: [UInt8], of frames: some Sequence<[UInt8]>) -> Bool {
        let expected = self.signature(of: frames)
        return signature.count == expected.count && sodium_memcmp(signature, expected, expected.count) == 0
    }
}

/// Sixteen random bytes in hexadecimal digits: what tells sessions and messages apart.
func uniqueIdentifier() -> String {
    var generator = SystemRandomNumberGenerator()
    let digits = String(UInt128(generator.next()) << 64 | UInt128(generator.next()), radix: 16)
    return String(repeating: "0", count: 32 - digits.count) + digits
}
