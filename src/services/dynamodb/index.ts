import type { ServiceFactory } from "../../core/service.ts";
import { dynamodb } from "./service.ts";
import { settings } from "./settings.ts";
import { dynamodbStreams } from "./stream-reads.ts";

const factory: ServiceFactory = Object.assign(dynamodb, { settings, eager: true });
export default factory;

/** DynamoDB Streams is a service of its own that reads the same store. */
export const streamsFactory: ServiceFactory = Object.assign(dynamodbStreams, { storeName: "dynamodb" });
