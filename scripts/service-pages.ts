import { existsSync } from "node:fs";
import type { ServiceDeclaration } from "../src/aws/declaration.ts";
import type { ServiceCoverage } from "../src/server/routes.ts";
import { loadDeclarations } from "../src/service-folders.ts";
import { fileOf, settingRows } from "./docs.ts";

/** Guides that have another name than the service. */
const GUIDES: Readonly<Record<string, string>> = {
  apigateway: "api-gateway",
  apigatewaymanagementapi: "api-gateway",
  apigatewayv2: "api-gateway",
  autoscaling: "ec2",
  cloudcontrol: "cloudformation",
  dynamodbstreams: "dynamodb",
  ecr: "ecs",
  events: "eventbridge",
  "execute-api": "api-gateway",
  logs: "sns-and-logs",
  pipes: "eventbridge",
  s3control: "s3",
  scheduler: "eventbridge",
  secretsmanager: "secrets-and-parameters",
  sns: "sns-and-logs",
  ssm: "parameters",
  stepfunctions: "step-functions",
  sts: "iam",
};

/** What is written by hand about a service. */
function guideOf(service: string): string | undefined {
  const guide = GUIDES[service] ?? service;
  return existsSync(fileOf(`docs/guide/${guide}.md`)) ? guide : undefined;
}

/** By path from `docs`: a page for each service that is served. They are written for the site, and stand in no repository. */
export async function servicePages(services: readonly ServiceCoverage[]): Promise<Record<string, string>> {
  const declared = new Map((await loadDeclarations()).map((declaration) => [declaration.name, declaration]));
  const served = services.filter(({ implemented, missing }) => implemented.length + missing.length > 0);
  return {
    "services/index.md": index(served),
    ...Object.fromEntries(
      served.map((one) => [`services/${one.service}.md`, page(one, declared.get(one.service))]),
    ),
  };
}

const index = (served: readonly ServiceCoverage[]): string =>
  [
    "# Services",
    "",
    "What is served, a page each: how to make it fail, where it can be struck, what it keeps, which operations are there. Any of AWS's other services is recognised, failed in its own wire form, and sent on when there is an upstream ([gateway](../guide/gateway.md)).",
    "",
    "| service | operations | fault points of its own | guide |",
    "|---|---|---|---|",
    ...served.map(({ service, implemented, missing, faultPoints }) => {
      const points = Object.keys(faultPoints).map((point) => `\`${point}\``);
      const guide = guideOf(service);
      const link = guide === undefined ? "" : `[${guide}](../guide/${guide}.md)`;
      return `| [${service}](${service}.md) | ${implemented.length} of ${implemented.length + missing.length} | ${points.join(", ")} | ${link} |`;
    }),
    "",
  ].join("\n");

function page(
  { service, implemented, missing, faultPoints, settings }: ServiceCoverage,
  declaration: ServiceDeclaration | undefined,
): string {
  const guide = guideOf(service);
  return [
    `# ${service}`,
    "",
    `${implemented.length} of ${implemented.length + missing.length} operations.${guide === undefined ? "" : ` What it does, and how: [the guide](../guide/${guide}.md).`} How sure its errors are: [fidelity](../fidelity.md). Written from what is there.`,
    "",
    "## Make it fail",
    "",
    "The first two calls find it unavailable, in its own words; then all is well:",
    "",
    "```sh",
    `curl http://127.0.0.1:4566/_squall/faults -d '{"match":{"service":"${service}"},"effect":"error","params":{"kind":"unavailable"},"times":2}'`,
    "```",
    "",
    "Every [fault](../faults/index.md) strikes its calls.",
    "",
    ...pointsOf(faultPoints),
    ...resourcesOf(declaration),
    ...settingsOf(service, settings),
    "## Operations",
    "",
    implemented.length > 0 ? `${implemented.join(", ")}.` : "None yet.",
    "",
    ...(missing.length > 0
      ? [
          "Not there, and answered `NotImplemented` (501) by name; a rule can strike them all the same:",
          "",
          `${missing.join(", ")}.`,
          "",
        ]
      : []),
  ].join("\n");
}

function pointsOf(points: ServiceCoverage["faultPoints"]): string[] {
  return Object.entries(points).flatMap(([point, { description, effects, generic }]) => [
    `### At \`${point}\``,
    "",
    `${description}${generic ? " The generic faults work here, too." : ""}`,
    "",
    ...(Object.keys(effects).length > 0
      ? [
          "| effect | |",
          "|---|---|",
          ...Object.entries(effects).map(([name, effect]) => `| \`${name}\` | ${effect.description} |`),
          "",
        ]
      : []),
  ]);
}

function resourcesOf(declaration: ServiceDeclaration | undefined): string[] {
  const types = Object.entries(declaration?.resources ?? {});
  if (types.length === 0) return [];
  return [
    "## What it keeps",
    "",
    "Rules match these by name or ARN; `squall resources` and the dashboard list them.",
    "",
    "| type | CloudFormation | FIS | ARN |",
    "|---|---|---|---|",
    ...types.map(
      ([name, { cfn = "", fis = "", arn }]) =>
        `| ${name} | ${cfn} | ${fis && `\`${fis}\``} | ${typeof arn === "string" ? `\`${arn}\`` : ""} |`,
    ),
    "",
  ];
}

function settingsOf(service: string, settings: ServiceCoverage["settings"]): string[] {
  const rows = settingRows(service, settings);
  if (rows.length === 0) return [];
  return ["## Settings", "", "| flag | default | environment | |", "|---|---|---|---|", ...rows, ""];
}
