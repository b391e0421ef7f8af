import type { ResourceDigest } from "../aws/digest.ts";
import { nameOf, ofType } from "./evidence.ts";

/** What checks read of a state: https://states-language.net/ */
export interface LookedState {
  readonly Type: string;
  readonly Resource?: string;
  readonly Next?: string;
  readonly End?: boolean;
  readonly TimeoutSeconds?: number | string;
  readonly TimeoutSecondsPath?: string;
  readonly Retry?: readonly { readonly ErrorEquals?: readonly string[] }[];
  readonly Catch?: readonly { readonly ErrorEquals?: readonly string[]; readonly Next?: string }[];
}

interface Flow {
  readonly States?: Readonly<Record<string, LookedState>>;
}

/** Every state of every state machine, with its machine, its name and the states beside it. */
export function* statesOf(resources: readonly ResourceDigest[]) {
  for (const machine of ofType(resources, "stepfunctions", "state-machine")) {
    const definition = definitionOf(machine);
    if (definition)
      for (const found of within(definition))
        yield { machine: machine.arn, name: nameOf(machine.arn), ...found };
  }
}

function definitionOf({ contents }: ResourceDigest): Flow | undefined {
  const text = contents.find(({ id }) => id === "definition")?.text;
  if (text === undefined) return undefined;
  const { definition } = JSON.parse(text) as { definition: string };
  return JSON.parse(definition) as Flow;
}

type Nested = LookedState & {
  readonly Branches?: readonly Flow[];
  readonly ItemProcessor?: Flow;
  readonly Iterator?: Flow;
};

function* within(
  flow: Flow,
): Iterable<{ stateName: string; state: LookedState; beside: Readonly<Record<string, LookedState>> }> {
  const beside = flow.States ?? {};
  for (const [stateName, state] of Object.entries(beside)) {
    yield { stateName, state, beside };
    const { Branches = [], ItemProcessor, Iterator } = state as Nested;
    for (const inner of [...Branches, ItemProcessor, Iterator]) if (inner) yield* within(inner);
  }
}
