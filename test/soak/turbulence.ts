import assert from "node:assert/strict";
import { connect } from "node:net";
import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Bed } from "../crash/bed.ts";
import type { Lane } from "../crash/lane.ts";

/** What comes and goes beside honest load: rules, watchers, clients that leave in the middle, requests that are none. */
export function turbulence({ options }: Bed): Lane {
  const { endpoint } = options;
  const sqs = new SQSClient(options);
  const kinds: readonly ((n: number) => Promise<unknown>)[] = [
    // A rule strikes, and goes.
    async () => {
      const rule = { match: { service: "eks" }, effect: "error", params: { kind: "throttle" } };
      const made = await fetch(`${endpoint}/_squall/faults`, { method: "POST", body: JSON.stringify(rule) });
      const { id } = (await made.json()) as { id: string };
      assert.ok(id, "A rule has an id.");
      await fetch(`${endpoint}/_squall/faults/${id}`, { method: "DELETE" });
    },
    // A watcher leaves.
    async () => {
      const leaving = new AbortController();
      const watched = await fetch(`${endpoint}/_squall/events`, { signal: leaving.signal });
      await watched.body!.getReader().read();
      leaving.abort();
    },
    // A long poll is given up.
    async () => {
      const leaving = new AbortController();
      const poll = sqs.send(new ReceiveMessageCommand({ QueueUrl: "soak-empty", WaitTimeSeconds: 20 }), {
        abortSignal: leaving.signal,
      });
      setImmediate(() => leaving.abort());
      await poll.catch(() => {});
    },
    // A body breaks off, and a request that is none.
    () =>
      broken(
        endpoint,
        "PUT /crash-bucket/broken HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\nhalf",
      ),
    () => broken(endpoint, "\u0000\u0001 nonsense\r\n\r\n"),
    // Each from a client, an account and a name of its own.
    async (n) => {
      const Authorization = `AWS4-HMAC-SHA256 Credential=${100_000_000_000 + n}/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0`;
      await fetch(`${endpoint}/`, {
        method: "POST",
        headers: { Authorization, "X-Amz-Target": "AmazonSQS.GetQueueUrl", "User-Agent": `soak/${n}` },
        body: JSON.stringify({ QueueName: `none-${n}` }),
      }).then((answer) => answer.text());
    },
  ];
  return {
    name: "turbulence",
    setup: async () => {
      await fetch(`${endpoint}/?Action=CreateQueue&QueueName=soak-empty`, { method: "POST" });
    },
    write: async (n) => void (await kinds[n % kinds.length]!(n)),
    verify: async () => {},
  };
}

function broken(endpoint: string, text: string): Promise<void> {
  const { port, hostname } = new URL(endpoint);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname, () => {
      socket.write(text, () => socket.destroy());
    });
    socket.on("error", () => {});
    socket.on("close", () => resolve());
  });
}
