import com.fasterxml.jackson.jr.ob.JSON;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.MetricDatum;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.lambda.LambdaAsyncClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.InvokeResponseStreamUpdate;
import software.amazon.awssdk.services.lambda.model.InvokeWithResponseStreamResponseHandler;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;

/** Reads cells (a JSON line each), makes their calls with the AWS SDK for Java as it comes, prints what a program sees of it. */
public class Driver {
  private static String endpoint;

  public static void main(String[] arguments) throws Exception {
    endpoint = arguments[0];
    System.setOut(new java.io.PrintStream(System.out, true, "UTF-8"));
    var lanes = Executors.newFixedThreadPool(16);
    var lines = new BufferedReader(new InputStreamReader(System.in, "UTF-8"));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      Map<String, Object> cell = JSON.std.mapFrom(line);
      lanes.submit(() -> run(cell));
    }
    lanes.shutdown();
    lanes.awaitTermination(20, TimeUnit.MINUTES);
  }

  private static void run(Map<String, Object> cell) {
    Map<String, Object> seen;
    try {
      Call call = callOf(cell);
      seen = observe(call);
      for (int n = 1; n < ((Number) cell.getOrDefault("repeat", 1)).intValue(); n++) seen = observe(call);
    } catch (Throwable error) {
      seen = new LinkedHashMap<>(Map.of("ok", false, "class", "driver", "message", error.toString()));
    }
    seen.put("id", cell.get("id"));
    try {
      String line = JSON.std.asString(seen);
      synchronized (System.out) {
        System.out.println(line);
      }
    } catch (java.io.IOException error) {
      throw new java.io.UncheckedIOException(error);
    }
  }

  /** Puts what its output says, beside that there was one, into what was seen. */
  private interface Call {
    void run(Map<String, Object> seen);
  }

  private static Map<String, Object> observe(Call call) {
    var seen = new LinkedHashMap<String, Object>();
    try {
      call.run(seen);
      seen.put("ok", true);
    } catch (AwsServiceException error) {
      seen.put("ok", false);
      seen.put("class", error.getClass().getSimpleName());
      seen.put("code", error.awsErrorDetails() == null ? null : error.awsErrorDetails().errorCode());
      seen.put("status", error.statusCode());
      seen.put("attempts", error.numAttempts());
      seen.put("message", error.getMessage());
    } catch (SdkException error) {
      seen.put("ok", false);
      seen.put("class", error.getClass().getSimpleName());
      seen.put("message", error.getMessage());
    } catch (RuntimeException error) {
      seen.put("ok", false);
      seen.put("class", error.getClass().getSimpleName());
      seen.put("message", String.valueOf(error.getMessage()));
    }
    return seen;
  }

  private static <B extends AwsClientBuilder<B, C>, C> C client(B builder, Map<String, Object> cell) {
    return builder
        .endpointOverride(URI.create((String) cell.getOrDefault("endpoint", endpoint)))
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(credentials(cell)))
        .overrideConfiguration(settings -> {
          if (cell.get("timeoutMs") instanceof Number ms) {
            settings.apiCallAttemptTimeout(Duration.ofMillis(ms.longValue()));
          }
        })
        .build();
  }

  private static AwsCredentials credentials(Map<String, Object> cell) {
    var account = (String) cell.get("account");
    return Boolean.TRUE.equals(cell.get("session"))
        ? AwsSessionCredentials.create(account, "test", "session")
        : AwsBasicCredentials.create(account, "test");
  }

  @SuppressWarnings("unchecked")
  private static Call callOf(Map<String, Object> cell) {
    var input = (Map<String, Object>) cell.get("input");
    java.util.function.Function<String, String> text = name -> (String) input.get(name);
    switch (cell.get("service") + "." + cell.get("operation")) {
      case "sns.Publish": {
        var sns = client(SnsClient.builder(), cell);
        return seen -> sns.publish(r -> r.topicArn(text.apply("TopicArn")).message(text.apply("Message")));
      }
      case "ec2.DescribeRegions": {
        var ec2 = client(Ec2Client.builder(), cell);
        return seen -> ec2.describeRegions();
      }
      case "dynamodb.UpdateItem": {
        var dynamodb = client(DynamoDbClient.builder(), cell);
        return seen -> dynamodb.updateItem(r -> r.tableName("orders")
            .key(Map.of("id", AttributeValue.fromS("1")))
            .updateExpression("ADD n :one")
            .expressionAttributeValues(Map.of(":one", AttributeValue.fromN("1")))
            .returnValues("UPDATED_NEW"));
      }
      case "sqs.SendMessage": {
        var sqs = client(SqsClient.builder(), cell);
        return seen -> sqs.sendMessage(r -> r.queueUrl(text.apply("QueueUrl")).messageBody(text.apply("MessageBody")));
      }
      case "logs.DescribeLogGroups": {
        var logs = client(CloudWatchLogsClient.builder(), cell);
        return seen -> logs.describeLogGroups();
      }
      case "lambda.ListFunctions": {
        var lambda = client(LambdaClient.builder(), cell);
        return seen -> lambda.listFunctions();
      }
      case "cloudwatch.ListMetrics": {
        var cloudwatch = client(CloudWatchClient.builder(), cell);
        return seen -> cloudwatch.listMetrics(r -> r.namespace(text.apply("Namespace")));
      }
      case "s3.GetObject": {
        var s3 = client(S3Client.builder().forcePathStyle(true), cell);
        return seen -> s3.getObjectAsBytes(r -> r.bucket(text.apply("Bucket")).key(text.apply("Key")));
      }
      case "s3.CopyObject": {
        var s3 = client(S3Client.builder().forcePathStyle(true), cell);
        return seen -> s3.copyObject(r -> r.copySource(text.apply("CopySource"))
            .destinationBucket(text.apply("Bucket")).destinationKey(text.apply("Key")));
      }
      case "s3.PutObject": {
        var s3 = client(S3Client.builder().forcePathStyle(true), cell);
        return seen -> s3.putObject(r -> r.bucket(text.apply("Bucket")).key(text.apply("Key")),
            RequestBody.fromString(text.apply("Body")));
      }
      case "sqs.SendMessageBatch": {
        var sqs = client(SqsClient.builder(), cell);
        var entries = ((List<Map<String, String>>) input.get("Entries")).stream()
            .map(e -> SendMessageBatchRequestEntry.builder().id(e.get("Id")).messageBody(e.get("MessageBody")).build())
            .toList();
        return seen -> seen.put("failed",
            sqs.sendMessageBatch(r -> r.queueUrl(text.apply("QueueUrl")).entries(entries)).failed().size());
      }
      case "cloudwatch.PutMetricData": {
        var cloudwatch = client(CloudWatchClient.builder(), cell);
        var data = ((List<Map<String, Object>>) input.get("MetricData")).stream()
            .map(m -> MetricDatum.builder().metricName((String) m.get("MetricName"))
                .value(((Number) m.get("Value")).doubleValue()).build())
            .toList();
        return seen -> cloudwatch.putMetricData(r -> r.namespace(text.apply("Namespace")).metricData(data));
      }
      case "lambda.InvokeWithResponseStream": {
        var lambda = client(LambdaAsyncClient.builder(), cell);
        return seen -> {
          var said = new StringBuffer();
          var handler = InvokeWithResponseStreamResponseHandler.builder()
              .subscriber(InvokeWithResponseStreamResponseHandler.Visitor.builder()
                  .onPayloadChunk((InvokeResponseStreamUpdate chunk) -> said.append(chunk.payload().asUtf8String()))
                  .build())
              .build();
          try {
            lambda.invokeWithResponseStream(r -> r.functionName(text.apply("FunctionName")), handler).join();
          } catch (CompletionException error) {
            throw error.getCause() instanceof RuntimeException cause ? cause : error;
          }
          seen.put("text", said.toString());
        };
      }
      default:
        throw new IllegalArgumentException(cell.toString());
    }
  }
}
