"""Notebooks run by nbclient and papermill, and what only a live kernel shows."""

import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import nbclient
import nbformat
from jupyter_client.manager import start_new_kernel
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

KERNEL = "latent-conformance"
SPEC = {"kernelspec": {"name": KERNEL, "display_name": "Latent", "language": "latent"}}


def notebook(*codes, tags=()):
    cells = [new_markdown_cell("# Title")] + [new_code_cell(code) for code in codes]
    if tags:
        cells[1].metadata["tags"] = list(tags)
    return new_notebook(cells=cells, metadata=dict(SPEC))


def texts(cell):
    return "".join(o.get("text", "") or o.get("data", {}).get("text/plain", "") for o in cell.outputs)


class Notebooks(unittest.TestCase):
    def test_nbclient_runs_a_notebook(self):
        book = notebook("x = 20 + 1", "print(x)\nx * 2", "for i in 0..<3 { print(i) }")
        nbclient.NotebookClient(book, timeout=60).execute()
        nbformat.validate(book)
        self.assertEqual(texts(book.cells[2]), "21\n42")
        self.assertEqual(texts(book.cells[3]), "0\n1\n2\n")
        self.assertEqual([c.execution_count for c in book.cells[1:]], [1, 2, 3])

    def test_nbclient_stops_at_the_failing_cell(self):
        book = notebook("1", "no_such_name", "3")
        with self.assertRaises(nbclient.exceptions.CellExecutionError):
            nbclient.NotebookClient(book, timeout=60).execute()
        self.assertEqual(book.cells[3].outputs, [])

    def test_a_cell_that_runs_too_long_is_interrupted(self):
        book = notebook("kept = 5", "while true {}", "kept")
        client = nbclient.NotebookClient(book, timeout=2, interrupt_on_timeout=True, allow_errors=True)
        client.execute()
        self.assertEqual(book.cells[2].outputs[0].ename, "Interrupted")
        self.assertEqual(texts(book.cells[3]), "5")

    def test_papermill_sets_parameters(self):
        with tempfile.TemporaryDirectory() as folder:
            source, target = pathlib.Path(folder, "in.ipynb"), pathlib.Path(folder, "out.ipynb")
            nbformat.write(notebook('rate = 0.1\nname = "a"', "print(rate, name)", tags=["parameters"]), source)
            subprocess.run(
                [sys.executable, "-m", "papermill", "-l", "julia", "-k", KERNEL, "-p", "rate", "0.5", "-p", "name", "x y",
                 "--no-progress-bar", str(source), str(target)],
                check=True, capture_output=True,
            )
            book = nbformat.read(target, as_version=4)
            self.assertIn("0.5 x y", texts(book.cells[-1]))


class Life(unittest.TestCase):
    def setUp(self):
        self.manager, self.client = start_new_kernel(kernel_name=KERNEL)

    def tearDown(self):
        self.client.stop_channels()
        if self.manager.has_kernel:
            self.manager.shutdown_kernel(now=True)

    def value(self, expression):
        reply = self.client.execute(expression, reply=True, timeout=30)
        return reply["content"]["status"]

    def test_interrupts_by_message_and_by_signal_keep_state(self):
        self.assertEqual(self.value("kept = 1"), "ok")
        for interrupt in (self.manager.interrupt_kernel, lambda: os.kill(self.manager.provisioner.process.pid, signal.SIGINT)):
            cell = self.client.execute("while true {}")
            time.sleep(0.5)
            interrupt()
            reply = self.client.get_shell_msg(timeout=5)
            self.assertEqual(reply["parent_header"]["msg_id"], cell)
            self.assertEqual(reply["content"]["ename"], "Interrupted")
            self.assertEqual(self.value("kept + 1"), "ok")

    def test_restart_forgets(self):
        self.assertEqual(self.value("kept = 1"), "ok")
        self.manager.restart_kernel(now=False)
        self.client.wait_for_ready(timeout=30)
        self.assertEqual(self.value("kept"), "error")

    def test_shutdown_ends_the_process(self):
        process = self.manager.provisioner.process
        self.manager.shutdown_kernel(now=False)
        self.assertIsNotNone(process.poll())

    def test_hundred_thousand_lines_arrive(self):
        lines = []

        def gather(message):
            if message["msg_type"] == "stream":
                lines.append(message["content"]["text"])

        self.client.execute_interactive("for i in 0..<100000 { print(i) }", output_hook=gather, timeout=120)
        self.assertEqual("".join(lines), "".join(f"{i}\n" for i in range(100_000)))

    def test_input_is_asked_for(self):
        shown = []
        self.client.execute_interactive(
            'print("hello " + input("name? "))', allow_stdin=True, timeout=30,
            stdin_hook=lambda message: self.client.input("Ada"),
            output_hook=lambda message: shown.append(message["content"].get("text", "")),
        )
        self.assertIn("hello Ada", "".join(shown))


if __name__ == "__main__":
    unittest.main()
