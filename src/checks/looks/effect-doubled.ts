import type { CallRecord } from "../../core/bus.ts";
import { defineCheck } from "../check.ts";
import { logicalCalls, once, stepOf } from "../evidence.ts";

/** What is there once more each time that it is asked for: messages, events, records, executions, tasks, mails. */
const ADDS =
  /^(?:sqs\.SendMessage|sqs\.SendMessageBatch|sns\.Publish|sns\.PublishBatch|events\.PutEvents|kinesis\.PutRecords?|firehose\.PutRecord(?:Batch)?|stepfunctions\.StartExecution|ecs\.RunTask|lambda\.Invoke|batch\.SubmitJob|ses(?:v2)?\.Send\w*Email)$/;
/** Members that make the second time the same as the first. `name`: of an execution. */
const SAME = ["MessageDeduplicationId", "clientToken", "ClientToken", "name"];

export default defineCheck({
  id: "effect-doubled",
  title: "A call took effect, was tried again, and took effect again",
  why: "An answer was lost, or came too late for its client, whose SDK tried again by itself: the message is there twice, the event has happened twice, and nobody has seen an error.",
  mend: "Say which call it is (a FIFO queue's MessageDeduplicationId, a client token, an execution's name), or let whoever receives it know what it has seen.",
  *look({ calls }) {
    yield* once(
      logicalCalls(calls).flatMap(({ attempts, first }) => {
        if (!ADDS.test(`${first.service}.${first.operation}`) || isToldApart(first)) return [];
        const times = attempts.filter(tookEffect).length;
        return times > 1 ? [{ where: stepOf(first), what: `it took effect ${times} times` }] : [];
      }),
    );
  },
});

/** Answered well, or the answer was lost on its way. */
const tookEffect = ({ status, decisions }: CallRecord): boolean =>
  (status >= 200 && status < 300) || decisions.some(({ effect, fired }) => fired && effect === "lost-reply");

const isToldApart = ({ input }: CallRecord): boolean =>
  SAME.some((member) => typeof input[member] === "string") || isFifo(input);

/** A batch's entries have their own ids there. */
const isFifo = (input: CallRecord["input"]): boolean =>
  [input["QueueUrl"], input["TopicArn"]].some((name) => typeof name === "string" && name.endsWith(".fifo"));
