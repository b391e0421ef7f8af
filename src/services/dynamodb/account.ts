import type { Handlers } from "../../core/service.ts";
import type * as DynamoDB from "../../models/generated/dynamodb.ts";

const ENDPOINT_MINUTES = 1440;

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeLimits.html and its neighbour */
export const account: Handlers<DynamoDB.Operations> = {
  DescribeLimits: () => ({
    AccountMaxReadCapacityUnits: 80_000,
    AccountMaxWriteCapacityUnits: 80_000,
    TableMaxReadCapacityUnits: 40_000,
    TableMaxWriteCapacityUnits: 40_000,
  }),

  /** Clients that discover endpoints go where this says: never to an AWS host. */
  DescribeEndpoints: (_input, ctx) => ({
    Endpoints: [
      {
        Address: ctx.headers["host"] ?? ctx.host.endpoint.host(),
        CachePeriodInMinutes: ENDPOINT_MINUTES,
      },
    ],
  }),
};
