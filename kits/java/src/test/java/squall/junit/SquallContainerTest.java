package squall.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

class SquallContainerTest {
  @Test
  void itIsStartedAndStoppedWithoutDocker() {
    URI endpoint;
    try (SquallContainer container = new SquallContainer().withSeed("storm")) {
      assertThrows(IllegalStateException.class, container::getEndpoint);
      container.start();
      assertTrue(container.isRunning());
      endpoint = container.getEndpoint();
      Map<?, ?> info = (Map<?, ?>) new Admin(endpoint).get("info", Map.of());
      assertEquals("storm", info.get("seed"));
      Squall squall = container.scope("a name");
      squall.faults(Rule.error("unavailable").service("dynamodb").operation("PutItem").times(1));
      try (DynamoDbClient dynamodb = Orders.clientOf(squall)) {
        Orders.store(dynamodb);
      }
      assertEquals(List.of(503, 200), squall.calls().of("dynamodb", "PutItem").statuses());
      container.stop();
      assertFalse(container.isRunning());
    }
    assertThrows(SquallException.class, () -> new Admin(endpoint).get("health", Map.of()));
  }

  @Test
  void whatDoesNotStartIsSaid() {
    SquallContainer container = new SquallContainer().withArgs("--clock", "sometimes");
    SquallException said = assertThrows(SquallException.class, container::start);
    assertTrue(said.getMessage().contains("does not start:") && said.getMessage().contains("--clock"), said.getMessage());
    assertFalse(container.isRunning());
  }

  @Test
  void aCommandIsWords() {
    assertEquals(List.of(), Command.words(" "));
    assertEquals(List.of("/a folder/node", "--x", "/b/main.ts"), Command.words("\"/a folder/node\" --x /b/main.ts"));
  }
}
