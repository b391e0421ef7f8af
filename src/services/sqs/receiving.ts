import type { Context, Handlers } from "../../core/service.ts";
import type * as SQS from "../../models/generated/sqs.ts";
import { isDeadLetter, moveToDeadLetters } from "./dead-letters.ts";
import { passFaults } from "./delivery-faults.ts";
import type { Entry } from "./entry.ts";
import { invalidParameter, tooManyInFlight, unknownAttribute } from "./errors.ts";
import type { MessageRecord } from "./message.ts";
import type { OpenQueue } from "./open-queue.ts";
import type { OpenQueues } from "./open-queues.ts";
import { describeReceived } from "./received-message.ts";

const MOST_MESSAGES = 10;
const MOST_IN_FLIGHT = 120_000;
const LONGEST_VISIBILITY_SECONDS = 43_200;
const LONGEST_WAIT_SECONDS = 20;
const SYSTEM_ATTRIBUTES = new Set([
  "All",
  "SenderId",
  "SentTimestamp",
  "ApproximateReceiveCount",
  "ApproximateFirstReceiveTimestamp",
  "SequenceNumber",
  "MessageDeduplicationId",
  "MessageGroupId",
  "AWSTraceHeader",
  "DeadLetterQueueSourceArn",
  "SqsManagedSseEnabled",
]);

export const receiving = (open: OpenQueues): Handlers<SQS.Operations> => ({
  async ReceiveMessage(input, ctx) {
    checkReceive(input);
    const queue = open.byUrl(input.QueueUrl, ctx);
    const output = await waitAndReceive(open, queue, input, ctx);
    measureReceive(queue, output.Messages?.length ?? 0, ctx);
    return output;
  },
});

async function waitAndReceive(
  open: OpenQueues,
  queue: OpenQueue,
  input: SQS.ReceiveMessageRequest,
  ctx: Context,
): Promise<SQS.ReceiveMessageResult> {
  const waitSeconds = input.WaitTimeSeconds ?? queue.settings.waitSeconds;
  const untilMs = ctx.clock.now() + waitSeconds * 1000;
  for (;;) {
    // Nobody is there to take them: the messages stay for the next in line.
    if (ctx.signal.aborted) {
      queue.waiters.wake();
      return {};
    }
    const received = ctx.store.transaction(() => receive(open, queue, input, ctx));
    if (received.length > 0) return { Messages: received };
    // A standard queue with too much in flight says so, except to who waits; a FIFO queue never does.
    if (waitSeconds === 0 && !queue.settings.fifo && isFull(queue)) throw tooManyInFlight();
    if (ctx.clock.now() >= untilMs) return {};
    const end = await queue.arrival(untilMs, ctx.signal);
    if (end === "timeout" || end === "left") return {};
    if (end === "closed") {
      // Looking it up again says whether the queue is gone.
      open.byUrl(input.QueueUrl, ctx);
      return {};
    }
  }
}

/** For CloudWatch: how many messages a receive gave, or that it came back empty. */
function measureReceive({ place }: OpenQueue, received: number, { host }: Context): void {
  if (!host.bus.hears("cloudwatch.measurement")) return;
  host.bus.publish("cloudwatch.measurement", {
    account: place.account,
    region: place.region,
    namespace: "AWS/SQS",
    dimensions: { QueueName: place.name },
    atMs: host.clock.now(),
    values: received > 0 ? { NumberOfMessagesReceived: received } : { NumberOfEmptyReceives: 1 },
  });
}

