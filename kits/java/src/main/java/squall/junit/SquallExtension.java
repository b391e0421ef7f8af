package squall.junit;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * One Squall for all tests of a JVM, and for each test an account of its own. System properties lead the AWS SDK for Java there as
 * long as a test runs; tests that run at the same time share those, and hand what {@link Squall} says to their clients.
 */
public final class SquallExtension implements BeforeEachCallback, AfterEachCallback, ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(SquallExtension.class);

  @Override
  public void beforeEach(ExtensionContext context) {
    Store store = context.getStore(NAMESPACE);
    // It may be registered twice: by a class and by the annotations of its methods.
    if (store.get(Properties.class) != null) return;
    Squall squall = squallOf(context);
    squall.faults(rulesOf(context).toArray(Rule[]::new));
    boolean isAlone = context.getExecutionMode() == ExecutionMode.SAME_THREAD;
    store.put(Properties.class, isAlone ? Properties.set(squall.properties()) : Properties.none());
  }

  @Override
  public void afterEach(ExtensionContext context) {
    Properties properties = context.getStore(NAMESPACE).remove(Properties.class, Properties.class);
    if (properties == null) return;
    properties.restore();
    try (Squall squall = squallOf(context)) {
      String story = squall.story();
      if (!story.isEmpty()) context.publishReportEntry("squall", story);
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Squall.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return squallOf(context);
  }

  private static Squall squallOf(ExtensionContext context) {
    return context
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(Squall.class, key -> Shared.container().scope(context.getUniqueId()), Squall.class);
  }

  private static List<Rule> rulesOf(ExtensionContext context) {
    return Stream.concat(context.getTestClass().stream(), context.getTestMethod().stream())
        .flatMap(element -> AnnotationSupport.findRepeatableAnnotations(element, Faults.class).stream())
        .map(SquallExtension::ruleOf)
        .toList();
  }

  private static Rule ruleOf(Faults faults) {
    Rule rule = faults.value().isEmpty() ? Rule.of(Map.of()) : Rule.json(faults.value());
    if (faults.service().length > 0) rule = rule.service(faults.service());
    if (faults.operation().length > 0) rule = rule.operation(faults.operation());
    if (faults.resource().length > 0) rule = rule.resource(faults.resource());
    if (!faults.error().isEmpty()) rule = rule.with("error", faults.error());
    if (!faults.effect().isEmpty()) rule = rule.with("effect", faults.effect());
    return faults.times() > 0 ? rule.times(faults.times()) : rule;
  }

  /** The Squall of this JVM. */
  private static final class Shared {
    private static SquallContainer container;

    static synchronized SquallContainer container() {
      if (container == null) {
        refuseWhatLeadsAway();
        SquallContainer started = new SquallContainer();
        started.start();
        // For clients that no test has told where to go.
        Properties.set(Squall.propertiesOf(started.getEndpoint(), started.getAccessKey()));
        container = started;
      }
      return container;
    }

    /** A variable of one service goes before the property of all, and a JVM cannot change its environment. */
    private static void refuseWhatLeadsAway() {
      System.getenv().keySet().stream()
          .filter(name -> name.startsWith("AWS_ENDPOINT_URL_"))
          .findFirst()
          .ifPresent(
              name -> {
                throw new SquallException(name + " is set, and would lead past Squall: unset it.");
              });
    }
  }

  /** System properties that are set, and what they were before. */
  private record Properties(Map<String, String> before) {
    static Properties set(Map<String, String> properties) {
      Map<String, String> before = new LinkedHashMap<>();
      properties.forEach((name, value) -> before.put(name, System.setProperty(name, value)));
      return new Properties(before);
    }

    static Properties none() {
      return new Properties(Map.of());
    }

    void restore() {
      before.forEach(
          (name, value) -> {
            if (value == null) System.clearProperty(name);
            else System.setProperty(name, value);
          });
    }
  }
}
