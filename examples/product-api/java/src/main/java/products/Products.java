package products;

import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The table of products. */
final class Products {
  private static final String TABLE = "Products";
  private static final DynamoDbClient DYNAMODB =
      DynamoDbClient.builder().httpClient(UrlConnectionHttpClient.create()).build();

  private Products() {}

  static void put(Product product) {
    Map<String, AttributeValue> item =
        Map.of(
            "id", AttributeValue.fromS(product.id()),
            "name", AttributeValue.fromS(product.name()),
            "price", AttributeValue.fromN(product.price()),
            "description", AttributeValue.fromS(product.description()));
    DYNAMODB.putItem(request -> request.tableName(TABLE).item(item));
  }

  static Optional<Product> get(String id) {
    var response =
        DYNAMODB.getItem(request -> request.tableName(TABLE).key(Map.of("id", AttributeValue.fromS(id))));
    if (!response.hasItem()) return Optional.empty();
    var item = response.item();
    return Optional.of(
        new Product(id, item.get("name").s(), item.get("price").n(), item.get("description").s()));
  }
}