function checkReceive(input: SQS.ReceiveMessageRequest): void {
  const within = (parameter: string, value: number | undefined, min: number, max: number, must: string) => {
    if (value !== undefined && (value < min || value > max))
      throw invalidParameter(parameter, value, `Must be ${must}, if provided.`);
  };
  within(
    "MaxNumberOfMessages",
    input.MaxNumberOfMessages,
    1,
    MOST_MESSAGES,
    `between 1 and ${MOST_MESSAGES}`,
  );
  within(
    "VisibilityTimeout",
    input.VisibilityTimeout,
    0,
    LONGEST_VISIBILITY_SECONDS,
    `>= 0 and <= ${LONGEST_VISIBILITY_SECONDS}`,
  );
  within(
    "WaitTimeSeconds",
    input.WaitTimeSeconds,
    0,
    LONGEST_WAIT_SECONDS,
    `>= 0 and <= ${LONGEST_WAIT_SECONDS}`,
  );
  for (const name of [...(input.AttributeNames ?? []), ...(input.MessageSystemAttributeNames ?? [])]) {
    if (!SYSTEM_ATTRIBUTES.has(name)) throw unknownAttribute(name);
  }
}

/** Takes what is there and hides it from others. */
function receive(
  open: OpenQueues,
  queue: OpenQueue,
  input: SQS.ReceiveMessageRequest,
  ctx: Context,
): SQS.Message[] {
  const nowMs = ctx.clock.now();
  const attemptId = queue.settings.fifo ? input.ReceiveRequestAttemptId : undefined;
  const again = attemptId === undefined ? undefined : queue.attempts.find(attemptId, nowMs);
  if (again) return again.flatMap((entry) => repeat(queue, entry, input, nowMs));
  if (isFull(queue)) return [];
  const most = input.MaxNumberOfMessages ?? 1;
  const received: SQS.Message[] = [];
  const taken: Entry[] = [];
  queue.pass((available) => {
    for (const entry of available) {
      const message = admit(open, queue, entry, ctx, nowMs);
      if (!message) continue;
      received.push(take(queue, entry, message, input, nowMs));
      taken.push(entry);
      if (received.length >= most || isFull(queue)) break;
    }
  });
  if (attemptId !== undefined && taken.length > 0) queue.attempts.remember(attemptId, taken, nowMs);
  return received;
}

/** The message of an entry, if it may be delivered now; else it has left its place in the line. */
function admit(
  open: OpenQueues,
  queue: OpenQueue,
  entry: Entry,
  ctx: Context,
  nowMs: number,
): MessageRecord | undefined {
  const message = queue.message(entry);
  if (!message || queue.isExpired(entry)) {
    queue.remove(entry);
    return undefined;
  }
  if (isDeadLetter(queue, entry) && moveToDeadLetters(open, queue, entry, message, nowMs)) return undefined;
  return passFaults(queue, entry, message, ctx) ? message : undefined;
}

function take(
  queue: OpenQueue,
  entry: Entry,
  message: MessageRecord,
  input: SQS.ReceiveMessageRequest,
  nowMs: number,
): SQS.Message {
  const received: MessageRecord = {
    ...message,
    receiveCount: message.receiveCount + 1,
    receivedAtMs: nowMs,
    firstReceivedAtMs: message.firstReceivedAtMs ?? nowMs,
    visibleAtMs: nowMs + visibilityMs(queue, input),
  };
  queue.hide(entry, received);
  return describeReceived(queue, entry, received, input);
}

/** The same message and handle once more, if it is still there; its visibility timeout begins anew. */
function repeat(
  queue: OpenQueue,
  entry: Entry,
  input: SQS.ReceiveMessageRequest,
  nowMs: number,
): SQS.Message[] {
  const before = queue.message(entry);
  if (!before || queue.isExpired(entry)) {
    queue.remove(entry);
    return [];
  }
  const message = { ...before, visibleAtMs: nowMs + visibilityMs(queue, input) };
  queue.hide(entry, message);
  return [describeReceived(queue, entry, message, input)];
}

const visibilityMs = (queue: OpenQueue, input: SQS.ReceiveMessageRequest) =>
  input.VisibilityTimeout === undefined ? queue.settings.visibilityTimeoutMs : input.VisibilityTimeout * 1000;

function isFull(queue: OpenQueue): boolean {
  if (queue.backlog.counts.inflight < MOST_IN_FLIGHT) return false;
  queue.expire();
  return queue.backlog.counts.inflight >= MOST_IN_FLIGHT;
}
