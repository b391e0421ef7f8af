import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { CreateTableCommand, DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { CreateEventSourceMappingCommand, CreateFunctionCommand, LambdaClient } from "@aws-sdk/client-lambda";
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SendMessageBatchCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { clientOptions, newAccount, testCloud } from "../cloud.ts";
import { needs } from "../needs.ts";
import { until } from "../until.ts";

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>example</groupId>
  <artifactId>function</artifactId>
  <version>1</version>
  <properties>
    <maven.compiler.release>17</maven.compiler.release>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
  </properties>
  <dependencies>
    <dependency>
      <groupId>software.amazon.awssdk</groupId><artifactId>dynamodb</artifactId><version>2.29.0</version>
      <exclusions>
        <exclusion><groupId>software.amazon.awssdk</groupId><artifactId>netty-nio-client</artifactId></exclusion>
        <exclusion><groupId>software.amazon.awssdk</groupId><artifactId>apache-client</artifactId></exclusion>
      </exclusions>
    </dependency>
    <dependency><groupId>software.amazon.awssdk</groupId><artifactId>url-connection-client</artifactId><version>2.29.0</version></dependency>
    <dependency><groupId>com.amazonaws</groupId><artifactId>aws-lambda-java-core</artifactId><version>1.2.3</version></dependency>
    <dependency><groupId>com.amazonaws</groupId><artifactId>aws-lambda-java-events</artifactId><version>3.14.0</version></dependency>
  </dependencies>
  <build>
    <finalName>function</finalName>
    <plugins>
      <plugin><groupId>org.apache.maven.plugins</groupId><artifactId>maven-compiler-plugin</artifactId><version>3.13.0</version></plugin>
      <plugin>
        <groupId>org.apache.maven.plugins</groupId><artifactId>maven-shade-plugin</artifactId><version>3.6.0</version>
        <executions><execution><phase>package</phase><goals><goal>shade</goal></goals></execution></executions>
      </plugin>
    </plugins>
  </build>
</project>`;

const ORDERS = `package example;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

public class Orders implements RequestHandler<SQSEvent, SQSBatchResponse> {
    private final DynamoDbClient dynamodb = DynamoDbClient.create();

    @Override
    public SQSBatchResponse handleRequest(SQSEvent event, Context context) {
        List<SQSBatchResponse.BatchItemFailure> failures = new ArrayList<>();
        for (SQSEvent.SQSMessage message : event.getRecords()) {
            if (message.getBody().startsWith("bad")) {
                failures.add(new SQSBatchResponse.BatchItemFailure(message.getMessageId()));
                continue;
            }
            dynamodb.putItem(put -> put.tableName("orders").item(Map.of(
                    "id", AttributeValue.fromS(message.getBody()),
                    "source", AttributeValue.fromS(message.getEventSourceArn()))));
        }
        return new SQSBatchResponse(failures);
    }
}`;

/** A fat jar with the AWS SDK v2. */
async function build(folder: string): Promise<Buffer> {
  mkdirSync(join(folder, "src/main/java/example"), { recursive: true });
  writeFileSync(join(folder, "pom.xml"), POM);
  writeFileSync(join(folder, "src/main/java/example/Orders.java"), ORDERS);
  await promisify(execFile)("mvn", ["-q", "-B", "package"], { cwd: folder, timeout: 300_000 });
  return readFileSync(join(folder, "target/function.jar"));
}

test(
  "a Java 17 function in a fat jar with the AWS SDK v2 is fed by SQS, writes to DynamoDB and reports partial failures",
  needs("mvn"),
  async (t) => {
    const folder = mkdtempSync(join(tmpdir(), "squall-maven-"));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    const jar = await build(folder);

    await using cloud = await testCloud();
    const account = newAccount();
    const lambda = new LambdaClient(clientOptions(cloud, account));
    const dynamodb = new DynamoDBClient(clientOptions(cloud, account));
    const sqs = new SQSClient(clientOptions(cloud, account));
    await dynamodb.send(
      new CreateTableCommand({
        TableName: "orders",
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
        AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
        BillingMode: "PAY_PER_REQUEST",
      }),
    );
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "orders" }));
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName: "orders",
        Runtime: "java17",
        Handler: "example.Orders",
        Role: `arn:aws:iam::${account}:role/orders`,
        Code: { ZipFile: jar },
        MemorySize: 512,
        Timeout: 30,
      }),
    );
    const EventSourceArn = `arn:aws:sqs:us-east-1:${account}:orders`;
    const Entries = ["o1", "bad1", "o2"].map((MessageBody, i) => ({ Id: String(i), MessageBody }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    await lambda.send(
      new CreateEventSourceMappingCommand({
        FunctionName: "orders",
        EventSourceArn,
        FunctionResponseTypes: ["ReportBatchItemFailures"],
      }),
    );
    const left = async () => {
      const AttributeNames = [
        "ApproximateNumberOfMessages" as const,
        "ApproximateNumberOfMessagesNotVisible" as const,
      ];
      const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
      return AttributeNames.map((name) => Attributes![name]).join();
    };
    // Only the bad one stays, in flight until its visibility timeout.
    await until(left, (counts) => counts === "0,1");
    const { Items } = await dynamodb.send(new ScanCommand({ TableName: "orders" }));
    assert.deepEqual(Items!.map((item) => item["id"]!.S).sort(), ["o1", "o2"]);
    assert.equal(Items![0]!["source"]!.S, EventSourceArn);
    const [invoked] = cloud.calls.of("lambda", "Invoke");
    for (const put of cloud.calls.of("dynamodb", "PutItem")) {
      assert.equal(put.parentId, invoked!.id);
      assert.match(put.callerArn, /assumed-role\/orders\/orders$/);
    }
  },
);
