import { execFile } from "node:child_process";
import { constants, existsSync, realpathSync } from "node:fs";
import { access, readdir, realpath } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { BOOTSTRAPS, RuntimeMissing } from "./bootstraps.ts";
import { javaClasses } from "./java.ts";
import { LOCALE } from "./variables.ts";

/** How a runtime is started in a folder of code. */
export interface RuntimeCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** What it reads of this machine, beside the function's own folders and `/usr`. */
  readonly reads: readonly string[];
  /** Its processes can be forked from one that has these variables. */
  readonly forkedFrom?: Readonly<Record<string, string>>;
}

export interface RuntimePlace {
  readonly taskRoot: string;
  /** The folder that stands for `/opt`, when there are layers. */
  readonly opt?: string;
  readonly memorySizeMB: number;
  /** A folder for compiled code, for all environments of the machine. */
  readonly compiled?: string;
  /** A folder for what we build ourselves. */
  readonly scratch: string;
}

/** AWS starts these runtimes by a shell, which leaves its own variables. */
const ofShell = (taskRoot: string) => ({ PWD: taskRoot, SHLVL: "0" });

type Family = (version: string, place: RuntimePlace) => Promise<RuntimeCommand>;

const FAMILIES: Readonly<Record<string, Family>> = {
  nodejs: async (version, { taskRoot, opt, memorySizeMB, compiled }) => ({
    reads: [process.execPath, join(process.cwd(), "node_modules")],
    // Squall's own Node.js runs every nodejs runtime: nothing to install, and nothing to look for.
    file: process.execPath,
    args: [`--max-old-space-size=${memorySizeMB}`, join(BOOTSTRAPS, "node/bootstrap.mjs")],
    env: {
      ...ofShell(taskRoot),
      ...(compiled && { _SQUALL_COMPILED: compiled }),
      NODE_PATH: [
        ...(opt
          ? [`${opt}/nodejs/node${version.replace(".x", "")}/node_modules`, `${opt}/nodejs/node_modules`]
          : []),
        // Lambda's images carry the AWS SDK. Here it is taken from the project, when the code does not bring its own.
        join(process.cwd(), "node_modules"),
        // What lies beside the handler is found by its bare name: CloudFormation's `cfn-response` does.
        taskRoot,
      ].join(delimiter),
    },
  }),
  python: async (version, { taskRoot, opt, compiled }) => {
    const python = await findPython(version);
    const packages = [
      ...(opt ? [`${opt}/python`, `${opt}/python/lib/python${version}/site-packages`] : []),
      ...python.sdkPath,
    ];
    const env = { PYTHONUNBUFFERED: "1", PYTHONDONTWRITEBYTECODE: "1" };
    const compiledAt = compiled && (await realpath(compiled).catch(() => undefined));
    return {
      file: python.file,
      reads: [...python.prefixes, ...python.sdkPath],
      args: [join(BOOTSTRAPS, "python/bootstrap.py")],
      env: {
        ...ofShell(taskRoot),
        ...env,
        PYTHONPATH: packages.join(delimiter),
        ...(opt && { _SQUALL_OPT: opt }),
      },
      ...(process.platform === "linux" && {
        forkedFrom: {
          ...LOCALE,
          ...env,
          PYTHONPATH: python.sdkPath.join(delimiter),
          ...(compiledAt && { _SQUALL_COMPILED: compiledAt }),
        },
      }),
    };
  },
  java: async (_version, { taskRoot, opt, memorySizeMB, scratch }) => {
    const java = await findJava();
    const heapMB = Math.max(32, Math.floor(memorySizeMB * 0.85));
    const classes = await javaClasses(java, scratch);
    return {
      file: java,
      reads: [installationOf(java), classes],
      args: [
        `-Xmx${heapMB}m`,
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Xshare:auto",
        "-Djava.net.preferIPv4Stack=true",
        "-cp",
        // Our interfaces first, then the function's own classes, its jars, and those of its layers.
        [classes, taskRoot, join(taskRoot, "lib/*"), ...(opt ? [join(opt, "java/lib/*")] : [])].join(
          delimiter,
        ),
        "squall.lambda.Bootstrap",
      ],
      env: {},
    };
  },
  ruby: async (version, { taskRoot, opt }) => {
    const ruby = await findExecutable(
      "ruby",
      "Ruby is not on this machine: install it so that `ruby` is on the PATH.",
    );
    return {
      file: ruby,
      reads: [installationOf(ruby)],
      args: [join(BOOTSTRAPS, "ruby/bootstrap.rb")],
      env: {
        ...ofShell(taskRoot),
        RUBYLIB: [taskRoot, ...(opt ? [join(opt, "ruby/lib")] : [])].join(delimiter),
        GEM_PATH: [
          join(taskRoot, `vendor/bundle/ruby/${version}.0`),
          ...(opt ? [join(opt, `ruby/gems/${version}.0`)] : []),
        ].join(delimiter),
      },
    };
  },
  dotnet: async (_version, { taskRoot }) => {
    const dotnet = await findExecutable(
      "dotnet",
      "The .NET runtime is not on this machine: install it so that `dotnet` is on the PATH.",
    );
    const entry = (await readdir(taskRoot)).find((name) => name.endsWith(".runtimeconfig.json"));
    if (!entry)
      throw new RuntimeMissing(
        "A .NET function must be an executable assembly (with Amazon.Lambda.RuntimeSupport) here: class-library handlers need AWS's own image.",
      );
    return {
      file: dotnet,
      reads: [dirname(realpathSync(dotnet))],
      args: [join(taskRoot, entry.replace(".runtimeconfig.json", ".dll"))],
      env: ofShell(taskRoot),
    };
  },
  provided: async (_version, { taskRoot, opt }) => {
    const own = join(taskRoot, "bootstrap");
    const layered = opt && join(opt, "bootstrap");
    const file = layered && !existsSync(own) && existsSync(layered) ? layered : own;
    return { file, reads: [], args: [], env: {} };
  },
};

