import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { CreateFunctionCommand, InvokeCommand, type LambdaClient } from "@aws-sdk/client-lambda";
import { testCloud } from "../../../test/cloud.ts";
import { needs } from "../../../test/needs.ts";
import type { Cloud } from "../../index.ts";
import { compileJava } from "./execution/java.ts";
import { lambdaClient, payloadOf, ROLE, zipOf } from "./functions.fixture.ts";

const SOURCES: Readonly<Record<string, string>> = {
  "example/Maps.java": `package example;
import com.amazonaws.services.lambda.runtime.*;
import java.util.*;
public class Maps implements RequestHandler<Map<String, Object>, Map<String, Object>> {
  private int count;
  public Map<String, Object> handleRequest(Map<String, Object> event, Context context) {
    context.getLogger().log("one\\nmessage");
    System.out.println("a line");
    if (event.containsKey("fail")) throw new IllegalStateException("bad state", new RuntimeException("the cause"));
    if (event.containsKey("exit")) System.exit(7);
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("event", event);
    answer.put("count", ++count);
    answer.put("name", context.getFunctionName());
    answer.put("memory", context.getMemoryLimitInMB());
    answer.put("remaining", context.getRemainingTimeInMillis() > 0);
    return answer;
  }
}`,
  "example/Order.java": `package example;
import java.util.*;
public class Order {
  private String id; private int amount; private List<Line> lines; private boolean express; public Date at; private Kind kind;
  public enum Kind { BIG, SMALL }
  public static class Line { private String sku; private double price; public String getSku() { return sku; } public void setSku(String s) { sku = s; } public double getPrice() { return price; } public void setPrice(double p) { price = p; } }
  public String getId() { return id; } public void setId(String id) { this.id = id; }
  public int getAmount() { return amount; } public void setAmount(int a) { amount = a; }
  public List<Line> getLines() { return lines; } public void setLines(List<Line> l) { lines = l; }
  public boolean isExpress() { return express; } public void setExpress(boolean e) { express = e; }
  public Kind getKind() { return kind; } public void setKind(Kind k) { kind = k; }
}`,
  "example/Pojo.java": `package example;
import com.amazonaws.services.lambda.runtime.Context;
public class Pojo {
  public Order handle(Order order, Context context) {
    order.setAmount(order.getAmount() + 1);
    for (Order.Line line : order.getLines()) line.setPrice(line.getPrice() * 2);
    return order;
  }
  public static String text(String text) { return "got " + text; }
}`,
  "example/Streams.java": `package example;
import com.amazonaws.services.lambda.runtime.*;
import java.io.*;
public class Streams implements RequestStreamHandler {
  public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
    out.write('[');
    for (int b = in.read(); b >= 0; b = in.read()) out.write(b);
    out.write(']');
  }
}`,
  "example/Queue.java": `package example;
import com.amazonaws.services.lambda.runtime.*;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import java.util.*;
public class Queue extends Base<SQSEvent> {
  public List<String> handleRequest(SQSEvent event, Context context) {
    List<String> seen = new ArrayList<>();
    for (SQSEvent.SQSMessage m : event.getRecords()) seen.add(m.getMessageId() + " " + m.getBody() + " " + m.getEventSourceArn() + " " + m.getAttributes().get("ApproximateReceiveCount"));
    return seen;
  }
}`,
  "example/Base.java": `package example;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import java.util.List;
public abstract class Base<T> implements RequestHandler<T, List<String>> {}`,
  "com/amazonaws/services/lambda/runtime/events/SQSEvent.java": `package com.amazonaws.services.lambda.runtime.events;
import java.util.*;
public class SQSEvent {
  private List<SQSMessage> records;
  public List<SQSMessage> getRecords() { return records; } public void setRecords(List<SQSMessage> r) { records = r; }
  public static class SQSMessage {
    private String messageId, body, eventSourceArn; private Map<String, String> attributes;
    public String getMessageId() { return messageId; } public void setMessageId(String v) { messageId = v; }
    public String getBody() { return body; } public void setBody(String v) { body = v; }
    public String getEventSourceArn() { return eventSourceArn; } public void setEventSourceArn(String v) { eventSourceArn = v; }
    public Map<String, String> getAttributes() { return attributes; } public void setAttributes(Map<String, String> v) { attributes = v; }
  }
}`,
  "example/Tables.java": `package example;
import com.amazonaws.services.lambda.runtime.*;
import com.amazonaws.services.lambda.runtime.events.DynamodbEvent;
import java.util.*;
public class Tables implements RequestHandler<DynamodbEvent, List<Object>> {
  public List<Object> handleRequest(DynamodbEvent event, Context context) {
    List<Object> seen = new ArrayList<>();
    for (DynamodbEvent.DynamodbStreamRecord r : event.getRecords()) {
      seen.add(r.getEventID());
      seen.add(r.getDynamodb().getNewImage().get("id").getS());
      seen.add(r.getDynamodb().getNewImage().get("blob").getB());
      seen.add(r.getDynamodb().getApproximateCreationDateTime());
    }
    return seen;
  }
}`,
  "com/amazonaws/services/lambda/runtime/events/DynamodbEvent.java": `package com.amazonaws.services.lambda.runtime.events;
import java.nio.ByteBuffer;
import java.util.*;
public class DynamodbEvent {
  private List<DynamodbStreamRecord> records;
  public List<DynamodbStreamRecord> getRecords() { return records; } public void setRecords(List<DynamodbStreamRecord> r) { records = r; }
  public static class Record { private String eventID; private StreamRecord dynamodb; public String getEventID() { return eventID; } public void setEventID(String v) { eventID = v; } public StreamRecord getDynamodb() { return dynamodb; } public void setDynamodb(StreamRecord v) { dynamodb = v; } }
  public static class DynamodbStreamRecord extends Record {}
  public static class StreamRecord { private Date approximateCreationDateTime; private Map<String, AttributeValue> newImage; public Date getApproximateCreationDateTime() { return approximateCreationDateTime; } public void setApproximateCreationDateTime(Date v) { approximateCreationDateTime = v; } public Map<String, AttributeValue> getNewImage() { return newImage; } public void setNewImage(Map<String, AttributeValue> v) { newImage = v; } }
  public static class AttributeValue { private String s; private ByteBuffer b; public String getS() { return s; } public void setS(String v) { s = v; } public ByteBuffer getB() { return b; } public void setB(ByteBuffer v) { b = v; } }
}`,
};

