"""Programs of layers, where `/opt` is a folder of another name: the CDK's bucket deployments start `/opt/awscli/aws`."""

import os
import subprocess
import sys

INTERPRETER = b"#!/var/lang/bin/python"


def lead(opt):
    """Has `subprocess` find what is started by its name in AWS, and scripts of AWS's interpreter run by this one.

    opt: the folder that stands for `/opt`
    """
    start = subprocess.Popen.__init__

    def start_here(self, args, *others, **options):
        if isinstance(args, (list, tuple)) and args and not options.get("shell") and not options.get("executable"):
            args = [*command_here(args[0], opt), *args[1:]]
        start(self, args, *others, **options)

    subprocess.Popen.__init__ = start_here


def command_here(file, opt):
    name = os.fsdecode(file)
    if not name.startswith("/opt/") or os.path.exists(name):
        return [file]
    here = os.path.join(opt, name[len("/opt/") :])
    try:
        with open(here, "rb") as script:
            is_python = script.read(len(INTERPRETER)) == INTERPRETER
    except OSError:
        return [file]
    return [sys.executable, here] if is_python else [here]
