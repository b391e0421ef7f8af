import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { FaultRuleInput } from "../../../core/fault.ts";
import type { Plugin, PluginRun } from "./plugin.ts";

/**
 * What AWS FIS's documents do to an instance: https://docs.aws.amazon.com/fis/latest/userguide/actions-ssm-agent.html
 * They act on the processes of that instance alone, and undo what they have done when they end, however they end.
 */

const STRESS = fileURLToPath(new URL("../../../../runtimes/stress.mjs", import.meta.url));
const BYTES_PER_MB = 1024 * 1024;

const numberOf = (inputs: PluginRun["inputs"], name: string): number => {
  const value = Number(inputs[name]);
  if (!Number.isFinite(value)) throw new Error(`${name} is no number: ${String(inputs[name])}.`);
  return value;
};

/** Waits as long as the document says. */
async function last({ inputs, host, signal }: PluginRun): Promise<void> {
  await host.clock.sleep(numberOf(inputs, "DurationSeconds") * 1000, signal);
}

/** `AWSFIS-Run-Kill-Process`, as `killall` does. */
export const killProcess: Plugin = async ({ machine, inputs, out, err }) => {
  const { ProcessName: name, Signal: signal } = inputs;
  if (signal !== "SIGTERM" && signal !== "SIGKILL")
    throw new Error(`Signal is SIGTERM or SIGKILL, not ${String(signal)}.`);
  const told = machine.signal(signal, (one) => one.name === name);
  if (told > 0) out(`${String(name)}: ${signal} to ${told} processes.`);
  else err(`${String(name)}: no process found`);
  return told > 0 ? 0 : 1;
};

/** How long the instance's processes run and pause in turns. */
const TURN_MS = 100;

/**
 * `AWSFIS-Run-CPU-Stress`. Whoever shares processors with as many busy workers as there are gets half of them: so the
 * instance's processes pause half of the time at 100 percent, and nobody else feels it.
 */
export const stressCpu: Plugin = async (run) => {
  const pausedMs = (TURN_MS / 2) * (numberOf(run.inputs, "LoadPercent") / 100);
  const { machine } = run;
  let pause: NodeJS.Timeout | undefined;
  const turns = setInterval(() => {
    machine.signal("SIGSTOP");
    pause = setTimeout(() => machine.signal("SIGCONT"), pausedMs);
  }, TURN_MS);
  try {
    await last(run);
  } finally {
    clearInterval(turns);
    clearTimeout(pause);
    machine.signal("SIGCONT");
  }
  run.out(`The processes of ${machine.instance.name} had a share of the processor.`);
  return 0;
};

/** `AWSFIS-Run-Memory-Stress`: workers that take a share of the memory that the instance has. */
export const stressMemory: Plugin = async (run) => {
  const { memoryMB, name } = run.machine.instance;
  if (memoryMB === undefined)
    throw new Error(
      `${name} has no memory of its own to fill: add it with squall instance add --memory-mb 512.`,
    );
  const bytes = (memoryMB * BYTES_PER_MB * numberOf(run.inputs, "Percent")) / 100;
  const workers = numberOf(run.inputs, "Workers");
  await besides(run, workers, () => ["memory", String(Math.floor(bytes / workers))]);
  return 0;
};

const IO_BYTES = 64 * BYTES_PER_MB;

