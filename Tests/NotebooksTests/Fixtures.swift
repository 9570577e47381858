import Datasets
import Diagnostics
import Displays
import Sessions
import Synchronization

@testable import Notebooks

/// A notebook of Python as nbformat 5.11 writes it: text beyond ASCII, a key it does not know, numbers whose digits matter, four kinds of output.
let pythonNotebook = #"""
    {
     "cells": [
      {
       "cell_type": "markdown",
       "id": "md-1",
       "metadata": {},
       "source": [
        "# Title\n",
        "\n",
        "Text with é 标签 😀 and \"quotes\" \\ back/slash"
       ]
      },
      {
       "cell_type": "code",
       "execution_count": 3,
       "id": "code_2",
       "metadata": {
        "custom": {
         "unknown": null,
         "x": -0.0
        },
        "tags": [
         "parameters"
        ]
       },
       "outputs": [
        {
         "name": "stdout",
         "output_type": "stream",
         "text": [
          "a\n",
          "b\u001b[31mred\u001b[0m\n"
         ]
        },
        {
         "data": {
          "application/vnd.vegalite.v5+json": {
           "$schema": "x",
           "a": [],
           "b": {},
           "data": {
            "values": [
             1.0,
             2.5e-07,
             10000000000000000000
            ]
           }
          },
          "image/png": "iVBORw0KGgo=\n",
          "text/plain": [
           "<Figure>"
          ]
         },
         "metadata": {
          "image/png": {
           "width": 10
          }
         },
         "output_type": "display_data"
        },
        {
         "data": {
          "text/html": [
           "<b>\n",
           "1</b>"
          ],
          "text/plain": [
           "1.0"
          ]
         },
         "execution_count": 3,
         "metadata": {},
         "output_type": "execute_result"
        },
        {
         "ename": "E",
         "evalue": "bad\ttab",
         "output_type": "error",
         "traceback": [
          "l1",
          "l2 \u001b[0m"
         ]
        }
       ],
       "source": [
        "print('a')\n",
        "1.0"
       ]
      },
      {
       "cell_type": "raw",
       "id": "raw3",
       "metadata": {},
       "source": [
        "raw ",
        "sep"
       ]
      },
      {
       "cell_type": "code",
       "execution_count": null,
       "id": "e4",
       "metadata": {},
       "outputs": [],
       "source": []
      }
     ],
     "metadata": {
      "kernelspec": {
       "display_name": "Python 3",
       "language": "python",
       "name": "python3"
      },
      "language_info": {
       "name": "python"
      },
      "zeta": {
       "a": [
        100000.0,
        2.5
       ],
       "b": 1.0
      }
     },
     "nbformat": 4,
     "nbformat_minor": 5
    }
    """# + "\n"

/// Stands in for a session. A cell is lines of one word and its argument: `print`, `note`, `show ID`, `sized`, `update ID`, `value`, `fail`, `slow`, `stop`;
/// a line of another form, such as an assignment, does nothing.
final class Script: Evaluator {
    private let count = Atomic(0)
    private let interrupted = Atomic(false)
    /// The sources it was given.
    let seen = Mutex<[String]>([])

    func run(_ code: String, name: String?, silent: Bool, timeLimit: Double?, console: Console) -> Outcome {
        let number = count.add(1, ordering: .relaxed).newValue
        seen.withLock { $0.append(code) }
        console.send(.started(count: number))
        for line in code.split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 1).map(String.init)
            let rest = words.count > 1 ? words[1] : ""
            switch words[0] {
            case "print": console.send(.output(rest + "\n"))
            case "note": console.send(.note(rest))
            case "show": console.send(.display(bundle("shown"), id: rest.isEmpty ? nil : rest))
            case "sized":
                var picture = bundle("shown")
                picture.displaySize = (20, 10)
                console.send(.display(picture, id: nil))
            case "update": console.send(.update(bundle("updated"), id: rest))
            case "value": console.send(.result(MIMEBundle(text: rest), count: number))
            case "fail":
                let source = SourceText(name: name ?? "cell \(number)", text: code)
                let diagnostic = Diagnostic("it broke", at: Span(source, 0..<4), help: "mend it")
                console.send(.failed(diagnostic))
                return .failed(diagnostic)
            case "slow":
                guard let timeLimit else { return .finished }
                return .failed(Diagnostic("past \(timeLimit < 100)", kind: .timedOut))
            case "stop": return .failed(Diagnostic("stopped", kind: .interrupted))
            default: break
            }
        }
        return .finished
    }

    func interrupt() { interrupted.store(true, ordering: .relaxed) }
    var isInterrupted: Bool { interrupted.load(ordering: .relaxed) }

    private func bundle(_ text: String) -> MIMEBundle {
        MIMEBundle(text: text).adding(.png, .bytes([1, 2, 3])).adding(.terminal, .text("\u{1b}[1m" + text))
            .adding(MIMEType("application/vnd.vegalite.v5+json"), .text("{\"b\":1.0,\"a\":[]}"))
    }
}

/// What was printed, by stream.
final class Paper: Sendable {
    private let text = Mutex((output: "", error: ""))
    var output: String { text.withLock { $0.output } }
    var error: String { text.withLock { $0.error } }

    func printer(quiet: Bool = false, isTerminal: Bool = false) -> Printer {
        Printer(quiet: quiet, isTerminal: isTerminal) { stream, new in
            self.text.withLock { text in
                switch stream {
                case .output: text.output += new
                case .error: text.error += new
                }
            }
        }
    }
}
