package squall.junit;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What goes wrong, for which calls, how often, in the words of {@code docs/guide/faults.md}:
 * {@code Rule.error("throttle").service("dynamodb").operation("PutItem").times(2)}.
 */
public final class Rule {
  private final Map<String, Object> fields;

  private Rule(Map<String, ?> fields) {
    this.fields = new LinkedHashMap<>(fields);
  }

  /** Any rule: Squall checks it. */
  public static Rule of(Map<String, ?> fields) {
    return new Rule(fields);
  }

  /** Any rule, as JSON. */
  public static Rule json(String text) {
    return new Rule(Json.readObject(text));
  }

  /** {@code throttle}, {@code internal}, {@code unavailable}, or any error code. */
  public static Rule error(String kindOrCode) {
    return new Rule(Map.of("error", kindOrCode));
  }

  /** An effect without parameters: {@code lost-reply}, {@code reset}, {@code hang}. */
  public static Rule effect(String name) {
    return new Rule(Map.of("effect", name));
  }

  public static Rule latencyMs(long ms) {
    return new Rule(Map.of("latency", ms));
  }

  public Rule service(String... names) {
    return with("service", List.of(names));
  }

  public Rule operation(String... names) {
    return with("operation", List.of(names));
  }

  public Rule resource(String... names) {
    return with("resource", List.of(names));
  }

  public Rule times(int times) {
    return with("times", times);
  }

  /** A rule with a further field. */
  public Rule with(String field, Object value) {
    Rule rule = new Rule(fields);
    rule.fields.put(field, value);
    return rule;
  }

  /** A rule for the calls of one account, unless it names accounts itself. */
  Map<String, Object> within(String account, String owner) {
    Map<String, Object> own = new LinkedHashMap<>(fields);
    own.putIfAbsent("owner", owner);
    boolean isNamed = namesAccount(fields) || (fields.get("match") instanceof Map<?, ?> match && namesAccount(match));
    if (!isNamed && !isWithoutAccount()) own.put("account", account);
    return own;
  }

  private static boolean namesAccount(Map<?, ?> fields) {
    return fields.containsKey("account") || fields.containsKey("accounts");
  }

  /** What these points strike has no account. */
  private boolean isWithoutAccount() {
    String point = String.valueOf(fields.get("point"));
    return List.of("dns:", "tls:", "proxy:").stream().anyMatch(point::startsWith);
  }

  @Override
  public String toString() {
    return Json.write(fields);
  }
}