/** `AWSFIS-Run-IO-Stress`: workers that write through to the disk, 64 MB each. */
export const stressIo: Plugin = async (run) => {
  const folder = run.host.scratch(`io-${run.command.id}`);
  try {
    await besides(run, numberOf(run.inputs, "Workers"), () => ["io", folder, String(IO_BYTES)]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return 0;
};

/** Workers in the instance, while the document lasts. */
async function besides(run: PluginRun, workers: number, argumentsOf: () => string[]): Promise<void> {
  const over = new AbortController();
  const signal = AbortSignal.any([run.signal, over.signal]);
  const ended = Array.from({ length: workers }, () =>
    run.machine.run([process.execPath, STRESS, ...argumentsOf()], {
      signal,
      err: (chunk) => run.err(chunk.toString("utf8")),
    }),
  );
  try {
    await last(run);
  } finally {
    over.abort();
    await Promise.allSettled(ended);
  }
}

/** AWS's services as the documents call them. Whatever else is a source has no packets that Squall carries. */
const SOURCES: Readonly<Record<string, readonly string[]>> = {
  S3: ["s3", "s3control"],
  DYNAMODB: ["dynamodb", "dynamodbstreams"],
};

/**
 * The networks of an instance are the machine's, and are not touched: what Squall answers to its processes is late, lost, or never
 * comes.
 */
async function onItsCalls(
  run: PluginRun,
  rule: Pick<FaultRuleInput, "effect" | "params" | "percentage">,
): Promise<void> {
  const { Sources: sources } = run.inputs;
  const services =
    sources === undefined || sources === "" ? undefined : String(sources).split(",").flatMap(servicesOf);
  const { id } = run.host.faults.add({
    ...rule,
    owner: `ssm:command/${run.command.id}`,
    match: { accessKeyId: run.machine.accessKeyId, ...(services && { service: services }) },
  });
  try {
    await last(run);
  } finally {
    run.host.faults.remove(id);
  }
}

function servicesOf(source: string): readonly string[] {
  const services = SOURCES[source.trim().toUpperCase()];
  if (!services)
    throw new Error(
      `Squall slows down S3 and DYNAMODB as a source, and not ${source.trim()}: it carries no packets.`,
    );
  return services;
}

/** `AWSFIS-Run-Network-Latency` and `AWSFIS-Run-Network-Latency-Sources` */
export const slowNetwork: Plugin = async (run) => {
  const ms = numberOf(run.inputs, "DelayMilliseconds");
  const jitter =
    run.inputs["JitterMilliseconds"] === undefined ? 0 : numberOf(run.inputs, "JitterMilliseconds");
  const params = jitter > 0 ? { min: Math.max(0, ms - jitter), max: ms + jitter } : { ms };
  await onItsCalls(run, { effect: "latency", params, percentage: flows(run) });
  return 0;
};

/** A packet that is lost is sent again after this time. */
const RETRANSMITTED_AFTER_MS = 200;

/** `AWSFIS-Run-Network-Packet-Loss` and `AWSFIS-Run-Network-Packet-Loss-Sources` */
export const loseNetwork: Plugin = async (run) => {
  const percent = (numberOf(run.inputs, "LossPercent") * flows(run)) / 100;
  await onItsCalls(
    run,
    percent >= 100
      ? { effect: "hang" }
      : { effect: "latency", params: { ms: RETRANSMITTED_AFTER_MS }, percentage: percent },
  );
  return 0;
};

/** `AWSFIS-Run-Network-Blackhole-Port` */
export const blackholePort: Plugin = async (run) => {
  const { Protocol, Port, TrafficType } = run.inputs;
  const ports = ["443", String(run.host.endpoint.port())];
  if (String(Protocol).toLowerCase() !== "tcp" || TrafficType !== "egress" || !ports.includes(String(Port)))
    throw new Error(
      `Squall drops what goes out by tcp to port ${ports.join(" or ")} (AWS), and not ${String(TrafficType)} ${String(Protocol)} ${String(Port)}: for that one has to be root.`,
    );
  await onItsCalls(run, { effect: "hang" });
  return 0;
};

const flows = ({ inputs }: PluginRun) =>
  inputs["FlowsPercent"] === undefined ? 100 : Number(inputs["FlowsPercent"]);

/** What cannot be done to a group of processes without being root. */
export const refused: Plugin = ({ command }) =>
  Promise.reject(
    new Error(`Squall does not serve ${command.documentName}: it would take root, or the whole machine.`),
  );
