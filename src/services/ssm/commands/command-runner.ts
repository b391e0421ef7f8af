import type { ServiceHost } from "../../../core/service.ts";
import type { Store } from "../../../core/storage.ts";
import { runningInstances } from "../../../processes/running-instances.ts";
import {
  type CommandRecord,
  commandRecords,
  type InvocationRecord,
  invocationRecords,
  type PluginRecord,
} from "./command.ts";
import { announceInvocation } from "./command-events.ts";
import { type KeptOutput, Output } from "./output.ts";
import { PLUGINS } from "./plugins.ts";
import { type CommandStep, filledInputs, isForUs, stepsOf } from "./steps.ts";

const DEFAULT_TIMEOUT_SECONDS = 3600;

/** Runs commands on instances. What a former process left under way has ended with its instance. */
export class CommandRunner {
  readonly #host: ServiceHost;
  readonly #running = new Map<string, AbortController>();
  #isStopped = false;

  constructor(host: ServiceHost) {
    this.#host = host;
  }

  resume(): void {
    for (const { account, region } of this.#host.scopes()) {
      const store = this.#host.store(account, region);
      for (const invocation of [...store.collection(invocationRecords).by("open").values()])
        saveInvocation({ ...invocation, status: "Failed", details: "Terminated" }, store, this.#host);
    }
  }

  /** Begins with as many instances as the command lets run at once, and goes on until too many have failed. */
  begin(command: CommandRecord): void {
    this.#runAll(command).catch((error) =>
      this.#host.log.error(`ssm: the command ${command.id} cannot go on`, error),
    );
  }

  /** Ends what runs of a command on an instance, and keeps what waits from running. */
  cancel({ commandId, instanceId }: InvocationRecord): void {
    this.#running.get(`${commandId}/${instanceId}`)?.abort(new Error("The command was cancelled."));
  }

