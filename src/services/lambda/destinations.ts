import { parseArn } from "../../core/arn.ts";
import type { ServiceHost } from "../../core/service.ts";

/** Where a record goes, and who sends it. */
export interface Delivery {
  readonly role: string;
  readonly functionArn: string;
  readonly parentId?: string;
  /** `Success` or `Failure`, for EventBridge's detail type. */
  readonly outcome: "Success" | "Failure";
}

/**
 * Sends an invocation record to a destination: SQS, SNS, Lambda, EventBridge or S3. Rejects with the other service's error.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-async-destinations
 */
export async function sendToDestination(
  host: ServiceHost,
  arn: string,
  record: object,
  from: Delivery,
): Promise<void> {
  const target = parseArn(arn);
  if (!target) return;
  const body = JSON.stringify(record);
  const options = {
    as: from.role,
    ...(target.account && { account: target.account }),
    ...(target.region && { region: target.region }),
    ...(from.parentId && { parentId: from.parentId }),
  };
  switch (target.service) {
    case "sqs":
      await host.call("sqs", "SendMessage", { QueueUrl: queueUrl(host, arn), MessageBody: body }, options);
      break;
    case "sns":
      await host.call("sns", "Publish", { TopicArn: arn, Message: body }, options);
      break;
    case "lambda":
      await host.call(
        "lambda",
        "Invoke",
        { FunctionName: arn, InvocationType: "Event", Payload: Buffer.from(body) },
        options,
      );
      break;
    case "events": {
      const entry = {
        Source: "lambda",
        DetailType: `Lambda Function Invocation Result - ${from.outcome}`,
        Detail: body,
        Resources: [from.functionArn, arn],
        EventBusName: arn,
      };
      await host.call("events", "PutEvents", { Entries: [entry] }, options);
      break;
    }
    case "s3": {
      const at = new Date(host.clock.now()).toISOString();
      const key = `aws/lambda/async/${from.functionArn.split(":")[6]}/${at.slice(0, 10).replaceAll("-", "/")}/${at}-${host.random.uuid()}`;
      await host.call(
        "s3",
        "PutObject",
        { Bucket: target.resource, Key: key, Body: Buffer.from(body) },
        options,
      );
      break;
    }
    default:
      host.log.warn(`A record for ${arn} is lost: Lambda does not send to ${target.service}.`);
  }
}

/** A queue's URL in the form that SQS always understands: path style on our own port. */
export function queueUrl(host: ServiceHost, arn: string): string {
  const { account, resource } = parseArn(arn)!;
  return `${host.endpoint.loopback()}/${account}/${resource}`;
}
