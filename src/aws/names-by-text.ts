import { BoundedMap } from "../core/bounded-map.ts";
import type { Place } from "./arn-template.ts";

interface Named {
  readonly account: string;
  readonly region: string;
  readonly arns: readonly string[];
}

const MOST_REMEMBERED = 1000;
const LONGEST_REMEMBERED = 256;

/** ARNs of what texts have named, each for whoever asked last: most calls name one of a few, and from one place. */
export class NamesByText {
  readonly #known = new BoundedMap<Named>(MOST_REMEMBERED);

  /** @param find what the text names there, when that is not known yet */
  of(text: string, { account, region }: Place, find: () => readonly string[]): readonly string[] {
    if (text.length > LONGEST_REMEMBERED) return find();
    const known = this.#known.get(text);
    if (known?.account === account && known.region === region) return known.arns;
    const arns = find();
    this.#known.set(text, { account, region, arns });
    return arns;
  }
}