  stop(): void {
    this.#isStopped = true;
    for (const running of this.#running.values()) running.abort(new Error("Squall stops."));
  }

  async #runAll(command: CommandRecord): Promise<void> {
    const store = this.#host.store(command.account, command.region);
    const { generation } = store;
    const isVoid = () => this.#isStopped || store.generation !== generation;
    const load = (instanceId: string) => store.collection(invocationRecords).get([command.id, instanceId]);
    const waiting = [...store.collection(invocationRecords).values({ prefix: [command.id] })];
    const atOnce = share(command.maxConcurrency, waiting.length, 1);
    const mostErrors = share(command.maxErrors, waiting.length, 0);
    let errors = 0;
    const work = async (): Promise<void> => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const invocation = isVoid() ? undefined : load(next.instanceId);
        if (!invocation) return;
        if (invocation.status !== "Pending") continue;
        if (errors > mostErrors) {
          saveInvocation({ ...invocation, status: "Cancelled", details: "Terminated" }, store, this.#host);
          continue;
        }
        const status = await this.#run(command, invocation, store, isVoid);
        if (status === "Failed" || status === "TimedOut") errors++;
      }
    };
    // The answer of SendCommand comes first.
    await new Promise((resolve) => setImmediate(resolve));
    await Promise.all(Array.from({ length: atOnce }, work));
  }

  async #run(
    command: CommandRecord,
    invocation: InvocationRecord,
    store: Store,
    isVoid: () => boolean,
  ): Promise<string> {
    const key = `${command.id}/${invocation.instanceId}`;
    const cancelled = new AbortController();
    this.#running.set(key, cancelled);
    try {
      let now: InvocationRecord = { ...invocation, status: "InProgress", details: "InProgress" };
      saveInvocation(now, store, this.#host);
      let worst: PluginRecord | undefined;
      for (const step of stepsOf(command.content)) {
        if (!isForUs(step)) continue;
        const plugin = await this.#step(command, now, step, { signal: cancelled.signal, store, isVoid });
        if (isVoid()) return "Void";
        now = { ...now, plugins: [...now.plugins, plugin] };
        if (plugin.status !== "Success") worst ??= plugin;
        if (plugin.status !== "Success" && (step.onFailure !== undefined || plugin.status !== "Failed"))
          break;
      }
      const status = (worst?.status ?? "Success") as InvocationRecord["status"];
      saveInvocation({ ...now, status, details: worst?.details ?? "Success" }, store, this.#host);
      return String(status);
    } finally {
      this.#running.delete(key);
    }
  }

  async #step(
    command: CommandRecord,
    invocation: InvocationRecord,
    step: CommandStep,
    { signal, store, isVoid }: { signal: AbortSignal; store: Store; isVoid: () => boolean },
  ): Promise<PluginRecord> {
    const { clock } = this.#host;
    const output = new Output();
    const begun: PluginRecord = {
      name: step.action,
      step: step.name,
      status: "InProgress",
      details: "InProgress",
      code: -1,
      startedMs: clock.now(),
      out: "",
      err: "",
    };
    save({ ...invocation, plugins: [...invocation.plugins, begun] }, store);
    const late = new AbortController();
    let timer: { cancel(): void } | undefined;
    const ended = await this.#attempt(command, invocation, step, {
      output,
      signal: AbortSignal.any([signal, late.signal]),
      begins: (seconds) => {
        timer = clock.setTimer(seconds * 1000, () => late.abort(new Error("The command took too long.")));
      },
    });
    timer?.cancel();
    const how = signal.aborted ? CANCELLED : late.signal.aborted ? TIMED_OUT : ended;
    const done: PluginRecord = {
      ...begun,
      ...how,
      endedMs: clock.now(),
      out: output.out.beginning,
      err: output.err.beginning,
    };
    if (!isVoid()) await this.#handOut(command, invocation, done, output);
    return done;
  }

  async #attempt(
    command: CommandRecord,
    { instanceId }: InvocationRecord,
    step: CommandStep,
    run: { output: Output; signal: AbortSignal; begins(seconds: number): void },
  ): Promise<Pick<PluginRecord, "status" | "details" | "code">> {
    const { output, signal } = run;
    try {
      const machine = runningInstances(this.#host).get(instanceId)?.machine;
      if (!machine) throw new Error(`The instance ${instanceId} is not there any more.`);
      const plugin = Object.hasOwn(PLUGINS, step.action) ? PLUGINS[step.action] : undefined;
      if (!plugin) throw new Error(`Squall does not serve the plugin ${step.action} yet.`);
      const inputs = filledInputs(step, command, instanceId);
      run.begins(Number(inputs["timeoutSeconds"] || DEFAULT_TIMEOUT_SECONDS));
      const code = await plugin({
        command,
        machine,
        inputs,
        host: this.#host,
        signal,
        out: (text) => output.out.add(text),
        err: (text) => output.err.add(text),
      });
      return code === 0
        ? { status: "Success", details: "Success", code }
        : { status: "Failed", details: "Failed", code };
    } catch (error) {
      output.err.add((error as Error).message);
      return { status: "Failed", details: "Failed", code: 1 };
    }
  }

  /** What a step wrote goes to the command's bucket and log group, with the rights of its instance. */
  async #handOut(
    command: CommandRecord,
    invocation: InvocationRecord,
    plugin: PluginRecord,
    output: Output,
  ): Promise<void> {
    const role = runningInstances(this.#host).get(invocation.instanceId)?.role;
    const kept: KeptOutput = { command, invocation, plugin, output, ...(role && { role }) };
    await output
      .handOut(kept, this.#host)
      .catch((error: Error) =>
        this.#host.log.warn(`ssm: what the command ${command.id} wrote could not be kept: ${error.message}`),
      );
  }
}

const CANCELLED = { status: "Cancelled", details: "Cancelled", code: -1 } as const;
/** As of a process that was killed. */
const TIMED_OUT = { status: "TimedOut", details: "ExecutionTimedOut", code: 137 } as const;

const save = (invocation: InvocationRecord, store: Store) =>
  store.collection(invocationRecords).put([invocation.commandId, invocation.instanceId], invocation);

/** Keeps what has become of an invocation, and tells of it when its status is another. */
export function saveInvocation(invocation: InvocationRecord, store: Store, host: ServiceHost): void {
  const before = store.collection(invocationRecords).get([invocation.commandId, invocation.instanceId]);
  save(invocation, store);
  if (before) announceInvocation(host, before, invocation, store);
}

/** `50` or `10%` of so many. */
function share(text: string, of: number, least: number): number {
  const number = Number.parseInt(text, 10);
  const found = text.endsWith("%") ? Math.floor((of * number) / 100) : number;
  return Math.max(least, Math.min(found, Math.max(of, least)));
}

/** A command and its invocations are kept. */
export function saveCommand(
  command: CommandRecord,
  invocations: readonly InvocationRecord[],
  store: Store,
): void {
  store.collection(commandRecords).put([command.id], command);
  for (const invocation of invocations) save(invocation, store);
}
