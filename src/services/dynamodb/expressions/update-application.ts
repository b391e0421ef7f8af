import { type AttributeValue, type Item, levelsOf, setAttribute } from "../attribute-value.ts";
import { invalid, nestedTooDeep } from "../errors.ts";
import { addNumbers, subtractNumbers } from "../number.ts";
import { at } from "./evaluation.ts";
import type { Path } from "./placeholders.ts";
import type { PathStep } from "./syntax.ts";
import type { Assigned, Clause } from "./update.ts";

const MOST_LEVELS = 32;

const wrongOperand = () => invalid("An operand in the update expression has an incorrect data type");
const missingOperand = () =>
  invalid("The provided expression refers to an attribute that does not exist in the item");
const wrongPath = () => invalid("The document path provided in the update expression is invalid for update");

/**
 * An item after an update. Everything is computed from the item as it was, and list positions are those that it had.
 * The item given stays as it is.
 */
export function applyUpdate(item: Item, clauses: readonly Clause[]): Item {
  const values = clauses.map((clause) => newValue(clause, item));
  const draft = new Draft(item);
  clauses.forEach(({ path }, at) => {
    draft.write(path, values[at]);
  });
  return draft.finish();
}

/** What a clause puts at its path; undefined takes away what is there. */
function newValue(clause: Clause, item: Item): AttributeValue | undefined {
  switch (clause.action) {
    case "SET": {
      const value = assigned(clause.value, item);
      if (value.M || value.L) {
        if (levelsOf(value) + clause.path.length - 1 > MOST_LEVELS) throw nestedTooDeep();
      }
      return value;
    }
    case "REMOVE":
      return undefined;
    case "ADD":
      return sum(at(clause.path, item), clause.value, wrongOperand);
    case "DELETE":
      return difference(at(clause.path, item), clause.value, wrongOperand);
  }
}

function assigned(value: Assigned, item: Item): AttributeValue {
  switch (value.kind) {
    case "value":
      return value.value;
    case "path": {
      const found = at(value.path, item);
      if (!found) throw missingOperand();
      return found;
    }
    case "if_not_exists":
      return at(value.path, item) ?? assigned(value.otherwise, item);
    case "list_append": {
      const [left, right] = [assigned(value.args[0], item), assigned(value.args[1], item)];
      if (!left.L || !right.L) throw wrongOperand();
      return { L: [...left.L, ...right.L] };
    }
    case "arithmetic": {
      const [left, right] = [assigned(value.args[0], item), assigned(value.args[1], item)];
      if (left.N === undefined || right.N === undefined) throw wrongOperand();
      return { N: value.operator === "+" ? addNumbers(left.N, right.N) : subtractNumbers(left.N, right.N) };
    }
  }
}

/** ADD: numbers add up, sets unite. */
export function sum(
  before: AttributeValue | undefined,
  operand: AttributeValue,
  mismatch: () => Error,
): AttributeValue {
  if (!before) return operand;
  if (before.N !== undefined && operand.N !== undefined) return { N: addNumbers(before.N, operand.N) };
  if (before.SS && operand.SS) return { SS: [...new Set([...before.SS, ...operand.SS])] };
  if (before.NS && operand.NS) return { NS: [...new Set([...before.NS, ...operand.NS])] };
  const { BS: binaries } = before;
  if (binaries && operand.BS)
    return { BS: [...binaries, ...operand.BS.filter((added) => !holdsBytes(binaries, added))] };
  throw mismatch();
}

/** DELETE: what is left of a set; undefined when nothing is. */
export function difference(
  before: AttributeValue | undefined,
  operand: AttributeValue,
  mismatch: () => Error,
): AttributeValue | undefined {
  if (!before) return undefined;
  if (before.SS && operand.SS) {
    const left = without(before.SS, operand.SS);
    return left.length > 0 ? { SS: left } : undefined;
  }
  if (before.NS && operand.NS) {
    const left = without(before.NS, operand.NS);
    return left.length > 0 ? { NS: left } : undefined;
  }
  const { BS: binaries } = operand;
  if (before.BS && binaries) {
    const left = before.BS.filter((member) => !holdsBytes(binaries, member));
    return left.length > 0 ? { BS: left } : undefined;
  }
  throw mismatch();
}

const without = (members: readonly string[], others: readonly string[]) =>
  members.filter((member) => !others.includes(member));

function holdsBytes(binaries: readonly Uint8Array[], wanted: Uint8Array): boolean {
  return binaries.some((binary) => Buffer.compare(binary, wanted) === 0);
}

/** A copy that copies only what is written to. Removed list members leave a hole until the end, so that positions stay. */
class Draft {
  readonly #item: Item;
  readonly #own = new Set<Item | AttributeValue[]>();
  readonly #lists = new Set<(AttributeValue | undefined)[]>();
  readonly #appended = new Map<(AttributeValue | undefined)[], Map<number, AttributeValue>>();

  constructor(item: Item) {
    this.#item = { ...item };
  }

  write(path: Path, value: AttributeValue | undefined): void {
    let members: Item | AttributeValue[] = this.#item;
    const [head, ...steps] = path;
    let step: PathStep = head;
    for (const nextStep of steps) {
      const below = this.#below(members, step, nextStep);
      // REMOVE below something that is not there removes nothing only if the container exists.
      if (!below) throw wrongPath();
      members = below;
      step = nextStep;
    }
    if (typeof step === "string") {
      if (Array.isArray(members)) throw wrongPath();
      if (value) setAttribute(members, step, value);
      else delete members[step];
    } else {
      if (!Array.isArray(members)) throw wrongPath();
      this.#writeMember(members, step, value);
    }
  }

  /** The container at a step, made the draft's own. */
  #below(members: Item | AttributeValue[], step: string | number, nextStep: string | number) {
    const value = (members as Record<string | number, AttributeValue | undefined>)[step];
    const kind = typeof nextStep === "number" ? "L" : "M";
    const container = value?.[kind];
    if (!container) return undefined;
    if (this.#own.has(container)) return container;
    const copy = Array.isArray(container) ? [...container] : { ...container };
    this.#own.add(copy);
    (members as Record<string | number, AttributeValue>)[step] = { [kind]: copy };
    return copy;
  }

  #writeMember(
    list: (AttributeValue | undefined)[],
    position: number,
    value: AttributeValue | undefined,
  ): void {
    this.#lists.add(list);
    if (position < list.length) {
      list[position] = value;
    } else if (value) {
      const appended = this.#appended.get(list) ?? new Map<number, AttributeValue>();
      appended.set(position, value);
      this.#appended.set(list, appended);
    }
  }

  finish(): Item {
    for (const list of this.#lists) {
      const appended = [...(this.#appended.get(list) ?? [])].sort(([a], [b]) => a - b);
      const left = [...list.filter((member) => member !== undefined), ...appended.map(([, value]) => value)];
      list.splice(0, list.length, ...left);
    }
    return this.#item;
  }
}
