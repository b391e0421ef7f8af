import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";

/*
 * Work whose length a user decides (a template, a schema, a regular expression that goes back): it runs in a process of its own, and
 * is ended there when it is not done in time. Everybody else is answered meanwhile. Not in a thread: one that runs out of memory
 * takes the whole process along.
 */

/** The work was not done in time, or not in the memory that it may take. */
export class LimitExceeded extends Error {}

interface Job {
  readonly task: string;
  readonly input: unknown;
  readonly deadlineMs: number;
  readonly resolve: (output: never) => void;
  readonly reject: (error: Error) => void;
}

/** Processes at a time; they are started when first needed, and end when nobody has needed them for a while. */
const MOST_PROCESSES = 2;
const IDLE_MS = 10_000;
const MEMORY_MB = 256;
const DEADLINE_MS = 1000;
/** The process ends its work by itself; when it cannot, it is killed so much later. */
const GRACE_MS = 500;

const waiting: Job[] = [];
const idle: ChildProcess[] = [];
let processes = 0;

/**
 * Has another process run a module's `run(input)`, which is synchronous. Input and output are copied.
 * @param task the module's URL
 * @throws LimitExceeded when it takes longer than the deadline (of real time: a processor knows no other) or too much memory; what
 * `run` throws, as an Error with its name and message
 */
export function limited<Output>(task: URL, input: unknown, deadlineMs = DEADLINE_MS): Promise<Output> {
  return new Promise((resolve, reject) => {
    waiting.push({ task: task.href, input, deadlineMs, resolve, reject });
    next();
  });
}

function next(): void {
  const [first] = waiting;
  if (!first) return;
  const child = idle.pop() ?? (processes < MOST_PROCESSES ? start() : undefined);
  if (!child) return;
  waiting.shift();
  run(child, first);
}

function start(): ChildProcess {
  processes++;
  const file = fileURLToPath(import.meta.url.replace(/limited(\.[jt]s)$/, "limited-process$1"));
  const conditions = process.execArgv.filter((argument) => argument.startsWith("--conditions"));
  const child = fork(file, [], {
    execArgv: [...conditions, `--max-old-space-size=${MEMORY_MB}`],
    // What runs there is a user's text: it has nothing to read in the environment.
    env: {},
    serialization: "advanced",
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  child.once("exit", () => {
    processes--;
    const at = idle.indexOf(child);
    if (at >= 0) idle.splice(at, 1);
  });
  child.once("error", () => {});
  return child;
}

type Message =
  | "begun"
  | "late"
  | { readonly output: never }
  | { readonly error: { name: string; message: string } };

function run(child: ChildProcess, { task, input, deadlineMs, resolve, reject }: Job): void {
  let timer: NodeJS.Timeout | undefined;
  const settle = (isUsable: boolean, report: () => void): void => {
    clearTimeout(timer);
    child.removeAllListeners("message").off("exit", onExit).off("error", onError);
    if (isUsable) rest(child);
    else child.kill("SIGKILL");
    report();
    next();
  };
  const late = () => reject(new LimitExceeded(`it took more than ${deadlineMs} ms`));
  const onError = (error: Error) => {
    processes--;
    settle(false, () => reject(error));
  };
  const onExit = (code: number | null, signal: string | null) =>
    settle(false, () =>
      reject(
        signal === "SIGABRT"
          ? new LimitExceeded(`it took more than ${MEMORY_MB} MB of memory`)
          : new Error(`the process of limited work ended (${signal ?? code})`),
      ),
    );
  child.ref();
  child.channel?.ref();
  child.once("exit", onExit).once("error", onError);
  child.on("message", (message: Message) => {
    // The modules' loading is ours, not the user's.
    if (message === "begun") timer = setTimeout(() => settle(false, late), deadlineMs + GRACE_MS);
    else if (message === "late") settle(true, late);
    else if ("error" in message) {
      const { name, message: text } = message.error;
      settle(true, () => reject(Object.assign(new Error(text), { name })));
    } else settle(true, () => resolve(message.output));
  });
  try {
    child.send({ task, input, deadlineMs });
  } catch (error) {
    settle(true, () => reject(error as Error));
  }
}

/** Keeps a process for the next job, for a while; it does not keep ours alive. */
function rest(child: ChildProcess): void {
  child.unref();
  child.channel?.unref();
  idle.push(child);
  setTimeout(() => {
    const at = idle.indexOf(child);
    if (at < 0) return;
    idle.splice(at, 1);
    child.kill("SIGKILL");
  }, IDLE_MS).unref();
}
