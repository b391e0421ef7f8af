package products;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProductTest {
  @Test
  void aProductIsReadFromABody() {
    var product = Product.read("{\"id\":\"prod-1\",\"name\":\"Widget\",\"price\":29.99,\"description\":\"d\"}");
    assertEquals(Optional.of(new Product("prod-1", "Widget", "29.99", "d")), product);
  }

  @Test
  void whatIsNoProductIsNone() {
    for (String body : new String[] {null, "", "[]", "{}", "{\"id\":\"a\",\"price\":\"much\"}"}) {
      assertTrue(Product.read(body).isEmpty());
    }
  }

  @Test
  void whatSnsWrappedIsUnwrapped() {
    assertEquals("hello", QueueHandler.published("{\"Type\":\"Notification\",\"Message\":\"hello\"}"));
    assertEquals("", QueueHandler.published("no envelope"));
  }
}
