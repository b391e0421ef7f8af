package products;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;

/** A product as the API takes and gives it. */
public record Product(String id, String name, String price, String description) {

  /** A product from a request's or message's body; empty when it is none. */
  public static Optional<Product> read(String body) {
    try {
      Map<String, Object> fields = JSON.std.mapFrom(body == null ? "" : body);
      String id = text(fields, "id");
      String price = text(fields, "price");
      if (id.isEmpty()) return Optional.empty();
      new BigDecimal(price);
      return Optional.of(new Product(id, text(fields, "name"), price, text(fields, "description")));
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  public String toJson() throws IOException {
    return JSON.std.asString(Map.of("id", id, "name", name, "price", price, "description", description));
  }

  private static String text(Map<String, Object> fields, String name) {
    Object value = fields.get(name);
    return value == null ? "" : value.toString();
  }
}
