import { parseArn } from "../../core/arn.ts";
import {
  deadLetterIsElsewhere,
  deadLetterIsFifo,
  deadLetterUnsupported,
  parameterInvalid,
} from "./errors.ts";
import type { Where } from "./event-bus.ts";

/**
 * A dead-letter queue is a standard queue in the region of what it is of.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 * @throws ValidationException
 */
export function checkDeadLetterQueue(given: string | undefined, { region }: Where): void {
  if (given === undefined) return;
  const arn = parseArn(given);
  if (!arn) throw parameterInvalid(given, "Provided Arn is not in correct format.");
  if (arn.service !== "sqs") throw deadLetterUnsupported(arn.service);
  if (arn.resource.endsWith(".fifo")) throw deadLetterIsFifo();
  if (arn.region !== region) throw deadLetterIsElsewhere(given, region);
}
