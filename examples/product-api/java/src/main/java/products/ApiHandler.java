package products;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyRequestEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyResponseEvent;
import java.io.IOException;
import java.util.Map;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.sns.SnsClient;

/** GET and POST /productApi. When DynamoDB fails, a new product goes to the queue instead, so that it is not lost. */
public class ApiHandler implements RequestHandler<APIGatewayProxyRequestEvent, APIGatewayProxyResponseEvent> {
  private static final SnsClient SNS = SnsClient.builder().httpClient(UrlConnectionHttpClient.create()).build();

  @Override
  public APIGatewayProxyResponseEvent handleRequest(APIGatewayProxyRequestEvent event, Context context) {
    try {
      return "POST".equals(event.getHttpMethod()) ? add(event.getBody(), context) : get(event);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private APIGatewayProxyResponseEvent add(String body, Context context) throws IOException {
    var product = Product.read(body);
    if (product.isEmpty()) return answer(400, "A product has an id and a numeric price.");
    try {
      Products.put(product.get());
      return answer(200, "Product added/updated successfully.");
    } catch (DynamoDbException e) {
      context.getLogger().log("DynamoDB failed: " + e.getMessage());
      String message = product.get().toJson();
      SNS.publish(request -> request.topicArn(System.getenv("TOPIC_ARN")).message(message));
      return answer(200, "A DynamoDB error occurred. Message sent to queue.");
    }
  }

  private APIGatewayProxyResponseEvent get(APIGatewayProxyRequestEvent event) throws IOException {
    var query = event.getQueryStringParameters();
    String id = query == null ? null : query.get("id");
    if (id == null) return answer(400, "Which product? Ask with ?id=…");
    try {
      var product = Products.get(id);
      return product.isPresent() ? answer(200, product.get().toJson()) : answer(404, "There is no product " + id + ".");
    } catch (DynamoDbException e) {
      return answer(500, "Internal Server Error");
    }
  }

  private static APIGatewayProxyResponseEvent answer(int status, String body) {
    return new APIGatewayProxyResponseEvent()
        .withStatusCode(status)
        .withHeaders(Map.of("Content-Type", "application/json"))
        .withBody(body);
  }
}
