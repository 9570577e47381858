"""jupyter_kernel_test with every attribute set, so that nothing is skipped."""

import unittest

import jupyter_kernel_test

KERNEL = "latent-conformance"


class Protocol(jupyter_kernel_test.KernelTests):
    kernel_name = KERNEL
    language_name = "latent"
    file_extension = ".latent"
    code_hello_world = 'print("hello, world")'
    code_stderr = 'warn("careful")'
    code_page_something = "?Normal"
    code_generate_error = "no_such_name"
    code_execute_result = [
        {"code": "1 + 1", "result": "2"},
        {"code": "6 * 7", "result": "42"},
        {"code": "6 * 7 + 1", "result": "43"},
    ]
    code_display_data = [{"code": "show(images(zeros(4, 4)))", "mime": "image/png"}]
    code_clear_output = "clear()"
    completion_samples = [
        {"text": "bernoul", "matches": set()},
        {"text": "Bernoul", "matches": {"Bernoulli"}},
    ]
    complete_code_samples = ["1", "f(x) = {\n  x\n}", "# only a comment", ""]
    incomplete_code_samples = ["f(x) = {", "[1,", "1 +", '"""']
    invalid_code_samples = ["1 )", "x = = 3"]
    code_history_pattern = "1 + 1"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "Normal"


class Welcome(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = KERNEL
    support_iopub_welcome = True


class NothingIsSkipped(unittest.TestCase):
    """An attribute that is not set skips its test without a word; run last by its name."""

    def test_zzz_every_attribute_is_set(self):
        for name in dir(jupyter_kernel_test.KernelTests):
            default = getattr(jupyter_kernel_test.KernelTests, name)
            if not name.startswith("_") and isinstance(default, (str, list, tuple)) and len(default) == 0:
                self.assertTrue(getattr(Protocol, name), name)


if __name__ == "__main__":
    unittest.main()
