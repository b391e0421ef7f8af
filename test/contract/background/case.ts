/** Calls an operation, for the account that all cases share. */
export type Call = <O = Record<string, never>>(
  service: string,
  operation: string,
  input?: object,
  options?: { readonly region?: string },
) => Promise<O>;

/** Something that a service does by itself, behind an answer. */
export interface BackgroundCase {
  readonly title: string;
  /** Once, before anything fails. */
  prepare?(call: Call): Promise<unknown>;
  /** What it is about, before any of its writes fails. */
  before?(call: Call, name: string, nowMs: number): Promise<unknown>;
  /** Sets it off, under a name of its own. @param nowMs the clock's time */
  begin(call: Call, name: string, nowMs: number): Promise<unknown>;
  /** How long it takes, in milliseconds of the clock. Default: no time. */
  readonly lastsMs?: number;
  /** What has come of it; what fails to be found is `{code}` of the error. */
  state(call: Call, name: string, nowMs: number): Promise<unknown>;
  /** What may have come of it when the call that set it off was answered. */
  readonly ends: RegExp;
  /** What may be there when that call was refused. Default: nothing, or what also comes of a call that is answered. */
  readonly refused?: RegExp;
}

export const arn = (service: string, resource: string) =>
  `arn:aws:${service}:us-east-1:000000000000:${resource}`;

export const role = "arn:aws:iam::000000000000:role/worker";

/** Bodies of the messages of a queue that say a name, which are read once. */
export async function heard(call: Call, queue: string, name: string): Promise<string> {
  const found: string[] = [];
  for (;;) {
    const { Messages = [] } = await call<{ Messages?: { Body: string; ReceiptHandle: string }[] }>(
      "sqs",
      "ReceiveMessage",
      { QueueUrl: queue, MaxNumberOfMessages: 10 },
    );
    if (Messages.length === 0) break;
    for (const { Body, ReceiptHandle } of Messages) {
      found.push(Body);
      await call("sqs", "DeleteMessage", { QueueUrl: queue, ReceiptHandle });
    }
  }
  return found.some((body) => body.includes(name)) ? "heard" : "nothing";
}
