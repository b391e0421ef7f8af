import type { HttpRequest } from "../core/http.ts";
import type { MemberRef, ServiceModel, Shape } from "../models/model.ts";
import { entryOf, keyOf } from "./shapes.ts";

/**
 * SQS moved to JSON and its model lost the names of the query protocol that older clients still speak.
 * They are kept here: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/ (2012-11-05, query examples).
 */
const SQS_LISTS: Readonly<Record<string, string>> = {
  AWSAccountIdList: "AWSAccountId",
  ActionNameList: "ActionName",
  AttributeNameList: "AttributeName",
  BatchResultErrorEntryList: "BatchResultErrorEntry",
  BinaryList: "BinaryListValue",
  ChangeMessageVisibilityBatchRequestEntryList: "ChangeMessageVisibilityBatchRequestEntry",
  ChangeMessageVisibilityBatchResultEntryList: "ChangeMessageVisibilityBatchResultEntry",
  DeleteMessageBatchRequestEntryList: "DeleteMessageBatchRequestEntry",
  DeleteMessageBatchResultEntryList: "DeleteMessageBatchResultEntry",
  ListMessageMoveTasksResultEntryList: "ListMessageMoveTasksResultEntry",
  MessageAttributeNameList: "MessageAttributeName",
  MessageList: "Message",
  MessageSystemAttributeList: "MessageSystemAttributeName",
  QueueUrlList: "QueueUrl",
  SendMessageBatchRequestEntryList: "SendMessageBatchRequestEntry",
  SendMessageBatchResultEntryList: "SendMessageBatchResultEntry",
  StringList: "StringListValue",
  TagKeyList: "TagKey",
};

const SQS_MAPS: Readonly<Record<string, readonly [entry: string, key: string, value: string]>> = {
  QueueAttributeMap: ["Attribute", "Name", "Value"],
  MessageBodyAttributeMap: ["MessageAttribute", "Name", "Value"],
  MessageBodySystemAttributeMap: ["MessageSystemAttribute", "Name", "Value"],
  MessageSystemAttributeMap: ["Attribute", "Name", "Value"],
  TagMap: ["Tag", "Key", "Value"],
};

const SQS_ERRORS: Readonly<Record<string, string>> = {
  QueueDoesNotExist: "AWS.SimpleQueueService.NonExistentQueue",
  QueueDeletedRecently: "AWS.SimpleQueueService.QueueDeletedRecently",
  QueueNameExists: "QueueAlreadyExists",
  BatchEntryIdsNotDistinct: "AWS.SimpleQueueService.BatchEntryIdsNotDistinct",
  BatchRequestTooLong: "AWS.SimpleQueueService.BatchRequestTooLong",
  EmptyBatchRequest: "AWS.SimpleQueueService.EmptyBatchRequest",
  InvalidBatchEntryId: "AWS.SimpleQueueService.InvalidBatchEntryId",
  TooManyEntriesInBatchRequest: "AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
  MessageNotInflight: "AWS.SimpleQueueService.MessageNotInflight",
  PurgeQueueInProgress: "AWS.SimpleQueueService.PurgeQueueInProgress",
  UnsupportedOperation: "AWS.SimpleQueueService.UnsupportedOperation",
  KmsAccessDenied: "KMS.AccessDeniedException",
  KmsDisabled: "KMS.DisabledException",
  KmsInvalidKeyUsage: "KMS.InvalidKeyUsageException",
  KmsInvalidState: "KMS.InvalidStateException",
  KmsNotFound: "KMS.NotFoundException",
  KmsOptInRequired: "KMS.OptInRequired",
  KmsThrottled: "KMS.ThrottlingException",
};

export const isSqs = (model: ServiceModel): boolean => model.metadata.serviceId === "SQS";

/** A query request may be sent to the queue's own URL instead of naming it: `/123456789012/orders?Action=SendMessage`. */
export function queueUrlOf(request: HttpRequest): string {
  return `http://${request.headers["host"] ?? "localhost"}${request.path}`;
}

/** Shape name → query code, for errors whose model has lost it. */
export function queryErrorCodes(model: ServiceModel): Readonly<Record<string, string>> {
  return isSqs(model) ? SQS_ERRORS : {};
}

/** The model with the names of the query protocol put back. */
export function queryModel(model: ServiceModel): ServiceModel {
  if (!isSqs(model)) return model;
  const shapes: Record<string, Shape> = { ...model.shapes };
  const named = (ref: MemberRef, locationName: string): MemberRef => ({ ...ref, locationName });
  for (const [name, member] of Object.entries(SQS_LISTS)) {
    const shape = shapes[name];
    if (shape?.member) shapes[name] = { ...shape, flattened: true, member: named(shape.member, member) };
  }
  for (const [name, [entry, key, value]] of Object.entries(SQS_MAPS)) {
    const shape = shapes[name];
    if (shape) {
      shapes[name] = {
        ...shape,
        locationName: entry,
        key: named(keyOf(shape), key),
        value: named(entryOf(shape), value),
      };
    }
  }
  const metadata = { ...model.metadata, xmlNamespace: "http://queue.amazonaws.com/doc/2012-11-05/" };
  const operations = Object.fromEntries(
    Object.entries(model.operations).map(([name, operation]) => {
      const output = operation.output && { ...operation.output, resultWrapper: `${name}Result` };
      return [name, { ...operation, ...(output && { output }) }];
    }),
  );
  return { metadata, operations, shapes };
}
