package products;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Takes products from the queue and tries the PutItem again. What fails goes back into the queue (a partial batch
 * response) and is tried again after the queue's visibility timeout, until the outage is over.
 */
public class QueueHandler implements RequestHandler<SQSEvent, SQSBatchResponse> {

  @Override
  public SQSBatchResponse handleRequest(SQSEvent event, Context context) {
    List<SQSBatchResponse.BatchItemFailure> failed = new ArrayList<>();
    for (SQSEvent.SQSMessage message : event.getRecords()) {
      var product = Product.read(published(message.getBody()));
      if (product.isEmpty()) {
        context.getLogger().log("Message " + message.getMessageId() + " holds no product; it is dropped.");
        continue;
      }
      try {
        Products.put(product.get());
      } catch (SdkException e) {
        context.getLogger().log("Product " + product.get().id() + " goes back into the queue: " + e.getMessage());
        failed.add(new SQSBatchResponse.BatchItemFailure(message.getMessageId()));
      }
    }
    return new SQSBatchResponse(failed);
  }

  /** SNS wraps what was published in an envelope of its own. */
  static String published(String body) {
    try {
      Object message = JSON.std.mapFrom(body).get("Message");
      return message == null ? "" : message.toString();
    } catch (IOException e) {
      return "";
    }
  }
}
