import { type Read, ReadAhead } from "../../../core/read-ahead.ts";
import type { Value } from "../sam/value.ts";
import { fromYaml, Malformed } from "./yaml-nodes.ts";

const ahead = new ReadAhead(new URL(import.meta.url));

/** The task of the other process. */
export function run(text: string): Read {
  try {
    return { value: fromYaml(text) };
  } catch (error) {
    if (error instanceof Malformed) return { refusal: error.message };
    throw error;
  }
}

export const prepareYaml = (text: string): Promise<void> => ahead.prepare(text);

/** @throws Malformed */
export function parseYaml(text: string): Value {
  const read = ahead.get(text) ?? run(text);
  if ("refusal" in read) throw new Malformed(read.refusal);
  return read.value as Value;
}
