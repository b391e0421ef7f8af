import { type DigestEntry, entryOrder, type ResourceDigest } from "../aws/digest.ts";
import { sure } from "../core/sure.ts";

type World = ReadonlyMap<string, ResourceDigest>;

/** What is drawn, whatever it looks like. */
const DRAWN = "*";
/** A shorter name stands for itself only as a whole text: within others it may be a part of any word. */
const SHORTEST_WITHIN = 6;
const SHORTEST = 2;

/**
 * Names of things that are others in each fault-free run: ids that do not look like ids (`k3x9`, `brave-otter`). Such a name
 * flows from one call into the next, so it is replaced wherever it stands: as the name of an item, within it, in a message.
 */
export class DrawnNames {
  /** By resource whose things have such names: the parts of names (an item's are its keys) that are the same in every run. */
  readonly #kept = new Map<string, ReadonlySet<string>>();

  constructor(runs: readonly World[]) {
    const [first, ...others] = runs;
    for (const [arn, { contents }] of sure(first)) {
      const [some, ...more] = [contents, ...others.map((run) => run.get(arn)?.contents ?? [])].map(idsOf);
      const ids = [...sure(some)];
      // As many in each run, and not the same: what is only missing in one of them is not drawn.
      const isAlike = more.every(({ size }) => size === ids.length);
      if (!isAlike || ids.every((id) => more.every((other) => other.has(id)))) continue;
      const parts = more.map((other) => new Set([...other].flatMap(partsOf)));
      const kept = ids.flatMap(partsOf).filter((part) => parts.every((other) => other.has(part)));
      this.#kept.set(arn, new Set(kept));
    }
  }

  replaced(run: World): Map<string, ResourceDigest> {
    const names = this.#drawnIn(run);
    if (names.size === 0) return new Map(run);
    const pattern = patternOf([...names]);
    const anonymous = (text: string) => text.replace(pattern, DRAWN);
    const entry = ({ id, text }: DigestEntry): DigestEntry => ({
      ...(id !== undefined && { id: named(id, names) }),
      text: anonymous(text),
    });
    return new Map(
      [...run].map(([arn, digest]) => [
        arn,
        { ...digest, text: anonymous(digest.text), contents: digest.contents.map(entry).sort(entryOrder) },
      ]),
    );
  }

  #drawnIn(run: World): Set<string> {
    const found = new Set<string>();
    for (const [arn, kept] of this.#kept)
      for (const { id = "" } of run.get(arn)?.contents ?? [])
        for (const part of partsOf(id))
          if (part.length >= SHORTEST && part !== DRAWN && !kept.has(part)) found.add(part);
    return found;
  }
}

const partsOf = (id: string): string[] => id.split("/");

const named = (id: string, drawn: ReadonlySet<string>): string =>
  partsOf(id)
    .map((part) => (drawn.has(part) ? DRAWN : part))
    .join("/");

const idsOf = (contents: readonly DigestEntry[]): ReadonlySet<string> =>
  new Set(contents.flatMap(({ id }) => (id === undefined ? [] : [id])));

/** In JSON: short ones between quotes, long ones anywhere. */
function patternOf(names: readonly string[]): RegExp {
  const inJson = names
    .toSorted((a, b) => b.length - a.length)
    .map((name) => {
      const text = RegExp.escape(JSON.stringify(name).slice(1, -1));
      return name.length >= SHORTEST_WITHIN ? text : `(?<=\\\\*")${text}(?=\\\\*")`;
    });
  return new RegExp(inJson.join("|"), "g");
}
