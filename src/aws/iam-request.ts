import { parseArn } from "../core/arn.ts";
import type { Wanted } from "../core/service.ts";
import { loadModel } from "../models/model.ts";
import type { Place } from "./arn-template.ts";
import type { Catalog } from "./catalog.ts";
import type { AlsoWanted } from "./declaration.ts";
import { compilePath } from "./input-path.ts";

interface Asked {
  readonly service: string;
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly account: string;
  readonly region: string;
  readonly caller: { readonly arn: string };
}

const ANYTHING: readonly string[] = ["*"];

/** The actions that a call needs, each with its resources; none for a call that needs no permission. */
export function iamRequestsOf(call: Asked, catalog: Catalog): Wanted[] {
  const { service, operation, input } = call;
  const iam = catalog.get(service)?.iam;
  if (iam?.free?.includes(operation)) return [];
  const requests: Wanted[] = [];
  if (iam?.byPath) requests.push(requestByPath(call, iam.prefix ?? service));
  else if (!iam?.asksItself)
    for (const part of actionsOf(call, catalog))
      requests.push({ ...part, resources: resourcesOf({ ...call, input: part.input }, catalog) });
  requests.push(...alsoWanted(call, iam?.also?.[operation] ?? [], requests[0]?.resources ?? ANYTHING));
  const passed = iam?.passesRole && Object.hasOwn(iam.passesRole, operation) && iam.passesRole[operation];
  if (passed) {
    const named = [passed].flat().flatMap((path) => compilePath(path)(input));
    // API Gateway is also told to call as its caller: arn:aws:iam::*:user/*
    // IAM itself is told the name alone.
    const roles =
      service === "iam" ? named.map((name) => `arn:aws:iam::${call.account}:role/${name}`) : named;
    const resources = [...new Set(roles.filter((role) => role.includes(":role/")))];
    if (resources.length > 0) requests.push({ action: "iam:PassRole", resources, input });
  }
  return requests;
}

/** The names under which a service takes the roles that it is handed. */
export const takesRolesAs = (service: string, catalog: Catalog): readonly [string, ...string[]] =>
  catalog.get(service)?.iam?.takesRolesAs ?? [`${service}.amazonaws.com`];

function alsoWanted({ input }: Asked, also: readonly AlsoWanted[], own: readonly string[]): Wanted[] {
  return also.flatMap(({ action, when, isOnNamed }) => {
    if (isOnNamed) {
      const arns = compilePath(when)(input).filter((text) => text.startsWith("arn:"));
      return arns.length > 0 ? [{ action, resources: arns, input }] : [];
    }
    const value = input[when];
    const isGiven = typeof value === "object" && value !== null ? Object.keys(value).length > 0 : !!value;
    return isGiven ? [{ action, resources: own, input }] : [];
  });
}

function actionsOf({ service, operation, input }: Asked, catalog: Catalog): Omit<Wanted, "resources">[] {
  const iam = catalog.get(service)?.iam;
  for (const { actions } of catalog.types(service)) {
    const action = actions && Object.hasOwn(actions, operation) ? actions[operation] : undefined;
    if (typeof action === "string") return [{ action, input }];
    if (action) return action(input).map((part) => ({ ...part }));
  }
  const named = iam?.actions && Object.hasOwn(iam.actions, operation) ? iam.actions[operation] : undefined;
  return [{ action: named ?? `${iam?.prefix ?? service}:${operation}`, input }];
}

function resourcesOf(call: Asked, catalog: Catalog): readonly string[] {
  const { service, operation, input } = call;
  const iam = catalog.get(service)?.iam;
  if (iam?.onAnything?.includes(operation)) return ANYTHING;
  const own = iam?.resourcesOf?.(input, call) ?? [];
  const arns = own.length > 0 ? own : namedResources(call, catalog);
  if (arns.length === 0) return isOnCaller(call, iam?.onCaller) ? [call.caller.arn] : ANYTHING;
  const { arnOf } = iam ?? {};
  return arnOf ? arns.map((arn) => arnOf(arn)) : arns;
}

/** An operation that is about the caller when nobody else is named. */
function isOnCaller({ service, operation, caller }: Asked, member: string | undefined): boolean {
  if (member === undefined || !caller.arn.includes(":user/")) return false;
  const model = loadModel(service);
  const members = model?.shapes[model.operations[operation]?.input?.shape ?? ""]?.members;
  return members !== undefined && Object.hasOwn(members, member) && !/^List(Users|Roles)$/.test(operation);
}

/** What the action is on: of the types that are named the first, or one that says that it stands in for that. */
function namedResources({ service, input, ...place }: Asked, catalog: Catalog): readonly string[] {
  const named = [...catalog.named(service, input, place)];
  const first = named[0];
  if (first) return (named.find(({ type }) => type.insteadOf === first.type.name) ?? first).arns;
  // A backup, an export: no type declares it, but the input has its ARN.
  const prefix = catalog.get(service)?.iam?.prefix ?? service;
  return Object.values(input).filter(
    (value): value is string =>
      typeof value === "string" && value.startsWith("arn:") && parseArn(value)?.service === prefix,
  );
}

/** `apigateway:PATCH` on `arn:aws:apigateway:us-east-1::/restapis/a1b2c3` */
function requestByPath({ service, operation, input, region }: Asked, prefix: string): Wanted {
  const model = loadModel(service);
  const http = model?.operations[operation]?.http;
  const members = model?.shapes[model.operations[operation]?.input?.shape ?? ""]?.members ?? {};
  const labels = new Map(
    Object.entries(members).map(([name, { locationName }]) => [locationName ?? name, name]),
  );
  const path = (http?.requestUri ?? "/").replace(/\?.*$/, "").replace(/\{([^}+]+)\+?\}/g, (_, label) => {
    const value = input[labels.get(label) ?? label];
    return typeof value === "string" ? value : "";
  });
  const action = `${prefix}:${http?.method ?? "POST"}`;
  return { action, resources: [`arn:aws:${prefix}:${region}::${path}`], input };
}

/** Where a resource lives: what its ARN does not say is where the call is. */
export function placeOfResource(arn: string, { account, region }: Place): Place {
  const parsed = parseArn(arn);
  return { account: parsed?.account || account, region: parsed?.region || region };
}
