import type { Described, Subject } from "./described.ts";
import { list, object, oneOf, ref, text, whole } from "./schema.ts";
import { missing } from "./schemas.ts";

const id = { description: "The rule's id.", schema: text(), example: "rule-1" };
const noRule = missing("There is no such rule.");
const owner = (example?: string) => ({
  description: "Only those of this owner: `user`, `file`, an experiment's ARN.",
  schema: text(),
  ...(example !== undefined && { example }),
});
const lever = { description: "May anything fail?", schema: ref("Lever") };

const pages: Readonly<Record<string, Described>> = {
  "POST /_squall/faults": {
    summary: "Add rules",
    description:
      "One rule, or a list of them: all are added or none. Each is checked against what Squall knows.",
    body: {
      schema: { oneOf: [ref("RuleInput"), list(ref("RuleInput"))] },
      example: {
        match: { service: "dynamodb", operation: "PutItem" },
        effect: "error",
        params: { kind: "throttle" },
        percentage: 50,
        ttl: "PT10M",
      },
    },
    answers: {
      201: {
        description: "What was added, in its full form.",
        schema: { oneOf: [ref("Rule"), list(ref("Rule"))] },
      },
    },
  },
  "GET /_squall/faults": {
    summary: "List rules",
    query: { owner: owner() },
    answers: {
      200: {
        description: "The rules in their order, with how often each has matched and fired.",
        schema: object({ seed: text("What all chance is drawn with."), rules: list(ref("Rule")) }),
      },
    },
  },
  "GET /_squall/faults/:id": {
    summary: "Show a rule",
    path: { id },
    answers: { 200: { description: "The rule.", schema: ref("Rule") }, ...noRule },
  },
  "PATCH /_squall/faults/:id": {
    summary: "Change a rule",
    description:
      "The members that are given take the place of the rule's; `null` takes one away. It keeps its place and its counts.",
    path: { id },
    body: { schema: { type: "object" }, example: { percentage: 100, note: "for the demo" } },
    answers: { 200: { description: "The rule as it is now.", schema: ref("Rule") }, ...noRule },
  },
  "DELETE /_squall/faults/:id": {
    summary: "Remove a rule",
    path: { id },
    answers: { 200: { description: "The rule as it was.", schema: ref("Rule") }, ...noRule },
  },
  "DELETE /_squall/faults": {
    summary: "Remove all rules",
    query: { owner: owner("user") },
    answers: { 200: { description: "How many went.", schema: object({ removed: whole() }) } },
  },
  "GET /_squall/stop-all": {
    summary: "Is everything stopped?",
    answers: { 200: lever },
  },
  "POST /_squall/stop-all": {
    summary: "Stop everything",
    description: "Removes all rules, ends all experiments, and lets none begin until it is released.",
    body: {
      schema: object({ "reason?": text() }),
      example: { reason: "the demo is over" },
      isOptional: true,
    },
    answers: { 200: lever },
  },
  "DELETE /_squall/stop-all": {
    summary: "Let faults begin again",
    answers: { 200: lever },
  },
  "GET /_squall/schemas/rules": {
    summary: "The JSON schema of rules",
    answers: {
      200: {
        description: "For editors and checks.",
        type: "application/schema+json",
        schema: { type: "object" },
      },
    },
  },
  "GET /_squall/retries": {
    summary: "What SDKs made of the failures that they met",
    query: {
      account: { description: "Only calls of this account.", schema: text() },
      assert: {
        description: "What must hold, in the form `attempts<=4,wait>=10ms`.",
        schema: text(),
        example: "attempts<=4",
      },
      format: { description: "`json`, or `html`: a page with a picture.", schema: oneOf(["json", "html"]) },
    },
    answers: {
      200: {
        description: "Attempts and waits of each logical call that was tried again, or failed for good.",
        schema: object({
          calls: whole("Logical calls."),
          attempts: whole(),
          retried: list(ref("Retried")),
          amplification: { type: ["number", "null"], description: "Attempts for each logical call." },
          retriedFor4xx: list(text()),
          ignoredHints: list(text()),
          "shortestWaitMs?": { type: "number" },
          mostAttempts: whole(),
          unmet: list(text(), "What of `assert` does not hold, in sentences."),
        }),
      },
    },
  },
};

export const rules: Subject = {
  name: "Faults",
  description: "Rules: what fails, how, how often and how long.",
  pages,
};
