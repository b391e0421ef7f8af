package squall.junit;

import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/** What the tests try: a table, and an order in it. */
final class Orders {
  private Orders() {}

  @SuppressWarnings("unchecked")
  static void store(DynamoDbClient dynamodb) {
    dynamodb.createTable(
        table ->
            table
                .tableName("orders")
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(id -> id.attributeName("id").attributeType(ScalarAttributeType.S))
                .keySchema(id -> id.attributeName("id").keyType(KeyType.HASH)));
    dynamodb.putItem(put -> put.tableName("orders").item(Map.of("id", AttributeValue.fromS("1"))));
  }

  /** For tests that run at the same time. */
  static DynamoDbClient clientOf(Squall squall) {
    AwsBasicCredentials own = AwsBasicCredentials.create(squall.accessKeyId(), squall.secretAccessKey());
    return DynamoDbClient.builder()
        .endpointOverride(squall.endpoint())
        .region(Region.of(squall.region()))
        .credentialsProvider(StaticCredentialsProvider.create(own))
        .build();
  }
}
