import { receiptHandleIsInvalid } from "./errors.ts";

/** What a receipt handle says: which receive of which message in which queue. */
export interface Receipt {
  readonly queueId: string;
  readonly sequence: number;
  /** The message's receive count with that receive: an older handle is one with a smaller count. */
  readonly receiveCount: number;
}

const PREFIX = "AQEB";
const CONTENT = /^([0-9a-f]{16}) (\d{1,16}) (\d{1,9})$/;

export function makeReceiptHandle({ queueId, sequence, receiveCount }: Receipt): string {
  return PREFIX + Buffer.from(`${queueId} ${sequence} ${receiveCount}`).toString("base64");
}

/** @throws AwsError `ReceiptHandleIsInvalid` for text that is no handle, or one of another queue */
export function readReceiptHandle(handle: string, queueId: string): Receipt {
  const content = handle.startsWith(PREFIX)
    ? Buffer.from(handle.slice(PREFIX.length), "base64").toString("latin1")
    : "";
  const match = CONTENT.exec(content);
  if (!match || match[1] !== queueId) throw receiptHandleIsInvalid(handle);
  return { queueId, sequence: Number(match[2]), receiveCount: Number(match[3]) };
}
