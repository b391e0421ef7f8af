import type { Place } from "./arn-template.ts";
import { NamesByText } from "./names-by-text.ts";
import type { ResourceType } from "./resource.ts";

type Input = Readonly<Record<string, unknown>>;

/**
 * What a member of inputs is to the resources of a service: nothing, one of which more must be looked at, or what names them, with what
 * its texts have named.
 */
type Role = "not" | "more" | NamesByText;

const MOST_MEMBERS = 1000;

/**
 * What inputs of a service name by one text alone, which most do (a table, a queue): it is remembered by the text, so that it need not be
 * read anew at every call.
 */
export class NamedAlone {
  readonly #types: readonly ResourceType[];
  readonly #roles = new Map<string, Role>();

  constructor(types: readonly ResourceType[]) {
    this.#types = types;
  }

  /**
   * @param find what the input names, when that is not known yet
   * @returns undefined for an input that names by more than one text
   */
  of(input: Input, place: Place, find: () => readonly string[]): readonly string[] | undefined {
    let named: NamesByText | undefined;
    let text: unknown;
    for (const member in input) {
      const role = this.#roles.get(member) ?? this.#learn(member);
      if (role === "not") continue;
      if (role === "more" || named !== undefined) return undefined;
      named = role;
      text = input[member];
    }
    return typeof text === "string" ? named?.of(text, place, find) : undefined;
  }

  #learn(member: string): Role {
    let role: Role = "not";
    for (const type of this.#types) {
      const its = type.isNamedBy(member);
      // What is kept can be another by the next call.
      if (its === "more" || (its === "text" && type.keyOf && type.nameOf)) role = "more";
      else if (its === "text" && role === "not") role = new NamesByText();
    }
    // Names come from requests, too.
    if (this.#roles.size < MOST_MEMBERS) this.#roles.set(member, role);
    return role;
  }
}