/** The command of a runtime like `python3.13`. Rejects with RuntimeMissing. */
export function runtimeCommand(runtime: string, place: RuntimePlace): Promise<RuntimeCommand> {
  const family = /^[a-z]+/.exec(runtime)?.[0] ?? "";
  const start = FAMILIES[family.startsWith("dotnet") ? "dotnet" : family];
  if (!start) {
    return Promise.reject(
      new RuntimeMissing(
        `Functions of the runtime ${runtime} cannot run here; build it for provided.al2023.`,
      ),
    );
  }
  return start(runtime.slice(family.length), place);
}

const run = promisify(execFile);

/** `/opt/jdk` of `/opt/jdk/bin/java`. */
const installationOf = (executable: string): string => dirname(dirname(realpathSync(executable)));

async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

async function onPath(name: string): Promise<string | undefined> {
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    const file = join(folder, name);
    if (folder && (await isExecutable(file))) return file;
  }
  return undefined;
}

async function findExecutable(name: string, complaint: string): Promise<string> {
  const file = await onPath(name);
  if (!file) throw new RuntimeMissing(complaint);
  return file;
}

async function findJava(): Promise<string> {
  const home = process.env["JAVA_HOME"];
  if (home && (await isExecutable(join(home, "bin/java")))) return join(home, "bin/java");
  return findExecutable(
    "java",
    "Java is not on this machine: install a JDK or JRE and put `java` on the PATH, or set JAVA_HOME.",
  );
}

interface Python {
  readonly file: string;
  /** Its installation, and that which a virtual environment is made from. */
  readonly prefixes: readonly string[];
  /** Where boto3 is, when this Python has none of its own. */
  readonly sdkPath: readonly string[];
}

const pythons = new Map<string, Promise<Python>>();

function findPython(version: string): Promise<Python> {
  let found = pythons.get(version);
  if (!found) {
    found = lookForPython(version);
    pythons.set(version, found);
    found.catch(() => pythons.delete(version));
  }
  return found;
}

/** `python3.13` itself, or whatever `python3` is: a function seldom minds, and a machine seldom has them all. */
async function lookForPython(version: string): Promise<Python> {
  const usual = await probePython("python3");
  if (usual?.version === version) return { ...usual, sdkPath: [] };
  const exact = (await probePython(`python${version}`)) ?? (await probePython(await pyenvPython(version)));
  const chosen = exact ?? usual;
  if (!chosen)
    throw new RuntimeMissing(
      `Python is not on this machine: install Python ${version} so that \`python3\` is on the PATH.`,
    );
  const borrowed = chosen !== usual && !chosen.sdk && usual?.sdk ? [usual.sdk] : [];
  return { ...chosen, sdkPath: borrowed };
}

async function pyenvPython(version: string): Promise<string | undefined> {
  const versions = join(process.env["PYENV_ROOT"] ?? join(homedir(), ".pyenv"), "versions");
  const names = await readdir(versions).catch(() => []);
  const name = names.find((candidate) => candidate.startsWith(`${version}.`));
  return name && join(versions, name, "bin/python3");
}

const PROBE = `import importlib.util as u, os, sys
b = u.find_spec("boto3")
print(sys.executable); print("%d.%d" % sys.version_info[:2]); print(os.path.dirname(os.path.dirname(b.origin)) if b else "")
print(sys.prefix); print(sys.base_prefix)`;

/** Asks a Python who it is: a name on the PATH can be a shim that only says that it is not there. */
async function probePython(
  command: string | undefined,
): Promise<(Omit<Python, "sdkPath"> & { version: string; sdk: string }) | undefined> {
  if (!command) return undefined;
  try {
    const { stdout } = await run(command, ["-c", PROBE], { timeout: 10_000 });
    const [file, version, sdk, ...prefixes] = stdout.trimEnd().split("\n") as [string, string, string];
    return { file, version, sdk, prefixes };
  } catch {
    return undefined;
  }
}
