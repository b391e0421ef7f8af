import { AwsError } from "../../core/aws-error.ts";
import type { HttpRequest, HttpResponse } from "../../core/http.ts";
import { route } from "../../core/route.ts";
import type { AdminRoute } from "../../core/service.ts";
import { invalidAddress, queueDoesNotExist } from "./errors.ts";
import { attributesMd5, selectAttributes } from "./message-attributes.ts";
import type { OpenQueue } from "./open-queue.ts";
import type { OpenQueues } from "./open-queues.ts";
import type { QueuePlace } from "./queue-url.ts";
import { systemAttributes } from "./received-message.ts";

/** LocalStack's receipt handle of messages that were only looked at. */
const NO_HANDLE = "SQS/BACKDOOR/ACCESS";
const DEFAULT_CALLER = { account: "000000000000", region: "us-east-1" };

/** LocalStack's `/_aws/sqs/messages`: what is in a queue, without receiving it. */
export function inspectionRoutes(open: OpenQueues): AdminRoute[] {
  const byUrl = (request: HttpRequest) =>
    answer(request, () => {
      const queueUrl = parametersOf(request).get("QueueUrl");
      if (!queueUrl) throw invalidAddress("");
      return open.byUrl(queueUrl, DEFAULT_CALLER);
    });
  const byPath = (request: HttpRequest, place: QueuePlace) =>
    answer(request, () => {
      const queue = open.at(place);
      if (!queue) throw queueDoesNotExist();
      return queue;
    });
  return (["GET", "POST"] as const).flatMap((method) => [
    route(method, "/_aws/sqs/messages", byUrl),
    route(method, "/_aws/sqs/messages/:region/:account/:name", byPath),
  ]);
}

function parametersOf(request: HttpRequest): URLSearchParams {
  const form = request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded")
    ? Buffer.from(request.body).toString()
    : "";
  return new URLSearchParams(`${request.query}&${form}`);
}

type Node = string | { readonly [element: string]: Node | readonly Node[] | undefined };

function answer(request: HttpRequest, find: () => OpenQueue): HttpResponse {
  const parameters = parametersOf(request);
  try {
    const states = ["ready"];
    if (parameters.get("ShowInvisible") === "true") states.push("inflight");
    if (parameters.get("ShowDelayed") === "true") states.push("delayed");
    const Message = [...messagesOf(find(), states)];
    return respond(request, 200, { ReceiveMessageResponse: { ReceiveMessageResult: { Message } } });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const { code, message, type } = error;
    return respond(request, error.status, {
      ErrorResponse: { Error: { Type: type, Code: code, Message: message } },
    });
  }
}

function* messagesOf(queue: OpenQueue, states: readonly string[]): Iterable<Node> {
  queue.expire();
  for (const entry of queue.backlog.entries()) {
    const message = states.includes(entry.state) ? queue.message(entry) : undefined;
    if (!message) continue;
    const system = systemAttributes(entry.sequence, message, queue.settings.fifo, ["All"]) ?? {};
    const attributes = selectAttributes(message.attributes, ["All"]);
    yield {
      MessageId: message.id,
      ReceiptHandle: NO_HANDLE,
      MD5OfBody: message.bodyMd5,
      Body: message.body,
      Attribute: Object.entries(system).map(([Name, Value]) => ({ Name, Value })),
      ...(attributes && {
        MD5OfMessageAttributes: attributesMd5(attributes),
        MessageAttribute: Object.entries(message.attributes ?? {}).map(
          ([Name, { type, string, binary }]) => ({
            Name,
            Value: binary
              ? { BinaryValue: binary, DataType: type }
              : { StringValue: string ?? "", DataType: type },
          }),
        ),
      }),
    };
  }
}

function respond(request: HttpRequest, status: number, document: Record<string, Node>): HttpResponse {
  if (/json/.test(request.headers["accept"] ?? "")) {
    return {
      status,
      headers: { "content-type": "application/json" },
      body: `${JSON.stringify(document, null, 2)}\n`,
    };
  }
  const body = `<?xml version="1.0" encoding="utf-8"?>\n${xml(document)}\n`;
  return { status, headers: { "content-type": "text/xml" }, body };
}

function xml(node: Node): string {
  if (typeof node === "string") return escapeXml(node);
  return Object.entries(node)
    .flatMap(([name, value]) => [value ?? []].flat().map((one: Node) => `<${name}>${xml(one)}</${name}>`))
    .join("");
}

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#xd;" };
const escapeXml = (text: string) => text.replace(/[&<>\r]/g, (c) => ESCAPES[c] ?? c);
