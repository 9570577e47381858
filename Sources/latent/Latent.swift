import Foundation
import Repl
import Sessions

@main struct Latent {
    static func main() {
        let a = CommandLine.arguments
        if a.count > 2, a[1] == "-e" { exit(runScript(a[2], name: "-e")) }
        if a.count > 1 { exit(runScript(try! String(contentsOfFile: a[1], encoding: .utf8), name: a[1])) }
        exit(Terminal().run())
    }
}
