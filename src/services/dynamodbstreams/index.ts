export { dynamodbStreams as default } from "../dynamodb/index.ts";
