/** Held against LocalStack's recordings of AWS, February 2026 (logs_delivery). */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import {
  CloudWatchLogsClient,
  CreateDeliveryCommand,
  DeleteDeliveryCommand,
  DeleteDeliveryDestinationCommand,
  DeleteDeliveryDestinationPolicyCommand,
  DeleteDeliverySourceCommand,
  DeleteMetricFilterCommand,
  DescribeDeliveriesCommand,
  GetDeliveryCommand,
  GetDeliveryDestinationCommand,
  GetDeliveryDestinationPolicyCommand,
  GetDeliverySourceCommand,
  PutDeliveryDestinationCommand,
  PutDeliveryDestinationPolicyCommand,
  PutDeliverySourceCommand,
  PutMetricFilterCommand,
  UpdateDeliveryConfigurationCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { clientOptions, newAccount, testCloud } from "../../../test/cloud.ts";

const account = newAccount();
const cloud = await testCloud();
const client = new CloudWatchLogsClient(clientOptions(cloud, account));
after(() => cloud.stop());

const arn = (rest: string) => `arn:aws:logs:us-east-1:${account}:${rest}`;
const bucket = { destinationResourceArn: "arn:aws:s3:::bucket" };
const refused = (call: Promise<unknown>, name: string, message: string | RegExp) =>
  assert.rejects(call, { name, message });
const NOT_FOUND = "ResourceNotFoundException";

test("a destination is kept with its members, and its policy beside it", async () => {
  const { deliveryDestination } = await client.send(
    new PutDeliveryDestinationCommand({
      name: "kept",
      outputFormat: "json",
      deliveryDestinationConfiguration: bucket,
    }),
  );
  const kept = {
    arn: arn("delivery-destination:kept"),
    deliveryDestinationConfiguration: bucket,
    deliveryDestinationType: "S3",
    name: "kept",
    outputFormat: "json",
  };
  assert.deepEqual(deliveryDestination, kept);
  const deliveryDestinationName = "kept";
  const deliveryDestinationPolicy = JSON.stringify({ Version: "2012-10-17", Statement: [] });
  await client.send(
    new PutDeliveryDestinationPolicyCommand({ deliveryDestinationName, deliveryDestinationPolicy }),
  );
  const policy = () =>
    client.send(new GetDeliveryDestinationPolicyCommand({ deliveryDestinationName })).then((r) => r.policy);
  assert.deepEqual(await policy(), { deliveryDestinationPolicy });
  await client.send(new DeleteDeliveryDestinationPolicyCommand({ deliveryDestinationName }));
  assert.deepEqual(await policy(), {});
  const described = await client.send(new GetDeliveryDestinationCommand({ name: "kept" }));
  assert.deepEqual(described.deliveryDestination, kept);
});

test("what is not there, and what is wrong, is told in AWS's words", async () => {
  const name = "none";
  for (const command of [
    new GetDeliveryDestinationCommand({ name }),
    new DeleteDeliveryDestinationCommand({ name }),
  ])
    await refused(
      client.send(command as GetDeliveryDestinationCommand),
      NOT_FOUND,
      "Requested Delivery Destination does not exist in this account.",
    );
  await refused(
    client.send(new GetDeliverySourceCommand({ name })),
    NOT_FOUND,
    "Requested Delivery Source does not exist in this account.",
  );
  await refused(
    client.send(new DeleteDeliverySourceCommand({ name })),
    NOT_FOUND,
    "Requested Delivery Source does not exist in this account..",
  );
  await refused(
    client.send(
      new PutDeliveryDestinationCommand({
        name,
        outputFormat: "foobar" as "json",
        deliveryDestinationConfiguration: bucket,
      }),
    ),
    "ValidationException",
    "1 validation error detected: Value 'foobar' at 'outputFormat' failed to satisfy constraint: Member must satisfy enum value set: [w3c, raw, json, plain, parquet]",
  );
  const metric = { metricNamespace: "n", metricValue: "1" };
  await refused(
    client.send(
      new PutMetricFilterCommand({
        logGroupName: "g",
        filterName: "f",
        filterPattern: "",
        metricTransformations: [
          { metricName: "a", ...metric },
          { metricName: "b", ...metric },
        ],
      }),
    ),
    "InvalidParameterException",
    "1 validation error detected: Value '[MetricTransformation(metricName=a, metricNamespace=n, metricValue=1, defaultValue=null, unit=null, dimensions=null), MetricTransformation(metricName=b, metricNamespace=n, metricValue=1, defaultValue=null, unit=null, dimensions=null)]' at 'metricTransformations' failed to satisfy constraint: Member must have length less than or equal to 1",
  );
  await refused(
    client.send(new DeleteMetricFilterCommand({ logGroupName: "x".repeat(513), filterName: "f" })),
    "InvalidParameterException",
    "Invalid LogGroup or LogStream, both must have length less than or equal to 512.",
  );
});

test("a delivery joins a source and a destination until it is deleted", async () => {
  const deliverySourceName = "from";
  await client.send(
    new PutDeliverySourceCommand({
      name: deliverySourceName,
      resourceArn: "arn:aws:cloudfront::123456789012:distribution/E1",
      logType: "ACCESS_LOGS",
    }),
  );
  await client.send(
    new PutDeliveryDestinationCommand({ name: "to", deliveryDestinationConfiguration: bucket }),
  );
  const join = { deliverySourceName, deliveryDestinationArn: arn("delivery-destination:to") };
  const { delivery } = await client.send(new CreateDeliveryCommand(join));
  const id = delivery!.id!;
  assert.deepEqual(delivery, { ...join, id, arn: arn(`delivery:${id}`), deliveryDestinationType: "S3" });
  await client.send(new UpdateDeliveryConfigurationCommand({ id, fieldDelimiter: "|" }));
  const { deliveries } = await client.send(new DescribeDeliveriesCommand({}));
  assert.deepEqual(deliveries, [{ ...delivery, fieldDelimiter: "|" }]);
  await refused(client.send(new CreateDeliveryCommand(join)), "ConflictException", /already exists/);
  await refused(
    client.send(new DeleteDeliverySourceCommand({ name: deliverySourceName })),
    "ConflictException",
    /associated with a delivery/,
  );
  await client.send(new DeleteDeliveryCommand({ id }));
  await refused(
    client.send(new GetDeliveryCommand({ id })),
    NOT_FOUND,
    "Requested Delivery does not exist in this account.",
  );
  await client.send(new DeleteDeliverySourceCommand({ name: deliverySourceName }));
});
