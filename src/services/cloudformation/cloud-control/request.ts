import { withoutSecrets } from "../../../core/secret-names.ts";
import type { Context } from "../../../core/service.ts";
import { defineCollection, type Store } from "../../../core/storage.ts";
import type * as CloudControl from "../../../models/generated/cloudcontrol.ts";
import type { Values } from "../sam/value.ts";
import { requestNotFound } from "./errors.ts";

/** A request as it is kept, by its token. */
export interface RequestRecord {
  readonly token: string;
  readonly clientToken?: string;
  readonly type: string;
  readonly operation: CloudControl.Operation;
  readonly status: CloudControl.OperationStatus;
  readonly identifier?: string;
  readonly atMs: number;
  /** When a request that takes its time is over, about. */
  readonly untilMs?: number;
  readonly model?: Values;
  readonly message?: string;
  readonly errorCode?: CloudControl.HandlerErrorCode;
}

export const requestRecords = defineCollection<RequestRecord>({
  name: "requests",
  indexes: {
    clientToken: ({ clientToken }) => (clientToken ? [clientToken] : undefined),
    active: ({ token, status }) => (isOpen(status) ? [token] : undefined),
    age: ({ atMs, token }) => [atMs, token],
  },
});

/** What has been made through Cloud Control: the properties that it was asked for, by type and identifier. */
export interface ControlledRecord {
  readonly type: string;
  readonly identifier: string;
  readonly id: string;
  readonly properties: Values;
  readonly attributes: Readonly<Record<string, unknown>>;
}

export const controlledRecords = defineCollection<ControlledRecord>({ name: "controlled" });

export const isOpen = (status: string): boolean =>
  status === "PENDING" || status === "IN_PROGRESS" || status === "CANCEL_IN_PROGRESS";

/** Requests are kept for seven days. https://docs.aws.amazon.com/cloudcontrolapi/latest/APIReference/API_ListResourceRequests.html */
export const REQUEST_LIFE_MS = 7 * 24 * 3600 * 1000;

/** Removes those whose time is over: of the tokens that their clients gave them nothing is left either. */
export function forgetOldRequests(store: Store, nowMs: number): void {
  const requests = store.collection(requestRecords);
  for (const { token } of [...requests.by("age").values({ before: [nowMs - REQUEST_LIFE_MS] })])
    requests.delete([token]);
}

/** @throws RequestTokenNotFoundException */
export function findRequest(token: string, ctx: Context): RequestRecord {
  const request = ctx.store.collection(requestRecords).get([token]);
  if (!request || request.atMs + REQUEST_LIFE_MS < ctx.clock.now()) throw requestNotFound(token);
  return request;
}

export function describeRequest(request: RequestRecord): CloudControl.ProgressEvent {
  const { type, identifier, token, operation, status, atMs, untilMs, model, message, errorCode } = request;
  return {
    TypeName: type,
    ...(identifier !== undefined && { Identifier: identifier }),
    RequestToken: token,
    Operation: operation,
    OperationStatus: status,
    EventTime: new Date(atMs),
    ...(untilMs !== undefined && isOpen(status) && { RetryAfter: new Date(untilMs) }),
    ...(model && { ResourceModel: JSON.stringify(withoutSecrets(model)) }),
    ...(message !== undefined && { StatusMessage: message }),
    ...(errorCode !== undefined && { ErrorCode: errorCode }),
  };
}
