import type { FaultPoint } from "../core/fault.ts";
import type { Setting } from "../core/service.ts";
import type { CollectionDefinition } from "../core/storage.ts";
import type { Place } from "./arn-template.ts";
import type { InputPath } from "./input-path.ts";
import type { PrincipalReader } from "./principal.ts";
import type { RequestSizes } from "./request-sizes.ts";
import type { ResourceDeclaration } from "./resource.ts";
import type { PolicyDeclaration } from "./resource-policy.ts";

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
  /** Where policies on resources are kept, beside those that stand in their resource's own record (`ResourceDeclaration.policy`). */
  readonly policies?: readonly PolicyDeclaration[];
  /** How large its requests may be. Default: 4 MiB. */
  readonly requests?: RequestSizes;
  /** How IAM sees its calls. */
  readonly iam?: IamDeclaration;
  /** The side of the service that speaks plain HTTP, and what it is called in rules and records. */
  readonly dataPlane?: DataPlaneDeclaration;
  /** What loads it before anybody calls it: the first call of any service (it watches the others), or an environment variable. */
  readonly startsWith?: { readonly firstCall?: true; readonly variables?: RegExp };
}

/** How IAM sees a service: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html */
export interface IamDeclaration {
  /** What its actions begin with. Default: its name. */
  readonly prefix?: string;
  /** IAM actions of operations that no resource type declares (`ResourceDeclaration.actions`). */
  readonly actions?: Readonly<Record<string, string>>;
  /** Actions are HTTP methods (`apigateway:GET`) on the path as the resource. */
  readonly byPath?: true;
  /** Its handlers ask (`ctx.refusalOf`), since what a call is on stands in its store and not in its input: S3's access points. */
  readonly asksItself?: true;
  /** Operations that nobody needs a permission for. */
  readonly free?: readonly string[];
  /** Operations that are on `*`, although their input names a resource. */
  readonly onAnything?: readonly string[];
  /** A member that means the caller when an input leaves it out: IAM's `UserName`. */
  readonly onCaller?: string;
  /** ARNs of what an input is about, where no resource type says it. */
  resourcesOf?(input: Readonly<Record<string, unknown>>, place: Place): readonly string[];
  /** The ARN as IAM has it, of the ARN that a resource type has. */
  arnOf?(arn: string): string;
  /** ARNs under which policies on a resource are kept. Default: its own; an index has its table's. */
  policiesOn?(arn: string): readonly string[];
  /** What no policy on a resource keeps from the root of its own account, who could not lift the policy otherwise. */
  readonly rootAlways?: readonly string[];
  /** Values of the service's own condition keys. */
  readonly conditionKeys?: Readonly<Record<string, ConditionReader>>;
  /** Condition keys that end in a key of a map of the input: `kms:EncryptionContext:` and each key of `EncryptionContext`. */
  readonly conditionMaps?: Readonly<Record<string, string>>;
  /** ARNs that are but another name: an alias is asked for, its key is meant. */
  readonly standsFor?: StandsFor;
  /** Operations that hand a role to a service, with the members that name it: `iam:PassRole` is wanted for it. */
  readonly passesRole?: Readonly<Record<string, InputPath | readonly InputPath[]>>;
  /** The names under which it takes the roles that it is handed, the first in `iam:PassedToService`. Default: `<name>.amazonaws.com`. */
  readonly takesRolesAs?: readonly [string, ...string[]];
  /** What operations want beside their own action. */
  readonly also?: Readonly<Record<string, readonly AlsoWanted[]>>;
  /** Who the principals of an account are, and what policies they have. Of IAM alone. */
  readonly principals?: PrincipalReader;
}

/** An action that an operation wants where its input has a member: tags that come with what is made, a function that is named. */
export interface AlsoWanted {
  readonly action: string;
  /** The member (a path) without which the action is not wanted. */
  readonly when: InputPath;
  /** The action is on what the member names by ARN. Default: on what the operation is on. */
  readonly isOnNamed?: true;
}

/** Where names are kept that stand for a resource. */
export interface StandsFor {
  // biome-ignore lint/suspicious/noExplicitAny: records of every kind meet here; each is typed where it is declared
  readonly collection: CollectionDefinition<any>;
  /** The name in an ARN, which is its key in the collection; undefined for an ARN that is no such name. */
  read(arn: string): string | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  arnOf(record: any, place: Place): string;
}

/** The values that a call has for a condition key; a path reads them from its input. */
export type ConditionReader =
  | InputPath
  | ((
      input: Readonly<Record<string, unknown>>,
      resource: string,
      /** What is kept of the resource. */
      record: unknown,
      place: Place,
    ) => readonly string[] | undefined);

/** Requests in no AWS protocol, as they are called in rules and records. The gateway tells them apart by host and path. */
export interface DataPlaneDeclaration {
  /** What such a call's service is: `execute-api`, `lambda-url`. */
  readonly name: string;
  /** The operations that its calls have. */
  readonly operations: readonly string[];
}

/** Types a declaration where it is written. */
export const declareService = (declaration: ServiceDeclaration): ServiceDeclaration => declaration;
