/*
 * Reads cells (a JSON line each) from standard input, makes their calls with the AWS SDK for JavaScript as it comes, and
 * prints what a program sees of it. The SDK is looked up from the folder of its generation, the first argument; the
 * second is the endpoint.
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";

const [folder, endpoint] = process.argv.slice(2);
const require = createRequire(join(folder, "package.json"));
const CLIENTS = {
  sns: ["client-sns", "SNSClient"],
  ec2: ["client-ec2", "EC2Client"],
  dynamodb: ["client-dynamodb", "DynamoDBClient"],
  sqs: ["client-sqs", "SQSClient"],
  logs: ["client-cloudwatch-logs", "CloudWatchLogsClient"],
  lambda: ["client-lambda", "LambdaClient"],
  s3: ["client-s3", "S3Client"],
  cloudwatch: ["client-cloudwatch", "CloudWatchClient"],
};

function clientOf(cell) {
  const [module, client] = CLIENTS[cell.service];
  const sdk = require(`@aws-sdk/${module}`);
  const options = {
    endpoint: cell.endpoint ?? endpoint,
    region: "us-east-1",
    credentials: {
      accessKeyId: cell.account,
      secretAccessKey: "test",
      ...(cell.session && { sessionToken: "session" }),
    },
    ...(cell.service === "s3" && { forcePathStyle: true }),
    ...(cell.timeoutMs && {
      requestHandler: { requestTimeout: cell.timeoutMs, throwOnRequestTimeout: true },
    }),
  };
  return [new sdk[client](options), sdk[`${cell.operation}Command`]];
}

async function observe(client, command) {
  try {
    const output = await client.send(command);
    if (output.Body) await output.Body.transformToString();
    return {
      ok: true,
      status: output.$metadata.httpStatusCode,
      attempts: output.$metadata.attempts,
      failed: output.Failed?.length ?? 0,
      ...(output.EventStream && { text: await textOf(output.EventStream) }),
    };
  } catch (error) {
    return {
      ok: false,
      class: error.constructor.name === "Error" ? error.name : error.constructor.name,
      code: error.name === "Error" ? error.code : error.name,
      status: error.$metadata?.httpStatusCode,
      attempts: error.$metadata?.attempts,
      message: error.message,
    };
  }
}

async function textOf(events) {
  const pieces = [];
  for await (const { PayloadChunk } of events) {
    if (PayloadChunk) pieces.push(Buffer.from(PayloadChunk.Payload));
  }
  return Buffer.concat(pieces).toString();
}

async function run(cell) {
  const [client, Command] = clientOf(cell);
  let seen;
  for (let n = 0; n < (cell.repeat ?? 1); n++) seen = await observe(client, new Command(cell.input));
  console.log(JSON.stringify({ id: cell.id, ...seen }));
  client.destroy();
}

const cells = [];
for await (const line of createInterface({ input: process.stdin })) cells.push(JSON.parse(line));
const lane = async () => {
  for (let cell = cells.shift(); cell; cell = cells.shift()) await run(cell);
};
await Promise.all(Array.from({ length: 16 }, lane));
