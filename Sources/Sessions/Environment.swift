import Diagnostics
import Tensors

extension Session {
    /// Throws where a variable of the environment that Latent reads (`LATENT_CPU`) has a value that cannot be followed.
    ///
    /// Front ends ask before they begin, since a setting that is passed over in silence misleads.
    public static func checkEnvironment() throws(Diagnostic) { try Processor.check() }
}
