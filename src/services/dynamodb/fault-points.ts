import type { FaultPoint } from "../../core/fault.ts";

export const streamPoint: FaultPoint = {
  description: "GetRecords of a table's stream.",
  effects: {
    delay: {
      description: "Holds back records that are younger than this.",
      parameters: {
        ms: { type: "duration", description: "How old a record must be", unit: "ms", required: true },
      },
    },
    duplicate: { description: "Gives each record of the batch twice.", parameters: {} },
    "iterator-expiry": {
      description: "Ends the shard iterator: ExpiredIteratorException.",
      parameters: {},
    },
  },
};

/** Faults that only DynamoDB has. */
export const faultPoints: Readonly<Record<string, FaultPoint>> = {
  "dynamodb:batch": {
    description: "BatchGetItem and BatchWriteItem.",
    effects: {
      "partial-batch": {
        description: "Leaves some of the items unprocessed: UnprocessedItems, UnprocessedKeys.",
        parameters: {
          items: { type: "strings", description: "Positions of the items in the request, from 0" },
          share: {
            type: "number",
            description: "Without positions: the seeded chance of each item",
            unit: "%",
            default: 50,
            min: 0,
            max: 100,
          },
        },
      },
    },
  },
  "dynamodb:transaction": {
    description: "TransactWriteItems, TransactGetItems and ExecuteTransaction, while they hold their items.",
    generic: true,
    effects: {
      conflict: {
        description: "Cancels with TransactionConflict.",
        parameters: {
          item: { type: "integer", description: "Position of the item, from 0", default: 0, min: 0 },
        },
      },
      cancel: {
        description: "Cancels with a reason of choice.",
        parameters: {
          reason: {
            type: "string",
            description: "The reason's code",
            default: "ConditionalCheckFailed",
            values: [
              "ConditionalCheckFailed",
              "ItemCollectionSizeLimitExceeded",
              "TransactionConflict",
              "ProvisionedThroughputExceeded",
              "ThrottlingError",
              "ValidationError",
            ],
          },
          message: { type: "string", description: "The reason's message" },
          item: { type: "integer", description: "Position of the item, from 0", default: 0, min: 0 },
        },
      },
    },
  },
  "dynamodb:condition": {
    description: "A write with a condition that holds.",
    effects: {
      race: {
        description: "Somebody else's write came first: ConditionalCheckFailedException.",
        parameters: {},
      },
    },
  },
  "dynamodb:read": {
    description: "Reads that are not strongly consistent.",
    effects: {
      "stale-read": {
        description: "Shows items as they were before their last write, if that was a short while ago.",
        parameters: {
          age: { type: "duration", description: "How short a while", unit: "ms", default: 10_000 },
        },
      },
    },
  },
  "dynamodb:index": {
    description: "A write that changes global secondary indexes.",
    effects: {
      lag: {
        description: "The indexes show the write later.",
        parameters: { ms: { type: "duration", description: "How much later", unit: "ms", default: 1000 } },
      },
    },
  },
  "dynamodb:stream": streamPoint,
  "dynamodb:replication": {
    description: "Replication of a write to another region's replica of a global table.",
    effects: {
      pause: {
        description: "Holds the write back while the rule lasts; it is made up for afterwards.",
        parameters: {},
      },
    },
  },
};
