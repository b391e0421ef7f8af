import type { Described, Parameter, Subject } from "./described.ts";
import { foreign, list, object, ref, text, truth, whole } from "./schema.ts";
import { error, missing } from "./schemas.ts";

const globs = (...names: readonly string[]): Record<string, Parameter> =>
  Object.fromEntries(names.map((name) => [name, { description: "A name, or a glob.", schema: text() }]));

const FILTER: Readonly<Record<string, Parameter>> = {
  ...globs("operation", "account", "region", "caller", "error", "rule", "parent", "identity"),
  service: { description: "A name, or a glob.", schema: text(), example: "sqs" },
  site: { description: "The end of the path of calls that led here.", schema: text() },
  status: { description: "An HTTP status; 0 for a dropped connection.", schema: whole() },
  faulted: {
    description: "Only calls that a rule has struck, or with `false` none of them.",
    schema: truth(),
  },
};

const pages: Readonly<Record<string, Described>> = {
  "POST /_squall/call": {
    summary: "Call an AWS operation by its name",
    description:
      'For who does not speak AWS. Bytes stand as `{"$base64": "…"}` in the input and in the answer (of a body the first MiB, with `"$cut": true` when there is more), times in the input as `{"$date": "2026-11-28T12:00:00Z"}`.',
    body: {
      schema: object({
        service: text(),
        operation: text(),
        "input?": { type: "object" },
        "account?": text(),
        "region?": text(),
        "aside?": truth("Only look: no rule strikes or counts it."),
      }),
      example: { service: "sqs", operation: "CreateQueue", input: { QueueName: "jobs" } },
    },
    answers: {
      200: { description: "The operation's output.", schema: { type: "object" } },
      "400": { description: "The operation's error, with the status that it has.", schema: error },
    },
  },
  "GET /_squall/calls": {
    summary: "The remembered calls",
    query: {
      ...FILTER,
      after: { description: "From behind this sequence number.", schema: whole(), example: "0" },
      limit: { description: "At most 10,000.", schema: whole(), example: "100" },
      follow: { description: "Server-sent events instead, that do not end.", schema: truth() },
    },
    answers: {
      200: {
        description: "The newest, or with `after` the oldest behind it.",
        schema: object({
          calls: list(ref("Call")),
          last: whole("The newest sequence number."),
          dropped: whole("How many are no longer remembered."),
          truncated: truth("Some of what was asked for is no longer remembered."),
        }),
      },
    },
  },
  "DELETE /_squall/calls": {
    summary: "Forget the calls",
    answers: { 200: { description: "Sequence numbers go on.", schema: object({ last: whole() }) } },
  },
  "GET /_squall/events": {
    summary: "What happens, as it happens",
    description:
      "Server-sent events: `call` (its id is the call's sequence number), `fault.rule`, `fault.lever`, `fis.experiment`, `cloudwatch.alarm`, `explore.report`, and with `answers=true` `call.answer`. The stream does not end.",
    query: {
      ...FILTER,
      after: {
        description: "Begin with remembered calls from behind this one.",
        schema: whole(),
        example: "0",
      },
      answers: { description: "Tell what calls were answered, too.", schema: truth() },
    },
    headers: {
      "last-event-id": { description: "As `after`, from a browser that comes back.", schema: whole() },
    },
    answers: {
      200: {
        description: "`event:`, `id:` and `data:` lines; data is JSON.",
        type: "text/event-stream",
        schema: text(),
      },
    },
  },
  "POST /_squall/mark": {
    summary: "Say that the preparation is over",
    description: "What a test calls from now on is what it is about: explore strikes nothing before.",
    answers: {
      200: { description: "Behind which call.", schema: object({ markedAt: whole() }) },
    },
  },
  "PUT /_squall/explore": {
    summary: "Show an exploration",
    description:
      "What `squall explore` says while it goes on, here where people look. It takes the place of the one that was shown before; the event `explore.report` tells of it.",
    body: {
      schema: object({
        isRunning: truth("It goes on, and is heard of again within 20 seconds."),
        report: foreign("As `squall explore --report json=FILE` writes it: docs/explore.schema.json."),
      }),
      example: {
        isRunning: false,
        report: {
          version: 1,
          command: ["npm", "test"],
          tookMs: 61_000,
          sites: [],
          singles: { planned: 0, done: 0 },
          pairs: { planned: 0, done: 0 },
          unstable: [],
          passedOver: [],
          results: [],
          findings: [],
          accepted: [],
          remarks: [],
        },
      },
    },
    answers: {
      200: {
        description: "It is shown.",
        schema: object({ isRunning: truth(), results: whole("How many it has.") }),
      },
    },
  },
  "GET /_squall/explore": {
    summary: "The exploration that was shown last",
    answers: {
      200: {
        description: "The report of it, as far as it has got.",
        schema: object({
          isRunning: truth("False as well when nobody has been heard of for 20 seconds."),
          report: foreign("docs/explore.schema.json describes it."),
        }),
      },
      ...missing("None has been shown."),
    },
  },
  "DELETE /_squall/explore": {
    summary: "Show it no more",
    answers: { 200: { description: "How many were shown.", schema: object({ removed: whole() }) } },
  },
  "GET /_squall/cassette": {
    summary: "What the cassette has recorded and played",
    answers: {
      200: {
        description: "Of a Squall that was started with `--cassette`.",
        schema: object({
          mode: text(),
          recorded: whole(),
          played: whole(),
          missed: list(text(), "Calls that the cassette does not have."),
          unplayed: list(text(), "Recordings that nothing has asked for."),
          differences: list(object({ call: text(), differences: list(text()) })),
        }),
      },
      ...missing("There is no cassette."),
    },
  },
};

export const calls: Subject = {
  name: "Calls",
  description: "Every AWS call that came, what became of it, and calls by name.",
  pages,
};
