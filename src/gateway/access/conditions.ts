import type { Catalog } from "../../aws/catalog.ts";
import { takesRolesAs } from "../../aws/iam-request.ts";
import { compilePath } from "../../aws/input-path.ts";
import { parseArn } from "../../core/arn.ts";
import type { Credential } from "../../core/credentials.ts";
import { named } from "../../core/named.ts";
import type { RequestContext } from "../../core/policy-conditions.ts";
import type { Wanted } from "../../core/service.ts";
import type { ApiCall } from "../api-call.ts";
import type { Asker } from "./asker.ts";

/** What the values of condition keys are read from. */
export interface Circumstances {
  readonly call: ApiCall;
  readonly asker: Asker;
  readonly request: Wanted;
  readonly resource: string;
  /** Tags of the principal, and of the session over them. */
  readonly principalTags: Readonly<Record<string, string>>;
  readonly session: Credential["session"];
  readonly catalog: Catalog;
  readonly nowMs: number;
}

type Values = Record<string, readonly string[]>;

/** Values of the global condition keys, and of those that the service declares: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html */
export function conditionsOf(given: Circumstances): RequestContext {
  return {
    ...network(given),
    ...principal(given),
    ...resource(given),
    ...source(given),
    ...own(given),
    ...given.request.conditions,
  };
}

function network({ call, nowMs }: Circumstances): Values {
  const { headers, request, region } = call;
  return {
    "aws:CurrentTime": [new Date(nowMs).toISOString()],
    "aws:EpochTime": [String(Math.floor(nowMs / 1000))],
    // Squall stands for AWS's endpoints, which are HTTPS: policies that deny plain HTTP would shut out everybody.
    "aws:SecureTransport": ["true"],
    "aws:RequestedRegion": [region],
    ...(request?.remoteAddress && { "aws:SourceIp": [request.remoteAddress.replace(/^::ffff:/, "")] }),
    ...(headers["user-agent"] && { "aws:UserAgent": [headers["user-agent"]] }),
    ...(headers["referer"] && { "aws:Referer": [headers["referer"]] }),
  };
}

const TYPES = { root: "Account", user: "User", role: "AssumedRole", federated: "FederatedUser" } as const;

function principal({ asker, call, principalTags, session }: Circumstances): Values {
  const { caller } = call;
  if (asker.kind === "service") {
    return {
      "aws:PrincipalIsAWSService": ["true"],
      "aws:PrincipalServiceName": [asker.arn],
      "aws:PrincipalServiceNamesList": [asker.arn],
    };
  }
  const name = asker.kind === "user" ? asker.arn.slice(asker.arn.lastIndexOf("/") + 1) : undefined;
  const tags = Object.entries(principalTags).map(([key, value]) => [`aws:PrincipalTag/${key}`, [value]]);
  return {
    "aws:PrincipalIsAWSService": ["false"],
    "aws:ViaAWSService": [String(call.isInternal)],
    "aws:PrincipalArn": [asker.arn],
    "aws:PrincipalAccount": [asker.arn.split(":")[4] || caller.account],
    "aws:PrincipalType": [TYPES[asker.kind]],
    "aws:userid": [caller.userId],
    ...(name !== undefined && { "aws:username": [name] }),
    ...(session?.sourceIdentity !== undefined && { "aws:SourceIdentity": [session.sourceIdentity] }),
    ...(session?.issuedAtMs !== undefined && {
      "aws:TokenIssueTime": [new Date(session.issuedAtMs).toISOString()],
    }),
    ...(session !== undefined && { "aws:MultiFactorAuthPresent": [String(session.isMfa ?? false)] }),
    ...Object.fromEntries(tags),
  };
}

function resource({ call, request, resource, catalog }: Circumstances): Values {
  const tags = resource.startsWith("arn:") ? (catalog.find(resource)?.tags ?? {}) : {};
  const account = parseArn(resource)?.account || request.owner || call.account;
  const asked = requestTags(request.input);
  const values: Values = { "aws:ResourceAccount": [account] };
  for (const [key, value] of Object.entries(tags)) values[`aws:ResourceTag/${key}`] = [value];
  for (const [key, value] of Object.entries(asked.tags)) values[`aws:RequestTag/${key}`] = [value];
  if (asked.keys.length > 0) values["aws:TagKeys"] = asked.keys;
  return values;
}

/** On behalf of whom a service calls. */
function source({ call, asker }: Circumstances): Values {
  const { sourceArn } = call;
  if (asker.kind !== "service") {
    // A topic's default policy lets its owner's account in by this name.
    return { "aws:SourceOwner": [call.caller.account] };
  }
  const account = (sourceArn && parseArn(sourceArn)?.account) || call.sourceAccount;
  return {
    ...(sourceArn !== undefined && { "aws:SourceArn": [sourceArn] }),
    "aws:SourceAccount": [account],
    "aws:SourceOwner": [account],
  };
}

function own({ call, request, resource, catalog }: Circumstances): Values {
  const service = request.action.startsWith("iam:PassRole") ? "iam" : call.service;
  const values: Values = {};
  for (const [key, reader] of Object.entries(catalog.get(service)?.iam?.conditionKeys ?? {})) {
    const found =
      typeof reader === "string"
        ? compilePath(reader)(request.input)
        : reader(request.input, resource, catalog.find(resource)?.record, call);
    if (found && found.length > 0) values[key] = found;
  }
  for (const [prefix, member] of Object.entries(catalog.get(service)?.iam?.conditionMaps ?? {})) {
    for (const [key, value] of Object.entries((request.input[member] as object | undefined) ?? {}))
      values[`${prefix}${key}`] = [String(value)];
  }
  if (service === "kms") {
    values["kms:CallerAccount"] = [call.caller.account];
    if (call.via !== undefined) values["kms:ViaService"] = [`${call.via}.${call.region}.amazonaws.com`];
  }
  if (request.action === "iam:PassRole")
    values["iam:PassedToService"] = [takesRolesAs(call.service, catalog)[0]];
  return values;
}

/** Tags and tag keys that an input has, as a list or a map, in any spelling. */
function requestTags(input: Readonly<Record<string, unknown>>): {
  tags: Record<string, string>;
  keys: string[];
} {
  const tags = named<string>();
  const given = input["Tags"] ?? input["tags"];
  if (Array.isArray(given)) {
    for (const { Key, key = Key, Value, value = Value } of given as Record<string, unknown>[])
      if (typeof key === "string") tags[key] = String(value ?? "");
  } else if (typeof given === "object" && given !== null) {
    for (const [key, value] of Object.entries(given)) tags[key] = String(value);
  }
  const removed = input["TagKeys"] ?? input["tagKeys"];
  const keys = Array.isArray(removed) ? removed.filter((key): key is string => typeof key === "string") : [];
  return { tags, keys: [...Object.keys(tags), ...keys] };
}
