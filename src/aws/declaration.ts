import type { FaultPoint } from "../core/fault.ts";
import type { Setting } from "../core/service.ts";
import type { ResourceDeclaration } from "./resource.ts";

/**
 * What is known of a service before any of its code runs: pure data, loaded for all services at start. Rules are matched and
 * checked by it, FIS finds its targets, settings and fault points are documented from it; what a service does is in its handlers.
 */
export interface ServiceDeclaration {
  /** botocore's service name; also the folder's name. */
  readonly name: string;
  /** Whose store it uses, for the faces of one service (`dynamodbstreams` uses `dynamodb`'s). Default: its own name. */
  readonly storeName?: string;
  /** Where state lives: one store a region, or one for the whole account (IAM). Default `regional`. */
  readonly scope?: "regional" | "global";
  readonly settings?: Readonly<Record<string, Setting>>;
  readonly faultPoints?: Readonly<Record<string, FaultPoint>>;
  /** Resource types by their name within the service: `queue`. */
  readonly resources?: Readonly<Record<string, ResourceDeclaration>>;
  /** The side of the service that speaks plain HTTP, and what it is called in rules and records. */
  readonly dataPlane?: DataPlaneDeclaration;
  /** What loads it before anybody calls it: the first call of any service (it watches the others), or an environment variable. */
  readonly startsWith?: { readonly firstCall?: true; readonly variables?: RegExp };
}

/** Requests in no AWS protocol, as they are called in rules and records. The gateway tells them apart by host and path. */
export interface DataPlaneDeclaration {
  /** What such a call's service is: `execute-api`, `lambda-url`. */
  readonly name: string;
  /** The operations that its calls have. */
  readonly operations: readonly string[];
}

/** Types a declaration where it is written. */
export const declareService = (declaration: ServiceDeclaration): ServiceDeclaration => declaration;
