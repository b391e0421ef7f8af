import { Tagging } from "../../aws/tags.ts";
import { invalidArgument, tooManyTags } from "./errors.ts";
import type { StreamRecord } from "./stream.ts";

/** By the rules of Kinesis, whose refusal names the stream. */
export const taggingOf = (stream: Pick<StreamRecord, "name" | "account">): Tagging =>
  new Tagging({ errors: { tooMany: () => tooManyTags(stream), invalid: invalidArgument } });
