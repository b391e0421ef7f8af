import { streamError } from "../stream-error.ts";

export default streamError(
  "aws:kinesis:stream-expired-iterator-exception",
  "Answer GetRecords calls on the target streams with ExpiredIteratorException.",
  { code: "ExpiredIteratorException", message: "Iterator expired.", operations: ["GetRecords"] },
);
