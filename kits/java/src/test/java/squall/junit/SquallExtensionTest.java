package squall.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

@SquallTest
class SquallExtensionTest {
  private static final Set<String> ACCOUNTS = ConcurrentHashMap.newKeySet();

  @BeforeEach
  void theSameSquallEverywhere(Squall squall) {
    assertEquals(squall.account(), System.getProperty("aws.accessKeyId"));
  }

  @Test
  @Faults(service = "dynamodb", operation = "PutItem", error = "throttle", times = 2)
  void theSdkRetriesAndTheCallsSaySo(Squall squall) {
    try (DynamoDbClient dynamodb = DynamoDbClient.create()) {
      Orders.store(dynamodb);
    }
    Calls calls = squall.calls().of("dynamodb", "PutItem");
    assertEquals(List.of(400, 400, 200), calls.statuses());
    assertEquals(List.of(1, 2, 3), calls.stream().map(Call::attempt).toList());
    assertEquals("ProvisionedThroughputExceededException", calls.get(0).errorCode());
    assertEquals("dynamodb.PutItem@orders 400, 400, 200", squall.story());
    assertEquals(1, ((List<?>) squall.retries("attempts<=3, no-retry-on=4xx").get("retried")).size());
    AssertionError unmet = assertThrows(AssertionError.class, () -> squall.retries("attempts<=2"));
    assertEquals("attempts was 3 (attempts<=2)", unmet.getMessage());
  }

  @Test
  @Faults(service = "dynamodb", operation = "PutItem", error = "ConditionalCheckFailedException")
  void anErrorIsTheServicesOwn() {
    try (DynamoDbClient dynamodb = DynamoDbClient.create()) {
      assertThrows(ConditionalCheckFailedException.class, () -> Orders.store(dynamodb));
    }
  }

  @Test
  @Faults(service = "dynamodb", operation = "PutItem", effect = "lost-reply", times = 1)
  @Faults("{\"service\": \"dynamodb\", \"operation\": \"CreateTable\", \"latency\": 1}")
  void rulesAddUp(Squall squall) {
    assertEquals(2, squall.rules().size());
    try (DynamoDbClient dynamodb = DynamoDbClient.create()) {
      Orders.store(dynamodb);
    }
    assertEquals(List.of(0, 200), squall.calls().of("dynamodb", "Put*").statuses());
  }

  @RepeatedTest(2)
  void eachTestHasAnAccountOfItsOwn(Squall squall) {
    assertTrue(squall.rules().isEmpty());
    assertTrue(ACCOUNTS.add(squall.account()));
    try (DynamoDbClient dynamodb = DynamoDbClient.create()) {
      Orders.store(dynamodb);
    }
    assertEquals(List.of(200), squall.calls().of("dynamodb", "PutItem").statuses());
  }

  @Test
  void aRuleThatCannotMatchIsRefusedInSquallsWords(Squall squall) {
    Rule rule = Rule.error("throttle").service("dynamobd");
    SquallException refused = assertThrows(SquallException.class, () -> squall.faults(rule));
    assertEquals("There is no service \"dynamobd\". Did you mean \"dynamodb\"?", refused.getMessage());
  }

  @Test
  void aRuleIsForTheTestsAccountUnlessItNamesOne() {
    String account = "111122223333";
    assertEquals(account, Rule.error("throttle").within(account, "o").get("account"));
    assertEquals("*", Rule.error("throttle").with("account", "*").within(account, "o").get("account"));
    for (String json :
        List.of(
            "{\"effect\": \"reset\", \"match\": {\"account\": \"*\"}}",
            "{\"effect\": \"timeout\", \"point\": \"dns:resolve\"}"))
      assertEquals(null, Rule.json(json).within(account, "o").get("account"));
  }

  @Test
  void jsonIsReadAsItIsWritten() {
    String text = "{\"a\":[1.0,-2.5,true,null,{}],\"b\\\"\\u000a\":\"\\u20ac \\\\ x\",\"c\":[]}";
    Object value = Json.read(text);
    assertEquals(value, Json.read(Json.write(value)));
    assertEquals("€ \\ x", ((Map<?, ?>) value).get("b\"\n"));
    for (String wrong : List.of("", "{", "{\"a\"}", "[1,]", "tru", "1 2", "\"\\u12", "{a:1}"))
      assertThrows(IllegalArgumentException.class, () -> Json.read(wrong), wrong);
  }

  @Test
  void accountsAreTwelveDigits() {
    Set<String> all = new HashSet<>();
    for (int n = 0; n < 1000; n++) all.add(SquallContainer.account("test" + n));
    assertEquals(1000, all.size());
    assertTrue(all.stream().allMatch(account -> account.matches("\\d{12}")));
    assertNotEquals(SquallContainer.account("a"), SquallContainer.account("b"));
  }
}
