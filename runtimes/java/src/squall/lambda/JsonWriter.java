package squall.lambda;

import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Calendar;
import java.util.Date;
import java.util.Map;
import java.util.Optional;

/** Any object to JSON text: beans by their getters and public fields, without members that are null. */
final class JsonWriter {
    private static final int DEEPEST = 200;

    private final StringBuilder text = new StringBuilder(256);
    private int depth;

    private JsonWriter() {}

    static String write(Object value) {
        JsonWriter writer = new JsonWriter();
        writer.value(value);
        return writer.text.toString();
    }

    private void value(Object value) {
        if (++depth > DEEPEST) throw new IllegalArgumentException("The response refers to itself.");
        if (value == null || value instanceof Boolean) text.append(value);
        else if (value instanceof Double || value instanceof Float) number(((Number) value).doubleValue(), value);
        else if (value instanceof Number) text.append(value);
        else if (value instanceof CharSequence || value instanceof Character) string(value.toString());
        else if (value instanceof Enum) string(((Enum<?>) value).name());
        else if (value instanceof Map) map((Map<?, ?>) value);
        else if (value instanceof Iterable) list((Iterable<?>) value);
        else if (value instanceof byte[]) string(Base64.getEncoder().encodeToString((byte[]) value));
        else if (value instanceof ByteBuffer) buffer((ByteBuffer) value);
        else if (value.getClass().isArray()) array(value);
        else if (value instanceof Date) text.append(((Date) value).getTime());
        else if (value instanceof Calendar) text.append(((Calendar) value).getTimeInMillis());
        else if (value instanceof Optional) value(((Optional<?>) value).orElse(null));
        else if (isPlain(value.getClass())) string(value.toString());
        else bean(value);
        depth--;
    }

    /** Values of the platform (and of Joda-Time) whose text says all. */
    private static boolean isPlain(Class<?> type) {
        String name = type.getName();
        return name.startsWith("java.") || name.startsWith("org.joda.time.");
    }

    private void number(double number, Object value) {
        if (Double.isNaN(number) || Double.isInfinite(number)) string(value.toString());
        else text.append(value);
    }

    private void map(Map<?, ?> map) {
        text.append('{');
        String comma = "";
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            text.append(comma);
            string(String.valueOf(entry.getKey()));
            text.append(':');
            value(entry.getValue());
            comma = ",";
        }
        text.append('}');
    }

    private void list(Iterable<?> list) {
        text.append('[');
        String comma = "";
        for (Object item : list) {
            text.append(comma);
            value(item);
            comma = ",";
        }
        text.append(']');
    }

    private void array(Object array) {
        text.append('[');
        for (int i = 0; i < Array.getLength(array); i++) {
            if (i > 0) text.append(',');
            value(Array.get(array, i));
        }
        text.append(']');
    }

    private void buffer(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        string(Base64.getEncoder().encodeToString(bytes));
    }

    private void bean(Object bean) {
        text.append('{');
        String comma = "";
        for (Map.Entry<String, BeanShape.Reader> member : BeanShape.of(bean.getClass()).readers.entrySet()) {
            Object value = member.getValue().read(bean);
            if (value == null) continue;
            text.append(comma);
            string(member.getKey());
            text.append(':');
            value(value);
            comma = ",";
        }
        text.append('}');
    }

    private void string(String string) {
        text.append('"');
        for (int i = 0; i < string.length(); i++) {
            char c = string.charAt(i);
            if (c == '"' || c == '\\') text.append('\\').append(c);
            else if (c == '\n') text.append("\\n");
            else if (c == '\r') text.append("\\r");
            else if (c == '\t') text.append("\\t");
            else if (c < ' ') text.append(String.format("\\u%04x", (int) c));
            else text.append(c);
        }
        text.append('"');
    }
}
