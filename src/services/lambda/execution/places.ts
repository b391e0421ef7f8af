import { existsSync } from "node:fs";
import { join } from "node:path";

/** A folder of an environment: where it is on this machine, and where functions know it to be. */
export interface Place {
  readonly here: string;
  /** `/var/task` */
  readonly known: string;
}

/** The folders of an environment. */
export class Places {
  readonly #places: readonly (Place & { readonly pattern: RegExp })[];

  constructor(places: readonly Place[]) {
    this.#places = places.map((place) => ({ ...place, pattern: pathsBelow(place.here) }));
  }

  /** A text in which paths of this machine have become those that functions know. */
  toKnown(text: string): string {
    let known = text;
    for (const place of this.#places)
      if (known.includes(place.here)) known = known.replace(place.pattern, place.known);
    return known;
  }

  /** A text in which paths that functions know have become those of this machine, where there is something. */
  toHere(text: string): string {
    if (!text.includes("/")) return text;
    let here = text;
    for (const { here: folder, known } of this.#places) {
      const below = new RegExp(`(?<![\\w./-])${RegExp.escape(known)}((?:/[^/:=,;\\s"']+)*)`, "g");
      here = here.replace(below, (path, rest: string) =>
        existsSync(join(folder, rest)) ? join(folder, rest) : path,
      );
    }
    return here;
  }
}

/** The folder itself and what is below it, but not what only begins like it. */
const pathsBelow = (folder: string): RegExp => new RegExp(`${RegExp.escape(folder)}(?![\\w.-])`, "g");
