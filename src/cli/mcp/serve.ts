/*
 * Squall for coding agents, by the Model Context Protocol over standard input and output: https://modelcontextprotocol.io. Standard
 * output is the protocol's alone.
 */
import { Ajv, type ValidateFunction } from "ajv";
import { optionalPackages } from "../../core/optional-packages.ts";
import { didYouMean } from "../../faults/nearest.ts";
import { version } from "../../version.ts";
import { CliError } from "../cli-error.ts";
import type { SquallClient } from "../client.ts";
import { READ_TOOLS } from "./read-tools.ts";
import type { Tool, Toolbox } from "./tool.ts";
import { WRITE_TOOLS } from "./write-tools.ts";

type Sdk = [
  typeof import("@modelcontextprotocol/sdk/server/index.js"),
  typeof import("@modelcontextprotocol/sdk/server/stdio.js"),
  typeof import("@modelcontextprotocol/sdk/types.js"),
];

const PACKAGE = "@modelcontextprotocol/sdk";

export interface Serving {
  readonly squall: SquallClient;
  readonly allowsWrites: boolean;
  readonly cwd: string;
}

/** Serves until standard input ends. @throws CliError when the protocol's SDK is not installed */
export async function serveMcp({ squall, allowsWrites, cwd }: Serving): Promise<void> {
  const [{ Server }, { StdioServerTransport }, types] = await sdk();
  const tools = allowsWrites ? [...READ_TOOLS, ...WRITE_TOOLS] : READ_TOOLS;
  const checks = new Map(tools.map((tool) => [tool.name, new Ajv().compile(schemaOf(tool))]));
  const server = new Server(
    { name: "squall", version },
    { capabilities: { tools: {} }, instructions: instructions(squall.url, allowsWrites) },
  );
  server.setRequestHandler(types.ListToolsRequestSchema, () => ({ tools: tools.map(listed) }));
  server.setRequestHandler(types.CallToolRequestSchema, async ({ params }, { signal, sendNotification }) => {
    const { name, arguments: given = {}, _meta } = params;
    let progress = 0;
    const say = (message: string) => {
      const progressToken = _meta?.progressToken;
      if (progressToken === undefined) return;
      progress += 1;
      // Who has gone does not hear it.
      void sendNotification({
        method: "notifications/progress",
        params: { progressToken, progress, message },
      }).catch(() => {});
    };
    try {
      const tool = toolOf(name, tools);
      refuseWrong(tool, checks.get(name), given);
      const found = await tool.run(given, { squall, cwd, signal, say } satisfies Toolbox);
      return { content: [{ type: "text", text: JSON.stringify(found, undefined, 1) }] };
    } catch (error) {
      return { isError: true, content: [{ type: "text", text: (error as Error).message }] };
    }
  });
  const ended = new Promise<void>((resolve) => {
    server.onclose = resolve;
  });
  process.stdin.once("end", () => void server.close());
  await server.connect(new StdioServerTransport());
  await ended;
}

async function sdk(): Promise<Sdk> {
  try {
    const parts = ["server/index.js", "server/stdio.js", "types.js"].map((part) => `${PACKAGE}/${part}`);
    return (await optionalPackages("squall mcp needs the SDK of the Model Context Protocol", parts)) as Sdk;
  } catch (error) {
    throw new CliError((error as Error).message);
  }
}

const instructions = (url: string, allowsWrites: boolean): string =>
  `Squall is a local AWS that fails on purpose, at ${url}. Look at what a program called (list_calls), what went wrong and why (show_call), what there is (list_resources, show_contents). ${
    allowsWrites
      ? "Break things by add_fault or start_experiment, and clear_faults when you are done; explore finds the faults that a command does not survive."
      : "This is read-only: squall mcp --allow-writes offers more."
  }`;

const schemaOf = ({ properties = {}, required = [] }: Tool) => ({
  type: "object" as const,
  properties: { ...properties },
  required: [...required],
  additionalProperties: false,
});

function listed(tool: Tool) {
  const { name, description, writes = false } = tool;
  const annotations = { readOnlyHint: !writes, destructiveHint: writes, openWorldHint: false };
  return { name, description, inputSchema: schemaOf(tool), annotations };
}

function toolOf(name: string, tools: readonly Tool[]): Tool {
  const tool = tools.find((one) => one.name === name);
  if (tool) return tool;
  if (WRITE_TOOLS.some((one) => one.name === name))
    throw new Error(
      `${name} changes things, and this squall mcp is read-only: start it with --allow-writes.`,
    );
  throw new Error(
    `There is no tool "${name}".${didYouMean(
      name,
      tools.map((one) => one.name),
    )}`,
  );
}

function refuseWrong({ name }: Tool, isRight: ValidateFunction | undefined, given: object): void {
  if (isRight === undefined || isRight(given)) return;
  const [{ instancePath = "", message = "is wrong", params = {} } = {}] = isRight.errors ?? [];
  const where = instancePath.slice(1) || "it";
  throw new Error(
    `${name}: ${where} ${message}${Object.keys(params).length > 0 ? ` (${JSON.stringify(params)})` : ""}.`,
  );
}
