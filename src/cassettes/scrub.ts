import { isSecretName } from "../core/secret-names.ts";
import { loadModel, type MemberRef, type ServiceModel } from "../models/model.ts";

/** What stands in a secret's place. */
const SCRUBBED = "***";

/** Keys to what they open for a while, which answers have: a file is passed on. */
const KEY = /^(?:sessiontoken|securitytoken|accesstoken|refreshtoken|idtoken|apikey)$/i;

/** Secrets that the models do not mark, and those of services whose whole model Squall does not have. */
const isSecret = (name: string): boolean => KEY.test(name) || isSecretName(name);

/** An input or output without its secrets: members that the model marks as sensitive, and those that are named like one. */
export function scrubbed(
  service: string,
  operation: string,
  side: "input" | "output",
  value: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const model = loadModel(service);
  const shape =
    model && Object.hasOwn(model.operations, operation) ? model.operations[operation]?.[side] : undefined;
  return walk(value, shape, model) as Record<string, unknown>;
}

function walk(value: unknown, member: MemberRef | undefined, model: ServiceModel | undefined): unknown {
  const shape = member && model?.shapes[member.shape];
  if (shape?.sensitive && value !== undefined && value !== null) return hidden(value);
  if (typeof value !== "object" || value === null || value instanceof Uint8Array || value instanceof Date)
    return value;
  if (Array.isArray(value)) return value.map((item) => walk(item, shape?.member, model));
  const entries = Object.entries(value).map(([name, inner]) => {
    if (isSecret(name) && inner !== undefined && inner !== null) return [name, hidden(inner)];
    return [name, walk(inner, shape?.members?.[name] ?? shape?.value, model)];
  });
  return Object.fromEntries(entries);
}

/** Of the same kind, so that it can still be written on the wire. */
function hidden(value: unknown): unknown {
  if (typeof value === "string") return SCRUBBED;
  if (value instanceof Uint8Array) return Buffer.from(SCRUBBED);
  if (typeof value === "number") return 0;
  if (Array.isArray(value)) return value.map(hidden);
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, hidden(inner)]));
}
