"""Runs a notebook on the kernel under nbclient and checks what comes out: run_notebook.py LATENT"""
import os, subprocess, sys, tempfile

program = os.path.abspath(sys.argv[1])
folder = tempfile.mkdtemp()
os.environ.update(JUPYTER_DATA_DIR=folder, JUPYTER_RUNTIME_DIR=folder + "/runtime", JUPYTER_PATH="")

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

subprocess.run([program, "kernel", "install"], check=True, env=os.environ)


def execute(*cells):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    client = NotebookClient(notebook, kernel_name="latent", timeout=60)
    try:
        client.execute()
    except CellExecutionError:
        pass
    nbformat.validate(notebook)
    return notebook.cells


def check(condition, what):
    if not condition:
        sys.exit(f"failed: {what}")


cells = execute("x = 20 + 1", "print(\"hello\")\nx * 2", "sample(Normal(0, 1), 5).shape", "plot([1, 3, 2])")
check(cells[1].outputs[0].text == "hello\n", "printed text is a stream")
check(cells[1].outputs[1].data["text/plain"] == "42", "a value is a result")
check(cells[2].outputs[0].data["text/plain"] == "[5]", "draws")
check({"image/svg+xml", "image/png"} <= set(cells[3].outputs[0].data), "a chart is a picture")

cells = execute("a = 1", "b = a + nothing_here", "c = 3")
check(cells[1].outputs[0].output_type == "error", "an error is an error")
check("nothing_here" in cells[1].outputs[0].evalue, "which names what was wrong")
check(cells[2].execution_count is None, "and ends the run")
print("the kernel runs notebooks under nbclient")
