import { createHash } from "node:crypto";
import type { Call, Outcome } from "../core/call.ts";

interface Message {
  readonly Id?: string;
  readonly MessageBody?: string;
}

/**
 * What an answer says of its own call's input is said anew when it is played: clients check it, and of what is made anew in each
 * run (a time in a message) the recording has another. SQS answers with the hash of what it was sent.
 */
export function derivedAnew({ service, operation, input }: Call, outcome: Outcome): Outcome {
  if (service !== "sqs" || outcome.kind !== "output") return outcome;
  const { output } = outcome;
  if (operation === "SendMessage") return { ...outcome, output: hashed(output, input as Message) };
  if (operation !== "SendMessageBatch" || !Array.isArray(output["Successful"])) return outcome;
  const sent = new Map(((input["Entries"] ?? []) as readonly Message[]).map((entry) => [entry.Id, entry]));
  const Successful = output["Successful"].map((entry: Record<string, unknown>) =>
    hashed(entry, sent.get(String(entry["Id"]))),
  );
  return { ...outcome, output: { ...output, Successful } };
}

function hashed(entry: Record<string, unknown>, message: Message | undefined): Record<string, unknown> {
  if (message?.MessageBody === undefined || entry["MD5OfMessageBody"] === undefined) return entry;
  return { ...entry, MD5OfMessageBody: createHash("md5").update(message.MessageBody).digest("hex") };
}