describe("Java functions", needs("javac"), () => {
  let folder: string;
  let cloud: Cloud;
  let lambda: LambdaClient;
  let ZipFile: Buffer;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "squall-java-"));
    const interfaces = join(folder, "interfaces");
    await compileJava("javac", interfaces);
    for (const [name, source] of Object.entries(SOURCES)) {
      mkdirSync(dirname(join(folder, "src", name)), { recursive: true });
      writeFileSync(join(folder, "src", name), source);
    }
    const files = Object.keys(SOURCES).map((name) => join(folder, "src", name));
    const classes = join(folder, "classes");
    execFileSync("javac", ["--release", "11", "-cp", interfaces, "-d", classes, ...files]);
    const names = readdirSync(classes, { recursive: true, encoding: "utf8" }).filter((name) =>
      name.endsWith(".class"),
    );
    ZipFile = await zipOf(
      Object.fromEntries(
        names.map((name) => [name, { body: readFileSync(join(classes, name)), mode: 0o100644 }]),
      ),
    );
    cloud = await testCloud();
    lambda = lambdaClient(cloud);
  });

  after(async () => {
    await cloud?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function create(FunctionName: string, Handler: string) {
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName,
        Handler,
        Runtime: "java17",
        Role: ROLE,
        Code: { ZipFile },
        MemorySize: 256,
        Timeout: 15,
      }),
    );
  }

  const invoke = (FunctionName: string, value: unknown) =>
    lambda.send(
      new InvokeCommand({ FunctionName, Payload: Buffer.from(JSON.stringify(value)), LogType: "Tail" }),
    );

  test("a RequestHandler gets a map and keeps its instance; its log has whole messages", async () => {
    await create("maps", "example.Maps");
    const first = await invoke("maps", { n: 1, deep: { list: [1.5, "ä", null, true] } });
    assert.deepEqual(payloadOf(first), {
      event: { n: 1, deep: { list: [1.5, "ä", null, true] } },
      count: 1,
      name: "maps",
      memory: 256,
      remaining: true,
    });
    const log = Buffer.from(first.LogResult!, "base64").toString();
    assert.match(log, /\none\nmessage\n/);
    assert.match(log, /\na line\n/);
    assert.equal((payloadOf(await invoke("maps", {})) as { count: number }).count, 2);
  });

  test("an exception is reported with its class, message, stack and cause", async () => {
    await create("fails", "example.Maps::handleRequest");
    const output = await invoke("fails", { fail: true });
    assert.equal(output.FunctionError, "Unhandled");
    const payload = payloadOf(output) as Record<string, unknown>;
    assert.equal(payload["errorType"], "java.lang.IllegalStateException");
    assert.equal(payload["errorMessage"], "bad state");
    assert.match((payload["stackTrace"] as string[])[0]!, /^example\.Maps\.handleRequest\(Maps\.java:9\)$/);
    assert.equal((payload["cause"] as Record<string, unknown>)["errorMessage"], "the cause");
    const exited = payloadOf(await invoke("fails", { exit: true })) as Record<string, string>;
    assert.equal(exited["errorType"], "Runtime.ExitError");
    assert.match(exited["errorMessage"]!, /Error: Runtime exited with error: exit status 7$/);
  });

  test("plain objects come and go by their properties", async () => {
    await create("pojo", "example.Pojo::handle");
    const order = { id: "o1", amount: 1, express: true, kind: "BIG", at: 1700000000000, unknown: 1 };
    const output = await invoke("pojo", { ...order, lines: [{ sku: "a", price: 1.25 }] });
    assert.deepEqual(payloadOf(output), {
      amount: 2,
      at: 1700000000000,
      express: true,
      id: "o1",
      kind: "BIG",
      lines: [{ price: 2.5, sku: "a" }],
    });
    await create("static", "example.Pojo::text");
    assert.equal(payloadOf(await invoke("static", "hi")), "got hi");
    const wrong = payloadOf(await invoke("static", { no: "text" })) as Record<string, unknown>;
    assert.equal(wrong["errorMessage"], "An error occurred during JSON parsing");
  });

  test("a RequestStreamHandler reads and writes bytes", async () => {
    await create("streams", "example.Streams");
    assert.deepEqual(payloadOf(await invoke("streams", { a: 1 })), [{ a: 1 }]);
  });

  test("events of SQS and DynamoDB are mapped as AWS maps them", async () => {
    await create("queue", "example.Queue");
    const record = {
      messageId: "m1",
      body: "b",
      eventSourceARN: "arn:q",
      attributes: { ApproximateReceiveCount: "1" },
    };
    assert.deepEqual(payloadOf(await invoke("queue", { Records: [record] })), ["m1 b arn:q 1"]);
    await create("tables", "example.Tables");
    const dynamodb = {
      ApproximateCreationDateTime: 1700000000.5,
      NewImage: { id: { S: "x" }, blob: { B: "aGk=" } },
    };
    const seen = payloadOf(await invoke("tables", { Records: [{ eventID: "e1", dynamodb }] }));
    assert.deepEqual(seen, ["e1", "x", "aGk=", 1700000000500]);
  });

  test("a handler that is not there is told of by name", async () => {
    await create("absent", "example.Absent");
    const { errorType, errorMessage } = payloadOf(await invoke("absent", {})) as Record<string, string>;
    assert.equal(errorType, "java.lang.ClassNotFoundException");
    assert.equal(errorMessage, "Class not found: example.Absent");
    await create("no-method", "example.Pojo::absent");
    const method = payloadOf(await invoke("no-method", {})) as Record<string, string>;
    assert.match(
      method["errorMessage"]!,
      /^No public method named absent with appropriate method signature found on class example\.Pojo/,
    );
  });
});
