/**
 * Operations as AWS's services name them for each other: `aws-sdk:sqs:sendMessage`, with the input as JSON.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html
 */
import { sure } from "../core/sure.ts";
import { loadModel, type MemberRef, type ServiceModel, wireIndex, wireService } from "../models/model.ts";

export interface SdkOperation {
  /** botocore's name of the service. */
  readonly service: string;
  readonly operation: string;
}

let byId: ReadonlyMap<string, string> | undefined;

/** @param id of the service in small letters, without spaces; @returns undefined for what AWS does not have */
export function sdkOperation(id: string, action: string): SdkOperation | undefined {
  byId ??= new Map(
    [...wireIndex()].map(([name, { serviceId }]) => [
      serviceId.toLowerCase().replace(/[^a-z0-9]/g, ""),
      name,
    ]),
  );
  const service = byId.get(id);
  if (service === undefined) return undefined;
  const wanted = action.toLowerCase();
  const operation = Object.keys(wireService(service)?.operations ?? {}).find(
    (name) => name.toLowerCase() === wanted,
  );
  return operation === undefined ? undefined : { service, operation };
}

/** JSON as the input of an operation: bytes are text there, and times are text or seconds. */
export function sdkInput({ service, operation }: SdkOperation, document: unknown): Record<string, unknown> {
  const model = loadModel(service);
  const shape = model?.operations[operation]?.input;
  const input = model && shape ? typed(model, shape, document) : document;
  return typeof input === "object" && input !== null ? (input as Record<string, unknown>) : {};
}

function typed(model: ServiceModel, ref: MemberRef, value: unknown): unknown {
  const shape = model.shapes[ref.shape];
  if (shape === undefined || value === null) return value;
  if (shape.type === "blob") return Buffer.from(typeof value === "string" ? value : JSON.stringify(value));
  if (shape.type === "timestamp" && typeof value === "string") return new Date(value);
  if (shape.type === "timestamp" && typeof value === "number") return new Date(value * 1000);
  if (shape.type === "list" && Array.isArray(value))
    return value.map((item) => typed(model, sure(shape.member), item));
  if (typeof value !== "object" || Array.isArray(value)) return value;
  const members = Object.entries(value).map(([name, member]) => {
    const memberRef = shape.type === "map" ? shape.value : shape.members?.[name];
    return [name, memberRef ? typed(model, memberRef, member) : member];
  });
  return Object.fromEntries(members);
}
