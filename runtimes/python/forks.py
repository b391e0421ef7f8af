"""Starts Python environments quickly: one process that has imported what they all import forks one for each.

Standard input has a line for each that is wanted: JSON of `id`, `args`, `cwd` and `env`. Standard output has `forked <id> <pid>`
when it is there, and `ended <pid> <status>` when it has ended (as `subprocess` says it: below 0 a signal). What it writes goes to
connections of its own to a socket, each of which begins with a line `<id> <descriptor>`."""

import fcntl
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys

# What the interpreter and its libraries read once, at their start.
READ_AT_START = ("PYTHON", "LD_", "LC_", "LANG", "TZ", "MALLOC_", "GLIBC_", "OPENSSL_", "BOTO_")
# How long nothing has to be asked before it prepares for more.
QUIET_SECONDS = 0.3
# What a start imports if it is there.
LOOKED_FOR = {"sitecustomize", "usercustomize"}


def fork_on_demand(address):
    """Returns in each process that has been forked, when that is what a new one would be. Ends with its standard input."""
    born_with = variables_at_the_start()
    shared = paths_of(born_with)
    rest = sys.path[1 + len(shared) :]
    wake, wakened = os.pipe()
    for end in (wake, wakened):
        os.set_blocking(end, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wakened, warn_on_full_buffer=False)
    pending = b""
    has_forked = is_stocked = False
    while True:
        ready, _, _ = select.select([0, wake], [], [], None if is_stocked else QUIET_SECONDS)
        if wake in ready:
            os.read(wake, 512)
            tell_of_the_ended()
        # The first functions need neither wait for what they may have no use for nor share the processor with it.
        if not ready and has_forked:
            is_stocked = True
            stock_up()
        if 0 not in ready:
            continue
        read = os.read(0, 65536)
        if not read:
            os._exit(0)
        *lines, pending = (pending + read).split(b"\n")
        for line in lines:
            wanted = json.loads(line)
            if fork(wanted["id"]):
                begin(wanted, address, born_with, shared, rest)
                return
            has_forked = True


def fork(name):
    """True in the new process."""
    read_end, write_end = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.setsid()
        os.close(read_end)
        os.close(write_end)
        return True
    os.close(write_end)
    # It leads a group of its own once this is over.
    os.read(read_end, 1)
    os.close(read_end)
    say("forked %s %d" % (name, pid))
    return False


def tell_of_the_ended():
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        how = -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
        say("ended %d %d" % (pid, how))


def say(line):
    os.write(1, line.encode() + b"\n")


def stock_up():
    """Imports what most functions import, and keeps what that compiles, if there is a place for it."""
    compiled = os.environ.get("_SQUALL_COMPILED")
    if compiled:
        sys.pycache_prefix = compiled
        sys.dont_write_bytecode = False
    try:
        importlib.import_module("boto3")
        read_ahead()
    except Exception:  # pylint: disable=broad-except
        # Functions that want it will say why not.
        pass
    sys.pycache_prefix = None
    sys.dont_write_bytecode = True
    gc.collect()
    # What is never looked at again stays shared with all that are forked.
    gc.freeze()


def read_ahead():
    """Reads files that clients of the SDK read, for the first session of each process that is forked. Any other reads them itself,
    as sessions may change what they have read."""
    from botocore.loaders import JSONFileLoader, Loader

    read = JSONFileLoader.load_file
    ahead = {}

    def read_and_keep(self, path):
        data = read(self, path)
        if data is not None:
            ahead[path] = data
        return data

    def take_or_read(self, path):
        data = ahead.pop(path, None)
        return read(self, path) if data is None else data

    JSONFileLoader.load_file = read_and_keep
    try:
        loader = Loader()
        for name in ("endpoints", "partitions", "sdk-default-configuration", "_retry"):
            loader.load_data(name)
        # The longest of those that are used most.
        for service in ("dynamodb", "s3"):
            version = loader.determine_latest_version(service, "service-2")
            for name in ("service-2", "endpoint-rule-set-1"):
                loader.load_data("%s/%s/%s" % (service, version, name))
    finally:
        JSONFileLoader.load_file = take_or_read


def begin(wanted, address, born_with, shared, rest):
    """Makes a forked process what a new one would be, or has a new one take its place."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    take_descriptors(wanted["id"], address)
    env = wanted["env"]
    os.chdir(wanted["cwd"])
    paths = paths_of(env)
    layers = paths[: len(paths) - len(shared)]
    own = [env["LAMBDA_TASK_ROOT"], *layers]
    if paths[len(layers) :] != shared or differs_from_the_start(own, env, born_with):
        os.execve(wanted["args"][0], wanted["args"], env)
    # The interpreter sets some itself: LC_CTYPE where the machine does not have the language.
    added = {name: value for name, value in os.environ.items() if name not in born_with}
    os.environ.clear()
    os.environ.update({**added, **env})
    sys.path[:] = [sys.path[0], *layers, *shared, *rest]
    del sys.modules[__name__]


def variables_at_the_start():
    with open("/proc/self/environ", encoding="utf-8", errors="surrogateescape") as file:
        return dict(line.split("=", 1) for line in file.read().split("\0") if "=" in line)


def paths_of(env):
    return [path for path in env.get("PYTHONPATH", "").split(os.pathsep) if path]


def differs_from_the_start(own, env, born_with):
    """True when a new process would read, or find, something else: modules and libraries of the function's own come first."""
    for name in {*env, *born_with}:
        if name in ("PYTHONPATH", "LD_LIBRARY_PATH") or not name.startswith(READ_AT_START):
            continue
        if env.get(name) != born_with.get(name):
            return True
    if not all(os.path.isabs(folder) for folder in own):
        return True
    imported = {name.partition(".")[0] for name in sys.modules} | LOOKED_FOR
    if any(entry.partition(".")[0] in imported for folder in own for entry in entries_of(folder)):
        return True
    libraries = env.get("LD_LIBRARY_PATH", "").split(os.pathsep)
    return any(".so" in entry for folder in libraries for entry in entries_of(folder))


def entries_of(folder):
    try:
        return os.listdir(folder)
    except OSError:
        return []


def take_descriptors(name, address):
    """Nothing on 0; what is written to 1, 2 and 3 goes to connections of its own; nothing else is open."""
    taken = [os.open(os.devnull, os.O_RDONLY)]
    for descriptor in (1, 2, 3):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.connect(address)
        connection.sendall(b"%d %d\n" % (name, descriptor))
        taken.append(connection.detach())
    # Out of the way of one another.
    taken = [fcntl.fcntl(one, fcntl.F_DUPFD_CLOEXEC, 16) for one in taken]
    for descriptor, one in enumerate(taken):
        os.dup2(one, descriptor)
    for open_one in os.listdir("/proc/self/fd"):
        if int(open_one) > 3:
            try:
                os.close(int(open_one))
            except OSError:
                # The one that listed them.
                pass
