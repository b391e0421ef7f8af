export { dynamodb as default } from "./service.ts";
/** DynamoDB Streams is a service of its own that reads the same store. */
export { dynamodbStreams } from "./stream-reads.ts";
