package squall.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.List;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

@SquallTest
@Execution(ExecutionMode.CONCURRENT)
class AtTheSameTimeTest {
  @RepeatedTest(8)
  void clientsThatAreToldDoNotMeet(Squall squall) {
    assertNotEquals(squall.account(), System.getProperty("aws.accessKeyId"));
    squall.faults(Rule.error("throttle").service("dynamodb").operation("PutItem").times(1));
    try (DynamoDbClient dynamodb = Orders.clientOf(squall)) {
      Orders.store(dynamodb);
    }
    assertEquals(List.of(400, 200), squall.calls().of("dynamodb", "PutItem").statuses());
  }
}
