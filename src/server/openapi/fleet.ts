import type { Described, Subject } from "./described.ts";
import { foreign, list, object, oneOf, text, truth, whole } from "./schema.ts";
import { missing } from "./schemas.ts";

const limit = { description: "At most 1000.", schema: whole(), example: "100" };
const none = missing("This Squall is in no fleet.");

const pages: Readonly<Record<string, Described>> = {
  "GET /_squall/fleet": {
    summary: "The fleet as this gateway sees it",
    answers: {
      200: {
        description: "Its version, and its gateways.",
        schema: object({
          version: whole(),
          newest: whole(),
          seed: text(),
          rules: whole(),
          changedAtMs: whole(),
          gateway: text(),
          "stoppedFor?": text(),
          "you?": object({ name: text(), role: oneOf(["viewer", "operator"]) }),
          isLost: truth("The store does not answer."),
          gateways: list(foreign("What each gateway says of itself, and its state.")),
        }),
      },
      ...none,
    },
  },
  "GET /_squall/fleet/rules": {
    summary: "The fleet's rules, with counts of all gateways",
    answers: {
      200: {
        description: "The rules.",
        schema: object({ version: whole(), rules: list({ type: "object" }) }),
      },
      ...none,
    },
  },
  "GET /_squall/fleet/experiments": {
    summary: "The fleet's experiments",
    query: { limit },
    answers: {
      200: { description: "The newest first.", schema: object({ experiments: list({ type: "object" }) }) },
      ...none,
    },
  },
  "GET /_squall/fleet/journal": {
    summary: "Who changed what",
    query: { limit },
    answers: {
      200: {
        description: "The newest first.",
        schema: object({
          journal: list(object({ atMs: whole(), who: text(), gateway: text(), what: text() })),
        }),
      },
      ...none,
    },
  },
  "POST /_squall/fleet/tokens": {
    summary: "Make a token",
    body: {
      schema: object({ name: text(), role: oneOf(["viewer", "operator"]) }),
      example: { name: "ada", role: "operator" },
    },
    answers: {
      201: {
        description: "The token, this once.",
        schema: object({ name: text(), role: text(), token: text() }),
      },
      ...none,
    },
  },
  "GET /_squall/fleet/tokens": {
    summary: "Who may look, and who may change",
    answers: {
      200: {
        description: "Names and roles.",
        schema: object({ tokens: list(object({ name: text(), role: text() })) }),
      },
      ...none,
    },
  },
  "DELETE /_squall/fleet/tokens/:name": {
    summary: "Take a token back",
    path: { name: { description: "Whose.", schema: text(), example: "ada" } },
    answers: { 200: { description: "It is gone.", schema: object({ removed: text() }) }, ...none },
  },
};

export const fleet: Subject = { name: "Fleet", description: "Gateways that share rules.", pages };
