import java.net.URI;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.KinesisException;
import software.amazon.awssdk.services.kinesis.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;

/** Speaks to Kinesis as the SDK does by default, in CBOR, and prints what it understands, a line each. */
public class KinesisClientOfJava {
  public static void main(String[] arguments) {
    try (KinesisClient kinesis = KinesisClient.builder()
        .endpointOverride(URI.create(arguments[0]))
        .region(Region.US_EAST_1)
        .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(arguments[1], "test")))
        .httpClient(UrlConnectionHttpClient.create())
        .overrideConfiguration(settings -> settings.retryStrategy(DefaultRetryStrategy.doNotRetry()))
        .build()) {
      kinesis.createStream(request -> request.streamName("orders").shardCount(1));
      var stream = kinesis.describeStream(request -> request.streamName("orders")).streamDescription();
      print("status", stream.streamStatus());
      print("created", stream.streamCreationTimestamp().toEpochMilli());
      var shard = stream.shards().get(0).shardId();
      kinesis.putRecord(request -> request.streamName("orders").partitionKey("k")
          .data(SdkBytes.fromByteArray(new byte[] {0, -1, 7})));
      var iterator = kinesis.getShardIterator(request -> request.streamName("orders").shardId(shard)
          .shardIteratorType("AT_TIMESTAMP").timestamp(stream.streamCreationTimestamp())).shardIterator();
      var record = kinesis.getRecords(request -> request.shardIterator(iterator)).records().get(0);
      print("data", java.util.Arrays.toString(record.data().asByteArray()));
      print("arrived", record.approximateArrivalTimestamp().toEpochMilli());
      try {
        kinesis.describeStream(request -> request.streamName("nothing"));
      } catch (ResourceNotFoundException error) {
        print("missing", error.statusCode() + " " + error.awsErrorDetails().errorMessage());
      }
      try {
        kinesis.putRecord(request -> request.streamName("orders").partitionKey("throttled")
            .data(SdkBytes.fromUtf8String("x")));
      } catch (ProvisionedThroughputExceededException error) {
        print("throttled", error.statusCode() + " " + error.isThrottlingException());
      }
      try {
        kinesis.listStreams();
      } catch (KinesisException error) {
        print("refused", error.statusCode() + " " + error.awsErrorDetails().errorCode());
      }
    }
  }

  private static void print(String name, Object value) {
    System.out.println(name + "=" + value);
  }
}
