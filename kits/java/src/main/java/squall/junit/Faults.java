package squall.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What goes wrong for a test's AWS calls, or for those of each test of a class:
 * {@code @Faults(service = "dynamodb", operation = "PutItem", error = "throttle", times = 2)}, or any rule as JSON:
 * {@code @Faults("{\"service\": \"sqs\", \"effect\": \"lost-reply\"}")}.
 */
@Documented
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(Faults.All.class)
@ExtendWith(SquallExtension.class)
public @interface Faults {
  /** Further fields, as JSON. */
  String value() default "";

  String[] service() default {};

  String[] operation() default {};

  String[] resource() default {};

  /** {@code throttle}, {@code internal}, {@code unavailable}, or any error code. */
  String error() default "";

  /** Any other effect. */
  String effect() default "";

  /** 0: always. */
  int times() default 0;

  @Documented
  @Target({ElementType.METHOD, ElementType.TYPE})
  @Retention(RetentionPolicy.RUNTIME)
  @ExtendWith(SquallExtension.class)
  @interface All {
    Faults[] value();
  }
}
