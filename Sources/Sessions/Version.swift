extension Session {
    /// The version of Latent, as `latent --version` and the kernel state it.
    public static let version = "0.1.0"
}
