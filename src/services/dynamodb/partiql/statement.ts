import type { AttributeValue, Item } from "../attribute-value.ts";
import type { Condition } from "../expressions/condition.ts";
import type { Path } from "../expressions/placeholders.ts";
import type { Assigned } from "../expressions/update.ts";

/** A PartiQL statement as read; parameters are filled in. Table names as written: names or ARNs. */
export type Statement = Select | Insert | Update | Delete | Exists;

export interface Select {
  readonly kind: "select";
  readonly table: string;
  readonly index?: string;
  /** undefined for `*`. */
  readonly paths: readonly Path[] | undefined;
  readonly where: Condition | undefined;
  readonly order?: readonly { readonly name: string; readonly descends: boolean }[];
}

export interface Insert {
  readonly kind: "insert";
  readonly table: string;
  readonly item: Item;
  readonly ignoresExisting: boolean;
}

/** `set_add` and `set_delete` are ADD and DELETE; they may only name the attribute that is set. */
export type Change =
  | { readonly action: "SET"; readonly path: Path; readonly value: Assigned }
  | { readonly action: "REMOVE"; readonly path: Path }
  | { readonly action: "ADD" | "DELETE"; readonly path: Path; readonly value: AttributeValue };

export type Returning = "ALL_OLD" | "ALL_NEW" | "UPDATED_OLD" | "UPDATED_NEW";

export interface Update {
  readonly kind: "update";
  readonly table: string;
  readonly changes: readonly Change[];
  readonly where: Condition;
  readonly returning?: Returning;
}

export interface Delete {
  readonly kind: "delete";
  readonly table: string;
  readonly where: Condition;
  readonly returning?: Returning;
}

/** `EXISTS (SELECT …)`, the condition check of a transaction. */
export interface Exists {
  readonly kind: "exists";
  readonly table: string;
  readonly where: Condition;
}

export const isRead = (statement: Statement): boolean => statement.kind === "select";
