import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { CreateFunctionCommand, type CreateFunctionCommandInput, LambdaClient } from "@aws-sdk/client-lambda";
import yazl from "yazl";
import { clientOptions } from "../../../test/cloud.ts";
import type { Cloud } from "../../index.ts";

/** A zip archive of files by name. A file can be given with its mode. */
export async function zipOf(
  files: Readonly<Record<string, string | { body: string | Buffer; mode: number }>>,
): Promise<Buffer> {
  const zip = new yazl.ZipFile();
  for (const [name, file] of Object.entries(files)) {
    if (typeof file === "string") zip.addBuffer(Buffer.from(file), name);
    else zip.addBuffer(Buffer.from(file.body), name, { mode: file.mode });
  }
  zip.end();
  const chunks: Buffer[] = [];
  zip.outputStream.on("data", (chunk: Buffer) => chunks.push(chunk));
  await once(zip.outputStream, "end");
  return Buffer.concat(chunks);
}

export const ROLE = "arn:aws:iam::000000000000:role/lambda-role";

/** A client of Lambda in an account of its own. */
export function lambdaClient(cloud: Cloud, account?: string): LambdaClient {
  return new LambdaClient(clientOptions(cloud, account));
}

/** Creates a Node.js function `index.handler` from source text. */
export async function createNodeFunction(
  lambda: LambdaClient,
  name: string,
  source: string,
  options: Partial<CreateFunctionCommandInput> = {},
) {
  const ZipFile = await zipOf({ "index.mjs": source });
  return lambda.send(
    new CreateFunctionCommand({
      FunctionName: name,
      Runtime: "nodejs24.x",
      Handler: "index.handler",
      Role: ROLE,
      Code: { ZipFile },
      ...options,
    }),
  );
}

/** What a function answered, as JSON. */
export function payloadOf(output: { Payload?: Uint8Array }): unknown {
  return JSON.parse(Buffer.from(output.Payload ?? []).toString());
}

/** An address that a function can call, with a JSON body or none, to say that it has come so far. */
export async function signalServer() {
  const paths: string[] = [];
  const bodies: unknown[] = [];
  let wake: () => void = () => {};
  const calls = async (count: number): Promise<void> => {
    while (paths.length < count) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    const body: unknown = text ? JSON.parse(text) : undefined;
    paths.push(request.url ?? "");
    bodies.push(body);
    wake();
    await signals.holdUntil;
    response.end(signals.answerTo?.(body) ?? signals.answer);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const signals = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    paths,
    bodies,
    /** What callers get. */
    answer: "",
    answerTo: undefined as ((body: unknown) => string) | undefined,
    /** Answers wait for this. */
    holdUntil: undefined as Promise<void> | undefined,
    /** Resolves when there have been `count` calls. */
    calls,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
  return signals;
}
