import { partitionOf } from "../../core/arn.ts";
import type { Clock } from "../../core/clock.ts";
import type { ResourceContext } from "./resource-type.ts";

/* What the contexts of resources have in common, of those in stacks and of those that Cloud Control makes. */

/** Of what names are made of that a template does not give. */
export const NAME_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

const LONGEST_WAIT_MS = 600_000;
const LOOK_MS = 1000;

/** Waits by the clock until it holds, a second between two looks. @throws what `late` makes, after ten minutes */
export async function untilHolds(
  holds: () => Promise<boolean>,
  {
    clock,
    signal,
    waits,
    late,
  }: {
    readonly clock: Clock;
    readonly signal: AbortSignal;
    /** Told each time before it waits. */
    waits(): void;
    late(): Error;
  },
): Promise<void> {
  const deadlineMs = clock.now() + LONGEST_WAIT_MS;
  while (!(await holds())) {
    if (clock.now() >= deadlineMs) throw late();
    waits();
    await clock.sleep(LOOK_MS, signal);
  }
}

/** A context in which a resource is read, and nothing made or waited for. */
export function readingContext(
  { account, region }: Pick<ResourceContext, "account" | "region">,
  call: ResourceContext["call"],
  stack: { readonly name: string; readonly id: string } = { name: "", id: "" },
): ResourceContext {
  const refuse = () => {
    throw new Error("What is only read waits for nothing");
  };
  return {
    logicalId: "",
    stackName: stack.name,
    stackId: stack.id,
    account,
    region,
    partition: partitionOf(region),
    stackTags: {},
    stackTagsBefore: {},
    name: () => "",
    call,
    until: refuse,
    made: refuse,
    engine: { newId: refuse, signalUrl: refuse, awaitSignals: refuse },
  };
}
