import type { FaultMatch, FaultRuleInput, Parameter } from "../core/fault.ts";

type Fields<Name extends string> = Readonly<Record<Name, Parameter>>;

const DURATION = "Milliseconds, or text: 30s, PT5M.";

/** The fields of a rule as it is given; checks, the schema of rules files and the order of fields come from here. */
export const RULE_FIELDS: Fields<keyof FaultRuleInput> = {
  id: { type: "string", description: "Its name. Default: rule-1, rule-2 … or file-1, file-2 …" },
  owner: { type: "string", description: "Whose it is: when an owner ends, its rules go. Default: user." },
  point: {
    type: "string",
    description: "Where: api (every call, the default), or a fault point of a service.",
    default: "api",
  },
  match: { type: "object", description: "Which calls; its fields may also stand in the rule itself." },
  effect: { type: "string", description: "What goes wrong." },
  params: { type: "object", description: "The effect's parameters; they may also stand in the rule itself." },
  percentage: {
    type: "number",
    description: "The share of matches that fire.",
    unit: "%",
    min: 0,
    max: 100,
    default: 100,
  },
  ramp: {
    type: "object",
    description: "The share goes to percentage in a straight line: from this share, over this time.",
  },
  per: {
    type: "string",
    description: "What is counted.",
    values: ["attempt", "call", "caller", "resource"],
    default: "attempt",
  },
  attempts: {
    type: "integer",
    description: "With per: call, only so many attempts of a call that is struck.",
    min: 1,
  },
  times: { type: "integer", description: "Fire at most this often.", min: 1 },
  window: { type: "duration", description: `times within any such time. ${DURATION}`, min: 1 },
  skip: { type: "integer", description: "Let this many matches pass first.", min: 0 },
  every: { type: "integer", description: "Only each n-th match.", min: 1 },
  sequence: {
    type: "strings",
    description: "One entry a match; after the last the rule passes for good.",
    values: ["fail", "pass"],
  },
  repeat: { type: "boolean", description: "Begin the sequence again at its end." },
  from: { type: "duration", description: `When it begins: a date, or how long from now. ${DURATION}` },
  until: { type: "duration", description: `When it ends: a date, or how long from now. ${DURATION}` },
  ttl: { type: "duration", description: `How long it lives. ${DURATION}`, min: 1 },
  note: { type: "string", description: "Anything; it is shown with the rule." },
};

/** The fields of a match. */
export const MATCH_FIELDS: Fields<keyof FaultMatch> = {
  service: {
    type: "strings",
    description: "botocore's name: dynamodb, events, logs; globs, and !exceptions.",
  },
  operation: { type: "strings", description: "PutItem, Get*" },
  resource: { type: "strings", description: "ARN of a resource that the call names, or its last part." },
  role: { type: "strings", description: "ARN or name of the IAM role whose session calls." },
  caller: { type: "strings", description: "ARN of the caller, as GetCallerIdentity gives it." },
  accessKeyId: { type: "strings", description: "The caller's access key." },
  account: { type: "strings", description: "Twelve digits." },
  region: { type: "strings", description: "us-east-1, eu-*" },
  subnet: {
    type: "strings",
    description: "Id of the subnet in which the caller's code runs: a function's in a VPC.",
  },
  vpc: { type: "strings", description: "Id of the VPC in which the caller's code runs." },
  header: { type: "object", description: "Request headers: name and pattern." },
  userAgent: { type: "string", description: "Any part of the user agent." },
  input: { type: "string", description: "A JMESPath expression over the input that must be truthy." },
  site: {
    type: "strings",
    description:
      "The end of the path of calls that led here: lambda.Invoke@worker > dynamodb.UpdateItem@stats",
  },
  parent: { type: "strings", description: "The same of the call that made this one." },
};
