import type { DocumentRecord, DocumentVersionRecord } from "./document.ts";
import { type DocumentContent, describeParameters, type ParameterDeclaration } from "./document-content.ts";

/**
 * AWS's own documents that Squall has: their names, parameters and defaults.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-command-ssm-plugin-reference.html,
 * https://docs.aws.amazon.com/fis/latest/userguide/actions-ssm-agent.html#fis-ssm-docs
 */
interface PublicDocument {
  readonly description: string;
  readonly parameters: Readonly<Record<string, ParameterDeclaration>>;
  readonly content?: DocumentContent;
}

const text = (value?: string): ParameterDeclaration => ({
  type: "String",
  ...(value !== undefined && { default: value }),
});
const LASTS = { DurationSeconds: text("60") };
const INSTALL = { InstallDependencies: text("True") };
const NETWORK = { Interface: text("eth0"), ...LASTS, ...INSTALL };
const SOURCES = { Sources: text(), TrafficType: text("ingress"), FlowsPercent: text("100") };

/** What an AWSFIS document does is done by Squall itself: its one step is named after it. */
const fis = (description: string, parameters: Readonly<Record<string, ParameterDeclaration>>) => ({
  description,
  parameters,
});

const DOCUMENTS: Readonly<Record<string, PublicDocument>> = {
  "AWS-RunShellScript": {
    description: "Run a shell script or specify the commands to run.",
    parameters: {
      commands: { type: "StringList" },
      workingDirectory: text(""),
      executionTimeout: text("3600"),
    },
    content: {
      schemaVersion: "1.2",
      runtimeConfig: {
        "aws:runShellScript": {
          properties: [
            {
              id: "0.aws:runShellScript",
              runCommand: "{{ commands }}",
              workingDirectory: "{{ workingDirectory }}",
              timeoutSeconds: "{{ executionTimeout }}",
            },
          ],
        },
      },
    },
  },
  "AWSFIS-Run-CPU-Stress": fis("Runs CPU stress on an instance.", {
    ...LASTS,
    CPU: text("0"),
    LoadPercent: text("100"),
    ...INSTALL,
  }),
  "AWSFIS-Run-Memory-Stress": fis("Runs memory stress on an instance.", {
    ...LASTS,
    Workers: text("1"),
    Percent: text("80"),
    ...INSTALL,
  }),
  "AWSFIS-Run-IO-Stress": fis("Runs IO stress on an instance.", {
    ...LASTS,
    Workers: text("1"),
    Percent: text("80"),
    ...INSTALL,
  }),
  "AWSFIS-Run-Disk-Fill": fis("Allocates disk space on an instance to simulate a disk full fault.", {
    ...LASTS,
    Percent: text("95"),
    ...INSTALL,
  }),
  "AWSFIS-Run-Kill-Process": fis("Stops a process on an instance by its name.", {
    ProcessName: text(),
    Signal: text("SIGTERM"),
    ...INSTALL,
  }),
  "AWSFIS-Run-Network-Latency": fis("Adds latency to the network interface of an instance.", {
    ...NETWORK,
    DelayMilliseconds: text("200"),
  }),
  "AWSFIS-Run-Network-Latency-Sources": fis("Adds latency and jitter to traffic to or from sources.", {
    ...NETWORK,
    ...SOURCES,
    DelayMilliseconds: text("200"),
    JitterMilliseconds: text("10"),
  }),
  "AWSFIS-Run-Network-Packet-Loss": fis("Adds packet loss to the network interface of an instance.", {
    ...NETWORK,
    LossPercent: text("7"),
  }),
  "AWSFIS-Run-Network-Packet-Loss-Sources": fis("Adds packet loss to traffic to or from sources.", {
    ...NETWORK,
    ...SOURCES,
    LossPercent: text("7"),
  }),
  "AWSFIS-Run-Network-Blackhole-Port": fis("Drops traffic for a protocol and port.", {
    ...LASTS,
    ...INSTALL,
    Protocol: text(),
    Port: text(),
    TrafficType: text("ingress"),
  }),
};

const WHEN_MADE_MS = Date.UTC(2021, 2, 15);

/** One of AWS's documents with its only version; undefined for a name that is none of those that Squall has. */
export function publicDocument(
  name: string,
): { readonly document: DocumentRecord; readonly version: DocumentVersionRecord } | undefined {
  const found = Object.hasOwn(DOCUMENTS, name) ? DOCUMENTS[name] : undefined;
  if (!found) return undefined;
  const { description, parameters } = found;
  const content: DocumentContent = {
    ...(found.content ?? {
      schemaVersion: "2.2",
      mainSteps: [{ name: "Run", action: name, inputs: inputsOf(parameters) }],
    }),
    description,
    parameters,
  };
  return {
    document: {
      name,
      type: "Command",
      owner: "Amazon",
      createdMs: WHEN_MADE_MS,
      latest: 1,
      default: 1,
      tags: {},
    },
    version: {
      version: 1,
      content: JSON.stringify(content, undefined, 2),
      format: "JSON",
      schemaVersion: content.schemaVersion,
      description,
      parameters: describeParameters(content),
      createdMs: WHEN_MADE_MS,
    },
  };
}

const inputsOf = (parameters: Readonly<Record<string, ParameterDeclaration>>) =>
  Object.fromEntries(Object.keys(parameters).map((name) => [name, `{{ ${name} }}`]));
