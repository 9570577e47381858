"""Runs random programs, made by a grammar from every name of the reference, and looks for crashes and hangs.

    run.py LATENT [SECONDS] [SEED]

Each round is one process of forty cells, errors allowed. A round that ends by a signal, or outlasts its limit, is kept
in .build/fuzz and fails the run.
"""
import os, random, re, subprocess, sys, time

program, seconds, seed = sys.argv[1], float(sys.argv[2]) if len(sys.argv) > 2 else 60, int(sys.argv[3]) if len(sys.argv) > 3 else 1
contents = subprocess.run([program, "help"], capture_output=True, text=True, check=True).stdout
# Not what waits for a person or writes files.
names = [n for n in re.findall(r"^  (.*)$", contents, re.M) for n in re.findall(r"[A-Za-z_]\w*", n) if n not in ("input", "save", "help")]
atoms = ["1", "0", "-3.5", "1e308", "x", "y", "f", "_", "true", "missing", "none", '"ab"', '""', '"日本"', "[]", "[1, 2, 3]", "[[1, 2], [3, 4]]",
         "(1, 2)", "(a: 1)", "1/0", "0..<3", "1...0 by -0.1", "Normal(0, 1)", 'dataset("iris")', 'dataset("sms")[0..<40]', "z -> z + 1", "table(x: [1, 2])"]
operators = ["+", "-", "*", "/", "%", "^", "@", "==", "!=", "<", ">=", "and", "or", "in", "|", "..<", "..."]


def expression(depth):
    kind = random.random()
    if depth <= 0 or kind < 0.25:
        return random.choice(atoms)
    part = lambda: expression(depth - 1)
    if kind < 0.45:
        return f"{part()} {random.choice(operators)} {part()}"
    if kind < 0.7:
        return f"{random.choice(names)}({', '.join(part() for _ in range(random.randint(0, 3)))})"
    if kind < 0.78:
        return f"({part()}).{random.choice(names + ['shape', 'a', 'x'])}({part()})"
    if kind < 0.85:
        return f"({part()})[{random.choice([part(), ':, 0', '1..<', '-1', 'none', part() + ', ' + part()])}]"
    if kind < 0.9:
        return f"if {part()} {{ {part()} }} else {{ {part()} }}"
    if kind < 0.94:
        return f"(z -> {part()})({part()})"
    if kind < 0.96:
        return f'"\\({part()})"'
    return f"[{', '.join(part() for _ in range(random.randint(0, 3)))}]"


def statement(depth):
    kind = random.random()
    part = lambda: expression(depth - 1)
    if kind < 0.35:
        return f"{random.choice('xyf')} = {part()}"
    if kind < 0.45:
        return f"x[{part()}] = {part()}"
    if kind < 0.5:
        return f"y.a = {part()}"
    if kind < 0.58:
        return f"for i in {part()} {{ x = {part()} }}"
    if kind < 0.63:
        return f"f(x, k: {part()}) = {part()}"
    if kind < 0.68:
        return f"x ~ {part()}"
    if kind < 0.75:
        return f"model M(x) {{ a ~ {part()}; b[0] ~ Normal(a, 1); y ~ Normal({part()}, 1) }}; sample(M({part()}) | (a: {part()}))"
    return part()


random.seed(seed)
end, rounds, failures = time.time() + seconds, 0, 0
os.makedirs(".build/fuzz", exist_ok=True)
while time.time() < end:
    rounds += 1
    source = "\n".join("# %%\n" + statement(3) + "\n" + statement(3) for _ in range(40))
    path = f".build/fuzz/round-{seed}-{rounds}.latent"
    with open(path, "w") as file:
        file.write(source)
    try:
        # A bounded address space, so that the machine survives what asks for too much.
        done = subprocess.run(["sh", "-c", 'ulimit -v 12000000; exec "$@"', "sh", program, "run", "--allow-errors", "--quiet", "--cell-timeout", "5", path],
                              capture_output=True, timeout=300)
        wrong = None if done.returncode in (0, 1, 3) else f"ended with {done.returncode}: {done.stderr[-200:]!r}"
    except subprocess.TimeoutExpired:
        wrong = "hung"
    if wrong:
        failures += 1
        print(f"{path} {wrong}", flush=True)
    else:
        os.remove(path)
print(f"{rounds} rounds of 80 statements, {failures} crashes or hangs")
sys.exit(failures > 0)
