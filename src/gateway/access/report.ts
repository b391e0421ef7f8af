import { readPolicy } from "../../core/policy.ts";
import { wildcard } from "../../core/wildcard.ts";
import type { Access } from "./access.ts";
import type { Use } from "./use-log.ts";

/** The least that a user or role would need, and what of its permissions it has not used. */
export interface PrincipalReport {
  readonly principal: string;
  /** Is it there, or only a name that calls were made under? */
  readonly isMade: boolean;
  /** A policy that allows what it did, and no more. */
  readonly needs: {
    readonly Version: "2012-10-17";
    readonly Statement: readonly { Effect: "Allow"; Action: string[]; Resource: string[] }[];
  };
  /** What its policies do not allow, and why, as AWS says it. */
  readonly missing: readonly Pick<Use, "action" | "resource" | "refused" | "operations" | "count">[];
  readonly calls: readonly Use[];
  /** Allowed by its policies, and never asked for. */
  readonly unused: readonly { policy: string; action: string; resource: string }[];
}

export interface AccessReport {
  readonly mode: Access["mode"];
  readonly principals: readonly PrincipalReport[];
  /** Uses that found no room: the report is not whole when there are any. */
  readonly forgotten: number;
}

export function reportOf({ mode, uses, principals }: Access): AccessReport {
  return {
    mode,
    forgotten: uses.forgotten,
    principals: uses.principals().map((principal) => {
      const made = uses.usesOf(principal);
      const known = principals.find(principal);
      return {
        principal,
        isMade: known !== undefined,
        needs: { Version: "2012-10-17", Statement: leastStatements(made) },
        missing: made.flatMap(({ refused, action, resource, operations, count }) =>
          refused === undefined ? [] : [{ action, resource, refused, operations, count }],
        ),
        calls: made,
        unused: (known?.policies ?? []).flatMap(({ name, text }) => unusedIn(name, text, made)),
      };
    }),
  };
}

/** Actions that are on the same resources stand in one statement. */
function leastStatements(uses: readonly Use[]) {
  const resources = new Map<string, Set<string>>();
  for (const { action, resource } of uses) {
    resources.set(action, (resources.get(action) ?? new Set()).add(resource));
  }
  const actions = new Map<string, { Action: string[]; Resource: string[] }>();
  for (const [action, on] of resources) {
    const Resource = on.has("*") ? ["*"] : [...on].sort();
    const key = Resource.join(" ");
    const statement = actions.get(key) ?? { Action: [], Resource };
    statement.Action.push(action);
    actions.set(key, statement);
  }
  return [...actions.values()].map((statement) => ({ Effect: "Allow" as const, ...statement }));
}

function unusedIn(policy: string, text: string, uses: readonly Use[]) {
  const statements = [readPolicy(text)?.Statement ?? []].flat();
  return statements.flatMap(({ Effect, Action = [], Resource = "*" }) => {
    if (Effect !== "Allow") return [];
    const pairs = [Action]
      .flat()
      .flatMap((action) => [Resource].flat().map((resource) => ({ action, resource })));
    return pairs
      .filter(({ action, resource }) => !uses.some((use) => isUsed(use, action, resource)))
      .map((pair) => ({ policy, ...pair }));
  });
}

function isUsed(use: Use, action: string, resource: string): boolean {
  const isAction = wildcard(action.toLowerCase(), use.action.toLowerCase());
  return isAction && (use.resource === "*" || resource.includes("${") || wildcard(resource, use.resource));
}
