import type { Command } from "commander";
import type { ServiceDeclaration } from "../../aws/declaration.ts";
import type { Setting } from "../../core/service.ts";
import { configOptions } from "./config-options.ts";

/** What an option that has no default looks like. */
const VALUES: Readonly<Record<string, string>> = {
  host: "127.0.0.1",
  port: "4566",
  "host-name": "[aws.test]",
  "admin-token": "a-long-secret",
  "data-dir": ".squall",
  seed: "7",
  faults: "faults.yaml",
  clock: "accelerated=60",
  durability: "full",
  iam: "audit",
  timings: "real",
  "root-key": '["AKIAIOSFODNN7EXAMPLE:secret"]',
  upstream: "{ s3: http://127.0.0.1:9000 }",
  "upstream-ca": "certificates.pem",
  "upstream-timeout": "30s",
  services: "[sqs, dynamodb]",
  "record-bytes": "64MiB",
  "body-bytes": "256MiB",
  otel: "http://127.0.0.1:4318",
  "ca-dir": ".squall/ca",
  "log-level": "warn",
  "log-format": "json",
  cassette: "cassettes/orders",
  "cassette-mode": "fill",
  init: "hooks",
  compose: "docker-compose.yml",
  dns: "5453",
  fleet: "postgres://127.0.0.1/squall",
  "fleet-name": "gateway-1",
};

const WIDTH = 100;

/**
 * A squall.yaml that says everything that can be said, all of it commented out: `#port: 4566` is a line to uncomment, `# …` is prose.
 * @param start the command whose options they are
 * @param schema where an editor finds the schema, as seen from the file
 */
export function configTemplate(
  start: Command,
  declarations: readonly ServiceDeclaration[],
  schema: string,
): string {
  const options = [...configOptions(start)].flatMap(([name, option]) => [
    ...prose(sentence(option.description)),
    `#${name}: ${VALUES[name] ?? "true"}`,
    "",
  ]);
  return [
    `# yaml-language-server: $schema=${schema}`,
    "#",
    "# What squall start does here. A flag (squall start --port 4567) and an environment variable go before what stands in this file.",
    "# Uncomment what you want; what is left out has its default.",
    "",
    ...options,
    "# Settings of services.",
    "#settings:",
    ...declarations.flatMap(({ name, settings = {} }) => settingLines(name, settings)),
    "",
    "# Rules that make calls fail, from the first one on; read again when this file changes (docs/guide/faults.md).",
    "#rules:",
    "#  - service: dynamodb",
    "#    operation: [PutItem, UpdateItem]",
    "#    error: throttle",
    "#    percentage: 5",
    "",
  ].join("\n");
}

function settingLines(service: string, settings: Readonly<Record<string, Setting>>): string[] {
  const entries = Object.entries(settings);
  if (entries.length === 0) return [];
  const lines = entries.flatMap(([name, { description, values, env = [], default: byDefault }]) => [
    ...prose(
      `${sentence(description)}${values ? ` One of ${values.join(", ")}.` : ""}${env.length > 0 ? ` (${env.join(", ")})` : ""}`,
      "#    # ",
    ),
    `#    ${name}: ${JSON.stringify(byDefault)}`,
  ]);
  return [`#  ${service}:`, ...lines];
}

/** A value that stands at the beginning, with a colon, is written as it is given. */
const sentence = (text: string): string =>
  (/[.)]$/.test(text) ? text : `${text}.`).replace(/^[a-z](?![\w-]*:)/, (first) => first.toUpperCase());

function prose(text: string, begin = "# "): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < WIDTH) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(begin + word);
  }
  return lines;
}
