import Datasets
import Diagnostics
import Foundation

/// Where a kernel is installed.
public enum KernelLocation: Sendable {
    /// The user's Jupyter folder.
    case user
    /// `PREFIX/share/jupyter`.
    case prefix(String)
    /// The Python environment that is active.
    case environment

    /// The folder of Jupyter's data, as `jupyter --paths` names it.
    func dataDirectory(environment: [String: String]) throws(Diagnostic) -> String {
        func folder(_ variable: String) -> String? { environment[variable].flatMap { $0.isEmpty ? nil : $0 } }
        switch self {
        case .user:
            if let folder = folder("JUPYTER_DATA_DIR") { return folder }
            if let folder = folder("XDG_DATA_HOME") { return folder + "/jupyter" }
            guard let home = folder("HOME") else { throw Diagnostic("HOME is not set", help: "say where to install with --prefix") }
            return home + "/.local/share/jupyter"
        case .prefix(let prefix): return prefix + "/share/jupyter"
        case .environment:
            guard let prefix = folder("VIRTUAL_ENV") ?? folder("CONDA_PREFIX") else {
                throw Diagnostic("no Python environment is active", help: "activate one, or say where to install with --prefix")
            }
            return prefix + "/share/jupyter"
        }
    }
}

/// Makes Latent a Jupyter kernel. What `latent kernel install` does.
///
/// - Parameters:
///   - name: the name under which Jupyter knows the kernel.
///   - executable: the absolute path of `latent`; the running program where it is nil.
/// - Returns: the folder that was written.
/// - Throws: where the name is not one that Jupyter accepts, or the folder cannot be written.
@discardableResult
public func installKernel(
    at location: KernelLocation = .user, name: String = "latent", executable: String? = nil,
    environment: [String: String] = ProcessInfo.processInfo.environment
) throws(Diagnostic) -> String {
    let isAccepted = name.utf8.allSatisfy { byte in
        byte < 0x80 && (Character(Unicode.Scalar(byte)).isLetter || Character(Unicode.Scalar(byte)).isNumber || "._-".utf8.contains(byte))
    }
    guard isAccepted, !name.isEmpty, name.contains(where: { $0 != "." }) else {
        throw Diagnostic("\"\(name)\" cannot be the name of a kernel", help: "use ASCII letters, digits, `.`, `_` and `-`")
    }
    guard let program = executable ?? (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) else {
        throw Diagnostic("the path of the running program cannot be found")
    }
    let folder = try location.dataDirectory(environment: environment) + "/kernels/" + name
    let files = [("kernel.json", kernelSpec(program: program, name: name).text(.init(indent: 1)) + "\n"), ("logo-svg.svg", logo)]
    do {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for (file, text) in files { try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/" + file), options: .atomic) }
    } catch {
        throw Diagnostic("\(folder) cannot be written: \(error.localizedDescription)", help: "say where to install with --prefix")
    }
    return folder
}

/// What Jupyter reads to start the kernel (Jupyter client documentation, "Kernel specs").
private func kernelSpec(program: String, name: String) -> JSONValue {
    [
        "argv": [.string(program), "kernel", "run", "-f", "{connection_file}"],
        "display_name": .string(name == "latent" ? "Latent" : "Latent (\(name))"),
        "language": "latent",
        "interrupt_mode": "message",
        "metadata": ["debugger": false],
    ]
}

/// A bell curve over its hidden axis.
private let logo = """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" width="64" height="64">
      <rect width="64" height="64" rx="12" fill="#1d3557"/>
      <path d="M6 48 C22 48 24 14 32 14 C40 14 42 48 58 48 Z" fill="#a8dadc" fill-opacity="0.35" stroke="#a8dadc" stroke-width="3" stroke-linejoin="round"/>
      <path d="M32 14 V48" stroke="#f1faee" stroke-width="2" stroke-dasharray="3 3"/>
      <circle cx="32" cy="48" r="3.5" fill="#e63946"/>
    </svg>

    """
