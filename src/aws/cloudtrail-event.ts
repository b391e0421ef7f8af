import type { ServiceHost } from "../core/service.ts";
import { isoSeconds } from "../core/text.ts";
import { announce } from "./announce.ts";

/**
 * What a service does by itself, as CloudTrail tells of it: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/non-api-aws-service-events.html
 * @param service the service's prefix in `secretsmanager.amazonaws.com`
 * @param more members of the record that are the event's own
 */
export function announceServiceEvent(
  host: ServiceHost,
  service: string,
  eventName: string,
  from: {
    readonly account: string;
    readonly region: string;
    readonly parentId?: string;
    readonly origin?: string;
  },
  more: object,
): void {
  const { account, region } = from;
  const principal = `${service}.amazonaws.com`;
  void announce(host, `aws.${service}`, from, () => ({
    detailType: "AWS Service Event via CloudTrail",
    resources: [],
    detail: {
      eventVersion: "1.08",
      userIdentity: { accountId: account, invokedBy: principal },
      eventTime: isoSeconds(host.clock.now()),
      eventSource: principal,
      eventName,
      awsRegion: region,
      sourceIPAddress: principal,
      userAgent: principal,
      requestParameters: null,
      responseElements: null,
      ...more,
      eventID: host.random.uuid(),
      readOnly: false,
      eventType: "AwsServiceEvent",
      managementEvent: true,
      recipientAccountId: account,
      eventCategory: "Management",
    },
  }));
}
