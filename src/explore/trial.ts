import type { ResourceDigest } from "../aws/digest.ts";
import type { Bus, CallRecord } from "../core/bus.ts";
import type { FaultRuleInput } from "../core/fault.ts";
import type { Hypothesis } from "./hypotheses.ts";
import { forgetsContents } from "./operations.ts";
import { type Patience, runProgram, runShell } from "./program.ts";

/** What exploration needs of a cloud; `Cloud` has it. */
export interface TrialCloud {
  readonly url: string;
  readonly bus: Pick<Bus, "subscribe">;
  readonly faults: {
    add(rule: FaultRuleInput): Promise<unknown>;
    counts(id: string): { readonly fired: number } | undefined;
  };
  readonly calls: { readonly markedAt: number | undefined };
  digest(): ResourceDigest[];
  settle(within: string | number): Promise<{ isQuiet: boolean }>;
  call(service: string, operation: string, input: object): Promise<object>;
  stop(): Promise<void>;
}

/** How trials are made. */
export interface TrialSetting {
  /** The command and its arguments. */
  readonly command: readonly string[];
  readonly cwd: string;
  /** The variables that reach a cloud, beside those of this process. */
  environment(cloud: TrialCloud): Readonly<Record<string, string>>;
  /** A cloud of its own, as it is before the command. */
  makeCloud(): Promise<TrialCloud>;
  /** How much of the clock's time a world gets to come to rest. */
  readonly settleWithin: string | number;
  /** What must hold in the end. */
  readonly hypotheses?: readonly Hypothesis[];
  /** Shell commands around each run, for what lives outside of Squall. */
  readonly before?: string;
  readonly after?: string;
}

/** What one run of the command did. */
export interface Trial {
  /** Undefined when it was cut. */
  readonly exitCode: number | undefined;
  /** It went on for longer than it was given. */
  readonly isCut: boolean;
  readonly tookMs: number;
  /** All calls, as they began. */
  readonly calls: readonly CallRecord[];
  /** Ids of the rules that struck. */
  readonly struck: ReadonlySet<string>;
  /** What was there when nothing happened any more, and what was there of resources that the run has deleted. */
  readonly world: readonly ResourceDigest[];
  /** ARNs of resources that the run has deleted. */
  readonly gone: ReadonlySet<string>;
  /** False: something still happened when the time for it was over. */
  readonly isQuiet: boolean;
  /** What does not hold in the end, and why. */
  readonly refuted: readonly { readonly name: string; readonly why: string }[];
  /** The end of what the command wrote. */
  readonly output: string;
  /** Sequence number of the last call before the mark; undefined without a mark. */
  readonly markedAt?: number;
}

/** It ends well, and asks nothing of AWS. */
export const hasNoCalls = ({ exitCode, calls }: Trial): boolean => exitCode === 0 && calls.length === 0;

/** A run that takes longer than this many fault-free ones hangs. */
const PATIENCE = 5;
/** boto3 in its legacy mode tries DynamoDB ten times, for up to 50 s. */
const PATIENCE_MS = 60_000;
/** No SDK waits longer between two attempts: 25.6 s is the most that boto3's legacy mode does. */
const PATIENCE_IDLE_MS = 30_000;

/** What is usual without a fault says what hangs under one. */
export function patienceAfter(faultFree: readonly Trial[]): Patience {
  const longestMs = Math.max(...faultFree.map(({ tookMs }) => tookMs));
  return {
    mostMs: PATIENCE * longestMs + PATIENCE_MS,
    mostIdleMs: PATIENCE * longestMs + PATIENCE_IDLE_MS,
  };
}

/** Runs the command once, in a world of its own, under rules. */
export async function runTrial(
  setting: TrialSetting,
  rules: readonly FaultRuleInput[],
  patience: Patience,
): Promise<Trial> {
  const cloud = await setting.makeCloud();
  try {
    const place = { cwd: setting.cwd, environment: setting.environment(cloud) };
    if (setting.before) await runShell("--before", setting.before, place);
    for (const rule of rules) await cloud.faults.add(rule);
    const torn = tearDowns(cloud);
    const heard = listen(cloud);
    const startedAt = performance.now();
    const ended = await runProgram(setting.command, place, cloud.bus, patience);
    const tookMs = performance.now() - startedAt;
    const { isQuiet } = await cloud.settle(setting.settleWithin);
    torn.stop();
    const world = cloud.digest();
    const there = new Set(world.map(({ arn }) => arn));
    const gone = [...torn.last.values()].filter(({ arn }) => !there.has(arn));
    const calls = asTheyBegan(heard.calls);
    const { markedAt } = cloud.calls;
    const refuted = await refutedBy(setting, cloud);
    if (setting.after) await runShell("--after", setting.after, place);
    return {
      ...ended,
      tookMs,
      calls,
      struck: struckBy(rules, calls, cloud),
      world: [...world, ...gone],
      gone: new Set(gone.map(({ arn }) => arn)),
      isQuiet,
      refuted,
      ...(markedAt !== undefined && { markedAt }),
    };
  } finally {
    await cloud.stop();
  }
}

/** What strikes outside of any call is only counted; what a command has removed is only in its calls. */
function struckBy(
  rules: readonly FaultRuleInput[],
  calls: readonly CallRecord[],
  { faults }: TrialCloud,
): Set<string> {
  const struck = new Set<string>();
  for (const { id } of rules) if (id !== undefined && (faults.counts(id)?.fired ?? 0) > 0) struck.add(id);
  for (const { decisions } of calls) for (const { ruleId, fired } of decisions) if (fired) struck.add(ruleId);
  return struck;
}

async function refutedBy(setting: TrialSetting, cloud: TrialCloud): Promise<Trial["refuted"]> {
  const world = {
    url: cloud.url,
    cwd: setting.cwd,
    environment: setting.environment(cloud),
    call: (service: string, operation: string, input: object) => cloud.call(service, operation, input),
  };
  const refuted: { name: string; why: string }[] = [];
  for (const { name, refuted: look } of setting.hypotheses ?? []) {
    const why = await look(world);
    if (why !== undefined) refuted.push({ name, why });
  }
  return refuted;
}

/** A command that cleans up behind itself leaves nothing to compare: what is about to be deleted is looked at before. */
function tearDowns(cloud: TrialCloud) {
  const last = new Map<string, ResourceDigest>();
  const stop = cloud.bus.subscribe("call.begins", ({ operation }) => {
    if (!forgetsContents(operation)) return;
    for (const digest of cloud.digest()) {
      // The second PurgeQueue of a clean-up finds nothing: what was there before it counts.
      if (digest.contents.length > 0 || !last.has(digest.arn)) last.set(digest.arn, digest);
    }
  });
  return { last, stop };
}

/** Not the recorder: a command may reset Squall, or make more calls than are remembered. */
function listen(cloud: TrialCloud) {
  const calls: CallRecord[] = [];
  cloud.bus.subscribe("call", (call) => {
    // Asked for at once, so that every call is counted as it begins.
    void call.site;
    calls.push(call);
  });
  return { calls };
}

/** A call is recorded when it ends, after those that it made. */
function asTheyBegan(calls: readonly CallRecord[]): CallRecord[] {
  return [...calls].sort((a, b) => a.startedAt - b.startedAt || a.sequence - b.sequence);
}
