package squall.junit;

import java.net.URI;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What one test has of a Squall: an account of its own, with its own resources, rules and calls. */
public final class Squall implements AutoCloseable {
  private static final String REGION = "us-east-1";
  private static final String SECRET = "test";

  private final URI endpoint;
  private final String account;
  private final String owner;
  private final Admin admin;

  Squall(URI endpoint, String account) {
    this.endpoint = endpoint;
    this.account = account;
    this.owner = "kit/" + account;
    this.admin = new Admin(endpoint);
  }

  /** Of every service. */
  public URI endpoint() {
    return endpoint;
  }

  /** Twelve digits; as an access key they are the account. */
  public String account() {
    return account;
  }

  public String accessKeyId() {
    return account;
  }

  public String secretAccessKey() {
    return SECRET;
  }

  public String region() {
    return REGION;
  }

  /**
   * Adds rules for this account's calls, unless they name an account themselves: all of them, or none.
   *
   * @return their ids
   * @throws SquallException that says what is wrong with one
   */
  public List<String> faults(Rule... rules) {
    if (rules.length == 0) return List.of();
    List<?> given = Arrays.stream(rules).map(rule -> rule.within(account, owner)).toList();
    return ids((List<?>) admin.post("faults", given));
  }

  /** The ids of the rules that are there. */
  public List<String> rules() {
    return ids((List<?>) ((Map<?, ?>) admin.get("faults", Map.of("owner", owner))).get("rules"));
  }

  /** What this account's clients called until now, and what came of it. */
  public Calls calls() {
    Map<?, ?> answer = (Map<?, ?>) admin.get("calls", Map.of("account", account, "limit", "10000"));
    return new Calls(((List<?>) answer.get("calls")).stream().map(Call::of).toList());
  }

  /**
   * What SDKs made of the failures that they met: attempts, waits, tokens, as {@code GET /_squall/retries} gives it.
   *
   * @param assertion {@code attempts<=4, no-retry-on=4xx, wait>=10ms, amplification<=3, retry-after=obeyed}, or nothing
   * @throws AssertionError that says what does not hold
   */
  public Map<?, ?> retries(String assertion) {
    Map<?, ?> report = (Map<?, ?>) admin.get("retries", Map.of("account", account, "assert", assertion));
    List<?> unmet = (List<?>) report.get("unmet");
    if (!unmet.isEmpty()) throw new AssertionError(joined("; ", unmet));
    return report;
  }

  /** Lets time pass at once, for all tests on this Squall: {@code PT5M}, {@code 30s}. */
  public void advance(String duration) {
    admin.post("clock", Map.of("advance", duration));
  }

  /** The system properties by which the AWS SDK for Java finds this account. */
  public Map<String, String> properties() {
    return propertiesOf(endpoint, account);
  }

  /** Variables with which any AWS client finds this account, in a child process. */
  public Map<String, String> environment() {
    return Map.of(
        "AWS_ENDPOINT_URL", endpoint.toString(),
        "AWS_ACCESS_KEY_ID", account,
        "AWS_SECRET_ACCESS_KEY", SECRET,
        "AWS_REGION", REGION,
        "AWS_DEFAULT_REGION", REGION,
        "AWS_EC2_METADATA_DISABLED", "true");
  }

  /** Takes its rules away, and gives the names of its buckets back: all accounts share those. */
  @Override
  public void close() {
    admin.delete("faults", Map.of("owner", owner));
    admin.post("release?account=" + account, null);
  }

  /** Each call that failed or was tried again; empty where all went well at once. */
  String story() {
    return ((List<?>) retries("").get("retried"))
        .stream()
            .map(one -> (Map<?, ?>) one)
            .map(one -> one.get("call") + " " + joined(", ", (List<?>) one.get("attempts")))
            .collect(Collectors.joining("; "));
  }

  static Map<String, String> propertiesOf(URI endpoint, String accessKey) {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("aws.endpointUrl", endpoint.toString());
    properties.put("aws.accessKeyId", accessKey);
    properties.put("aws.secretAccessKey", SECRET);
    properties.put("aws.region", REGION);
    properties.put("aws.disableEc2Metadata", "true");
    return properties;
  }

  private static List<String> ids(List<?> rules) {
    return rules.stream().map(rule -> String.valueOf(((Map<?, ?>) rule).get("id"))).toList();
  }

  /** Whole numbers as such: JSON's are doubles here. */
  private static String joined(String between, List<?> parts) {
    return parts.stream()
        .map(part -> part instanceof Double number ? String.valueOf(number.intValue()) : String.valueOf(part))
        .collect(Collectors.joining(between));
  }
}
