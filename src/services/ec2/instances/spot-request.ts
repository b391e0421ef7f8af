import { zoneOf } from "../../../aws/regions.ts";
import { tagList } from "../../../aws/tags.ts";
import { defineCollection } from "../../../core/storage.ts";
import type * as EC2 from "../../../models/generated/ec2.ts";
import { spotRequestMalformed, spotRequestNotFound } from "../errors.ts";
import { type At, type Kept, type Kind, look, save } from "../kind.ts";
import { type InstanceRecord, instances } from "./instance.ts";

export interface SpotRequestRecord extends Kept {
  readonly requestType: EC2.SpotInstanceType;
  readonly state: EC2.SpotInstanceState;
  /** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-request-status.html */
  readonly statusCode: string;
  readonly updatedMs: number;
  readonly createdMs: number;
  readonly instanceId: string;
  readonly price: string;
  readonly interruption: EC2.InstanceInterruptionBehavior;
  readonly specification: EC2.LaunchSpecification;
  readonly zone: string;
  readonly validUntilMs?: number;
}

const STATUS_MESSAGES: Readonly<Record<string, string>> = {
  fulfilled: "Your Spot request is fulfilled.",
  "instance-terminated-by-user": "Your Spot Instance was terminated by you.",
  "instance-terminated-by-experiment": "Your Spot Instance was terminated by an AWS FIS experiment.",
  "instance-stopped-by-user": "Your Spot Instance was stopped by you.",
  "instance-stopped-by-experiment": "Your Spot Instance was stopped by an AWS FIS experiment.",
  "request-canceled-and-instance-running":
    "Your Spot request is canceled, but your Spot Instance is still running.",
  "canceled-before-fulfillment": "Your Spot request was canceled before it was fulfilled.",
};

export const spotRequests: Kind<SpotRequestRecord, EC2.SpotInstanceRequest> = {
  type: "spot-instances-request",
  prefix: "sir",
  collection: defineCollection<SpotRequestRecord>({ name: "spot-requests" }),
  notFound: spotRequestNotFound,
  malformed: spotRequestMalformed,
  describe: (request, { region }) => ({
    SpotInstanceRequestId: request.id,
    Type: request.requestType,
    State: request.state,
    Status: {
      Code: request.statusCode,
      Message: STATUS_MESSAGES[request.statusCode] ?? "",
      UpdateTime: new Date(request.updatedMs),
    },
    CreateTime: new Date(request.createdMs),
    SpotPrice: request.price,
    InstanceId: request.instanceId,
    InstanceInterruptionBehavior: request.interruption,
    LaunchSpecification: request.specification,
    LaunchedAvailabilityZone: request.zone,
    LaunchedAvailabilityZoneId: zoneOf(region, request.zone)?.id ?? "",
    ProductDescription: "Linux/UNIX",
    ...(request.validUntilMs !== undefined && { ValidUntil: new Date(request.validUntilMs) }),
    Tags: tagList(request.tags),
  }),
  filters: {
    "availability-zone-group": "AvailabilityZoneGroup",
    "create-time": ({ CreateTime }) => CreateTime?.toISOString(),
    "instance-id": "InstanceId",
    "launch.image-id": "LaunchSpecification.ImageId",
    "launch.instance-type": "LaunchSpecification.InstanceType",
    "launch.key-name": "LaunchSpecification.KeyName",
    "launched-availability-zone": "LaunchedAvailabilityZone",
    "product-description": "ProductDescription",
    "spot-instance-request-id": "SpotInstanceRequestId",
    "spot-price": "SpotPrice",
    state: "State",
    "status-code": "Status.Code",
    type: "Type",
    "valid-until": ({ ValidUntil }) => ValidUntil?.toISOString(),
  },
};

/** An instance has ended or stopped: what has become of the request that it fulfilled. */
export function settleRequest(
  instance: InstanceRecord,
  how: "terminated" | "stopped",
  by: "user" | "experiment",
  at: At,
  nowMs: number,
): void {
  const request = look(spotRequests, instance.spotRequestId, at);
  if (!request || request.state === "cancelled" || request.state === "closed") return;
  save(
    spotRequests,
    {
      ...request,
      statusCode: `instance-${how}-by-${by}`,
      updatedMs: nowMs,
      state: how === "terminated" ? "closed" : "disabled",
    },
    at,
  );
}

/** An instance that was stopped runs again. */
export function reopenRequest(instance: InstanceRecord, at: At, nowMs: number): void {
  const request = look(spotRequests, instance.spotRequestId, at);
  if (request?.state === "disabled")
    save(spotRequests, { ...request, statusCode: "fulfilled", updatedMs: nowMs, state: "active" }, at);
}

/** The request of an instance that it has. */
export const requestOf = (instanceId: string, at: At): SpotRequestRecord | undefined =>
  look(spotRequests, look(instances, instanceId, at)?.spotRequestId, at);
