export { streamsFactory as default } from "../dynamodb/index.ts";
