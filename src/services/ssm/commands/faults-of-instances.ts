import {
  awsPorts,
  BLACKHOLE,
  latency,
  type NetworkFault,
  packetLoss,
  servicesBehindSources,
} from "../../../aws/network-faults.ts";
import { type Workers, withCpuStress, withIoStress, withMemoryStress } from "../../../processes/stress.ts";
import type { Plugin, PluginRun } from "./plugin.ts";

/**
 * What AWS FIS's documents do to an instance: https://docs.aws.amazon.com/fis/latest/userguide/actions-ssm-agent.html
 * They act on the processes of that instance alone, and undo what they have done when they end, however they end.
 */

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
  const told = machine.signal(signal, ({ names }) => names.includes(String(name)));
  if (told > 0) out(`${String(name)}: ${signal} to ${told} processes.`);
  else err(`${String(name)}: no process found`);
  return told > 0 ? 0 : 1;
};

/** `AWSFIS-Run-CPU-Stress` */
export const stressCpu: Plugin = async (run) => {
  await withCpuStress(run.machine, numberOf(run.inputs, "LoadPercent"), () => last(run));
  run.out(`The processes of ${run.machine.instance.name} had a share of the processor.`);
  return 0;
};

/** `AWSFIS-Run-Memory-Stress`: workers that take a share of the memory that the instance has. */
export const stressMemory: Plugin = async (run) => {
  const { memoryMB, name } = run.machine.instance;
  if (memoryMB === undefined)
    throw new Error(
      `${name} has no memory of its own to fill: give it a listed instance type, or add it with squall instance add --memory-mb 512.`,
    );
  const bytes = (memoryMB * BYTES_PER_MB * numberOf(run.inputs, "Percent")) / 100;
  await withMemoryStress(run.machine, bytes, workers(run));
  return 0;
};

/** `AWSFIS-Run-IO-Stress` */
export const stressIo: Plugin = async (run) => {
  await withIoStress(run.machine, run.host.scratch(`io-${run.command.id}`), workers(run));
  return 0;
};

const workers = (run: PluginRun): Workers => ({
  count: numberOf(run.inputs, "Workers"),
  lasts: () => last(run),
  signal: run.signal,
  err: (chunk) => run.err(chunk.toString("utf8")),
});

/**
 * The networks of an instance are the machine's, and are not touched: what Squall answers to its processes is late, lost, or never
 * comes.
 */
async function onItsCalls(run: PluginRun, rule: NetworkFault): Promise<void> {
  const { Sources: sources } = run.inputs;
  const services =
    sources === undefined || sources === "" ? undefined : servicesBehindSources(String(sources), unknown);
  const { id } = run.host.faults.add({
    ...rule,
    owner: `ssm:command/${run.command.id}`,
    match: {
      // Whatever key its metadata have given out by now, its sessions have its name.
      caller: [`arn:aws:sts::*:assumed-role/*/${run.machine.instance.id}`],
      ...(services && { service: services }),
    },
  });
  try {
    await last(run);
  } finally {
    run.host.faults.remove(id);
  }
}

const unknown = (source: string) =>
  new Error(
    `Squall knows ALL, 0.0.0.0/0, S3 and DYNAMODB as a source, and not ${source}: it carries no packets.`,
  );

/** `AWSFIS-Run-Network-Latency` and `AWSFIS-Run-Network-Latency-Sources` */
export const slowNetwork: Plugin = async (run) => {
  const ms = numberOf(run.inputs, "DelayMilliseconds");
  const jitter =
    run.inputs["JitterMilliseconds"] === undefined ? 0 : numberOf(run.inputs, "JitterMilliseconds");
  await onItsCalls(run, latency(ms, jitter, flows(run)));
  return 0;
};

/** `AWSFIS-Run-Network-Packet-Loss` and `AWSFIS-Run-Network-Packet-Loss-Sources` */
export const loseNetwork: Plugin = async (run) => {
  await onItsCalls(run, packetLoss((numberOf(run.inputs, "LossPercent") * flows(run)) / 100));
  return 0;
};

/** `AWSFIS-Run-Network-Blackhole-Port` */
export const blackholePort: Plugin = async (run) => {
  const { Protocol, Port, TrafficType } = run.inputs;
  const ports = awsPorts(run.host.endpoint);
  if (String(Protocol).toLowerCase() !== "tcp" || TrafficType !== "egress" || !ports.includes(String(Port)))
    throw new Error(
      `Squall drops what goes out by tcp to port ${ports.join(" or ")} (AWS), and not ${String(TrafficType)} ${String(Protocol)} ${String(Port)}: for that one has to be root.`,
    );
  await onItsCalls(run, BLACKHOLE);
  return 0;
};

const flows = ({ inputs }: PluginRun) =>
  inputs["FlowsPercent"] === undefined ? 100 : Number(inputs["FlowsPercent"]);

/** What cannot be done to a group of processes without being root. */
export const refused: Plugin = ({ command }) =>
  Promise.reject(
    new Error(`Squall does not serve ${command.documentName}: it would take root, or the whole machine.`),
  );
