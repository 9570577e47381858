import ArgumentParser
import Foundation

/// Four scalar programs and their twins in CPython: workload 19 of the peers.
struct Interpreter: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Scalar code: Fibonacci, loops, a sieve, a growing string.")
    @OptionGroup var options: Options

    /// The programs, in Latent and in Python; each runs in a process of its own.
    private static let programs: [(name: String, latent: String, python: String)] = [
        (
            "fib", "fib(n) = if n < 2 { n } else { fib(n - 1) + fib(n - 2) }\nprint(fib(27))",
            "def fib(n):\n    return n if n < 2 else fib(n - 1) + fib(n - 2)\nprint(fib(27))"
        ),
        (
            "loops", "s = 0\nfor i in 0..<1500 { for j in 0..<1500 { s = s + (i * j) % 7 } }\nprint(s)",
            "s = 0\nfor i in range(1500):\n    for j in range(1500):\n        s = s + (i * j) % 7\nprint(s)"
        ),
        (
            "sieve",
            "n = 2000000\np = fill(true, n)\ni = 2\nwhile i * i < n {\n  if p[i] {\n    k = i * i\n    while k < n {\n      p[k] = false\n      k = k + i\n    }\n  }\n  i = i + 1\n}\nprint(sum(p) - 2)",
            "n = 2000000\np = [True] * n\ni = 2\nwhile i * i < n:\n    if p[i]:\n        k = i * i\n        while k < n:\n            p[k] = False\n            k = k + i\n    i = i + 1\nprint(sum(p) - 2)"
        ),
        (
            "strings", "s = \"\"\nfor i in 0..<200000 { s = s + str(i) + \",\" }\nprint(len(s))",
            "s = ''\nfor i in range(200000):\n    s = s + str(i) + ','\nprint(len(s))"
        ),
    ]

    func run() throws {
        for program in Self.programs {
            try compare(
                "interpreter", program.name, options, latent: ["-e", program.latent],
                peer: options.peers == nil ? nil : ("cpython", "python3", ["-c", program.python]))
        }
    }
}

/// From the shell to the first draw: workload 1 of the peers.
struct Startup: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "From the shell prompt to the first draws.")
    @OptionGroup var options: Options

    func run() throws {
        try compare(
            "startup", "first_draw", options, latent: ["-e", "sample(Normal(0, 1), 5)"],
            peer: options.peers == nil ? nil : ("python_bare", "python3", ["-c", "pass"]))
    }
}
