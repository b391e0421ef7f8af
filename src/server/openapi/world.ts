import type { Described, Subject } from "./described.ts";
import { byName, foreign, instant, list, number, object, ref, text, truth, whole } from "./schema.ts";
import { error, missing } from "./schemas.ts";

const page = (description: string, type: string) => ({ 200: { description, type, schema: text() } });

const pages: Readonly<Record<string, Described>> = {
  "GET /_squall": {
    summary: "The pages of this API",
    answers: { 200: { description: "Methods and paths.", schema: object({ routes: list(text()) }) } },
  },
  "GET /_squall/openapi.json": {
    summary: "This description",
    answers: { 200: { description: "OpenAPI 3.1.", schema: { type: "object" } } },
  },
  "GET /_squall/health": {
    summary: "Is it alive?",
    answers: {
      200: {
        description: "It is, and these services are loaded or can be.",
        schema: object({ status: text(), version: text(), services: byName(text()) }),
      },
    },
  },
  "GET /_squall/ready": {
    summary: "Has it begun whole, with its init hooks?",
    answers: {
      200: { description: "It has.", schema: object({ status: text() }) },
      503: { description: "Not yet.", schema: object({ status: text() }) },
    },
  },
  "GET /_squall/info": {
    summary: "What this process is",
    answers: {
      200: {
        description: "Version, seed, clock and sizes.",
        schema: object({
          version: text(),
          seed: text(),
          pid: whole(),
          now: instant(),
          uptimeSeconds: whole(),
          memoryBytes: whole(),
          rules: whole("How many are in force."),
          calls: whole("How many have been made."),
          mayChange: truth("May who asks change anything? Not with a token of a fleet's viewer."),
        }),
      },
    },
  },
  "GET /_squall/services": {
    summary: "What each service implements",
    answers: {
      200: {
        description: "Operations that are there and that are not, fault points, settings.",
        schema: object({
          services: list(
            object({
              service: text(),
              implemented: list(text()),
              missing: list(text()),
              faultPoints: byName(foreign("Its description, and the effects of its own.")),
              settings: byName(foreign("Its description, type and default.")),
            }),
          ),
        }),
      },
    },
  },
  "GET /_squall/metrics": {
    summary: "Metrics for Prometheus",
    description: "Calls are counted from the first time that somebody asks.",
    answers: page("Prometheus' text format.", "text/plain"),
  },
  "GET /_squall/resources": {
    summary: "Every resource of every service",
    query: {
      service: { description: "A name, or a glob.", schema: text(), example: "sqs" },
      type: { description: "Ours, CloudFormation's or FIS's name of the type.", schema: text() },
      account: { description: "Twelve digits.", schema: text() },
      region: { description: "Resources of no region are in every one.", schema: text() },
      arn: { description: "An ARN, or a glob.", schema: text() },
      tag: { description: "`key`, or `key=value`; several must all be there.", schema: text() },
      limit: { description: "1 to 1000 a page.", schema: whole(), example: "100" },
      nextToken: { description: "Of the page before.", schema: text() },
    },
    answers: {
      200: {
        description: "A page of them.",
        schema: object({ resources: list(ref("Resource")), "nextToken?": text() }),
      },
    },
  },
  "GET /_squall/digest": {
    summary: "The world as a test would compare it",
    description:
      "Every resource and what is in it, without what differs from run to run (ids, times, tokens).",
    query: { service: { description: "A name, or a glob.", schema: text(), example: "sqs" } },
    answers: { 200: { description: "The digests.", schema: object({ resources: list(ref("Digest")) }) } },
  },
  "POST /_squall/settle": {
    summary: "Let the world come to rest",
    description: "The clock goes on until nothing more happens: deliveries, retries, schedules.",
    body: {
      schema: object({
        "within?": { type: ["string", "number"], description: "`PT15M`, `30s`, or milliseconds." },
      }),
      example: { within: "PT1M" },
      isOptional: true,
    },
    answers: {
      200: {
        description: "How it came to rest.",
        schema: object({
          isQuiet: truth("False: at the end of that time something still happened."),
          passedMs: number("Of the clock's time."),
        }),
      },
    },
  },
  "GET /_squall/clock": {
    summary: "What time it is",
    answers: { 200: { description: "The clock.", schema: ref("Clock") } },
  },
  "POST /_squall/clock": {
    summary: "Advance the clock, or change its rate",
    body: {
      schema: object({
        "advance?": { type: ["string", "number"], description: "`PT5M`, `30s`, or milliseconds." },
        "rate?": number("0 to 10,000; 0 stops the clock."),
      }),
      example: { advance: "PT5M" },
    },
    answers: { 200: { description: "The clock as it is now.", schema: ref("Clock") } },
  },
  "GET /_squall/state": {
    summary: "Save the whole state",
    answers: {
      200: {
        description: "A state file, for POST or `squall state load`.",
        type: "application/zip",
        schema: { type: "string", contentMediaType: "application/zip" },
      },
    },
  },
  "POST /_squall/state": {
    summary: "Load a state",
    description: "Replaces everything. The body is read as it comes.",
    body: { type: "application/zip", schema: { type: "string", contentMediaType: "application/zip" } },
    answers: { 200: { description: "How many bytes were read.", schema: object({ loaded: whole() }) } },
  },
  "POST /_squall/release": {
    summary: "Give back the names that an account has taken from all others",
    query: { account: { description: "Twelve digits.", schema: text(), example: "111122223333" } },
    answers: {
      200: { description: "How many buckets.", schema: object({ account: text(), released: whole() }) },
    },
  },
  "POST /_squall/reset": {
    summary: "Empty everything, or one service",
    query: {
      service: { description: "Only this one; rules and calls stay then.", schema: text(), example: "s3" },
    },
    answers: { 200: { description: "What was emptied.", schema: object({ reset: text() }) } },
  },
  "POST /_squall/shutdown": {
    summary: "End the process",
    answers: {
      202: { description: "It ends.", schema: object({ pid: whole() }) },
      409: { description: "It is part of another program, and ends with it.", schema: error },
    },
  },
  "GET /_squall/https": {
    summary: "The certificate authority that HTTPS answers under",
    answers: {
      200: {
        description: "The file of its certificate, and the certificate.",
        schema: object({ authority: { description: "PEM." } }),
      },
      ...missing("Squall answers no HTTPS."),
    },
  },
  "GET /": { summary: "The dashboard, for a browser that goes there", answers: page("A page.", "text/html") },
  "GET /_squall/ui": { summary: "The dashboard", answers: page("A page.", "text/html") },
  "GET /_squall/ui/assets/:name": {
    summary: "A file of the dashboard",
    path: { name: { description: "As the page says.", schema: text(), example: "main-1.js" } },
    answers: {
      ...page("The file.", "text/javascript"),
      404: { description: "There is no such file.", type: "text/plain", schema: text() },
    },
  },
};

export const world: Subject = {
  name: "World",
  description: "What there is, what time it is, and how to keep, empty and compare it.",
  pages,
};
