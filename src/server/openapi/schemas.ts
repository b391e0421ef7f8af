import {
  byName,
  foreign,
  instant,
  list,
  number,
  object,
  oneOf,
  ref,
  type Schema,
  text,
  truth,
  whole,
} from "./schema.ts";

const account = text("Twelve digits.");
const region = text();

const counts = { matched: whole("How often it has matched."), fired: whole("How often it has fired.") };

const rule = {
  id: text(),
  owner: text("`user`, `file`, `header`, or an experiment's ARN. When the owner ends, its rules go."),
  point: text("The fault point: `api`, or one that a service declares."),
  match: foreign("What must hold of a call: as in a rule that is written."),
  effect: text(),
  params: foreign("The effect's own parameters."),
  percentage: number("0 to 100: the share of matches that fire."),
  "ramp?": object({ from: number(), over: whole("Milliseconds."), at: whole("Epoch milliseconds.") }),
  "per?": oneOf(["attempt", "call", "caller", "resource"]),
  "attempts?": whole(),
  "times?": whole("Fires so often at most."),
  "window?": whole("Milliseconds: `times` within any so many."),
  "skip?": whole(),
  "every?": whole(),
  "sequence?": list(oneOf(["fail", "pass"])),
  "repeat?": truth(),
  "startsAt?": whole("Epoch milliseconds."),
  "expiresAt?": whole("Epoch milliseconds."),
  "note?": text(),
};

const tally = object({
  service: text(),
  operation: text(),
  calls: whole(),
  errors: whole("Calls that ended with an error or a dropped connection, injected or not."),
  struck: whole("Calls that a rule of the experiment struck."),
  totalMs: number(),
  longestMs: number(),
  "p50Ms?": number(),
  "p99Ms?": number(),
});

/** The schemas that pages share, by their names in `components`. */
export const SCHEMAS: Readonly<Record<string, Schema>> = {
  Error: object({
    message: text("What is wrong, and what to do."),
    "code?": text("AWS's code, where AWS has one."),
  }),
  Rule: object({ ...rule, ...counts }, "A fault rule in its full form, with its counts."),
  Lever: object({
    stopped: truth("May nothing fail?"),
    "reason?": text(),
    "removed?": whole("How many rules went."),
    "limits?": foreign("How much may fail, and how much of it has."),
  }),
  Call: object(
    {
      sequence: whole("Counts up from 1 in a process: the id of the event stream."),
      id: text(),
      "parentId?": text("The call that led to it."),
      "origin?": text("Who acted, when no call did."),
      identity: text("Which logical call it was: the same from run to run, and for all attempts."),
      site: text("The same to read: `test > lambda.Invoke@worker#1 > dynamodb.PutItem@orders~1f3a9c#1`."),
      parent: text("What is before the last step of `site`."),
      service: text(),
      operation: text(),
      account,
      region,
      callerArn: text(),
      accessKeyId: text(),
      startedAt: whole("Epoch milliseconds of the clock."),
      durationMs: number(),
      status: whole("0 for a dropped connection, and for an answer that was broken off."),
      "errorCode?": text(),
      "dropped?": text("How the connection ended, where there was no whole answer."),
      "retryAfterMs?": whole("When to come back, as the error said."),
      "attempt?": whole(),
      "mostAttempts?": whole(),
      "invocationId?": text("The same for all attempts of one SDK call."),
      "traceId?": text(),
      "userAgent?": text(),
      "isInternal?": truth("Of one service at another."),
      input: foreign("Long texts are cut in it, blobs are `(12 bytes)`, secrets `****`."),
      decisions: list(
        object({
          ruleId: text(),
          owner: text(),
          effect: text(),
          point: text(),
          match: whole("Which match of the rule this was, from 1; 0 when that was never found out."),
          fired: truth(),
          "gaveUp?": text(),
        }),
      ),
      "faultRuleId?": text("The rule that decided the outcome, when one fired."),
    },
    "One call as it is remembered.",
  ),
  Retried: object(
    {
      call: text(),
      site: text(),
      generation: text("The SDK's way to try again, as far as it can be told."),
      "mostAttempts?": whole(),
      attempts: list({ type: ["integer", "string"] }, "Statuses, or how connections ended."),
      waitsMs: list(number(), "Between the end of an attempt and the beginning of the next."),
      longestMs: list(number(), "The longest that the SDK's formula gives for each."),
      askedMs: list({ type: ["number", "null"] }, "What the service asked for before each."),
      "isHintObeyed?": truth(),
      tokens: number("What was taken of the SDK's 500 tokens."),
      outcome: oneOf(["succeeded", "failed"]),
    },
    "A logical call that was tried again, or failed for good.",
  ),
  Resource: object({
    arn: text(),
    service: text(),
    type: text("Its type's name within its service."),
    "cloudFormationType?": text(),
    "fisType?": text(),
    account: text("Twelve digits; empty for a resource of no account."),
    region: text("`global` for a resource of no region."),
    tags: byName(text()),
  }),
  Digest: object({
    arn: text(),
    service: text(),
    type: text(),
    text: text("The resource as canonical JSON, without what differs from run to run."),
    contents: list(object({ "id?": text(), text: text() }), "What is in it, sorted."),
  }),
  Clock: object({
    now: instant(),
    epochMs: whole(),
    rate: number("1 as the world's, 0 when it stands."),
  }),
  Experiment: {
    ...object({ id: text(), arn: text(), state: { type: "object" }, account, region }),
    description: "As FIS's GetExperiment answers it, with its account and region.",
    additionalProperties: true,
  },
  Tally: tally,
  Instance: object({
    id: text(),
    name: text(),
    account,
    region,
    command: list(text()),
    role: text(),
    "memoryMB?": number(),
    tags: byName(text()),
    state: { description: "EC2's word for it, or how its process ended." },
  }),
  Access: object({
    mode: oneOf(["off", "audit", "enforce"]),
    forgotten: whole("Uses that found no room: the report is not whole when there are any."),
    principals: list(
      object({
        principal: text(),
        isMade: truth("Is it there, or only a name that calls were made under?"),
        needs: foreign("A policy that allows what it did, and no more."),
        missing: list(foreign("What its policies do not allow, and why, as AWS says it.")),
        calls: list(foreign("What it did: action, resource, operations, count.")),
        unused: list(object({ policy: text(), action: text(), resource: text() })),
      }),
    ),
  }),
  LocalStackRules: list(
    foreign("`service`, `operation`, `region`, `probability`, `error` (`statusCode`, `code`)."),
    "As they came.",
  ),
  Scripts: object({
    completed: { description: "Whether the stage is over; of all stages, by their names." },
    scripts: list(object({ stage: text(), name: text(), state: text() })),
  }),
};

export const error = ref("Error");

/** The answers of pages that many subjects have. */
export const missing = (description: string) => ({ 404: { description, schema: error } });
export const gone = { 204: { description: "Done." } };
