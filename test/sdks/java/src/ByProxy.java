import software.amazon.awssdk.services.kinesis.KinesisClient;

/** Knows nothing of an endpoint, a proxy or a certificate: it asks AWS. */
public class ByProxy {
  public static void main(String[] args) {
    try (KinesisClient kinesis = KinesisClient.create()) {
      System.out.println("streams=" + kinesis.listStreams().streamNames());
    }
  }
}
