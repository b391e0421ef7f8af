package squall.lambda;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Date;

/** Single values, and new objects to be filled. */
final class Scalars {
    private Scalars() {}

    /** A primitive, its box, a number, a boolean or a character. */
    static Object read(Object json, Class<?> type) {
        if (type == boolean.class || type == Boolean.class) return json instanceof Boolean ? json : Boolean.valueOf(json.toString());
        if (type == char.class || type == Character.class) return json.toString().charAt(0);
        BigDecimal number;
        try {
            number = new BigDecimal(json.toString().trim());
        } catch (NumberFormatException error) {
            throw BeanReader.mismatch(json, type);
        }
        if (type == int.class || type == Integer.class) return number.intValue();
        if (type == long.class || type == Long.class) return number.longValue();
        if (type == double.class || type == Double.class) return number.doubleValue();
        if (type == float.class || type == Float.class) return number.floatValue();
        if (type == short.class || type == Short.class) return number.shortValue();
        if (type == byte.class || type == Byte.class) return number.byteValue();
        if (type == java.math.BigInteger.class) return number.toBigInteger();
        return number;
    }

    /** A date, or any class with a `parse`, `valueOf` or constructor for text. */
    static Object readValue(Object json, Class<?> type) {
        if (type == Date.class) {
            return json instanceof Number ? new Date(((Number) json).longValue()) : Date.from(Instant.parse(json.toString()));
        }
        if (type == Instant.class && json instanceof Number) return Instant.ofEpochMilli(((Number) json).longValue());
        Method factory = factory(type);
        try {
            if (factory != null) return factory.invoke(null, json.toString());
            Constructor<?> constructor = type.getConstructor(String.class);
            return constructor.newInstance(json.toString());
        } catch (InvocationTargetException error) {
            throw new IllegalArgumentException("Cannot make a " + type.getName() + " of " + json + ".", error.getCause());
        } catch (ReflectiveOperationException error) {
            throw BeanReader.mismatch(json, type);
        }
    }

    private static Method factory(Class<?> type) {
        for (String name : new String[] {"parse", "fromString", "valueOf"}) {
            for (Method method : type.getMethods()) {
                if (!method.getName().equals(name) || !Modifier.isStatic(method.getModifiers())) continue;
                if (method.getParameterCount() == 1 && method.getParameterTypes()[0].isAssignableFrom(String.class)) return method;
            }
        }
        return null;
    }

    /** A new object; one without a constructor for it (S3's event records) is made without any. */
    @SuppressWarnings("unchecked")
    static <T> T create(Class<?> type) {
        try {
            Constructor<?> constructor = type.getDeclaredConstructor();
            constructor.setAccessible(true);
            return (T) constructor.newInstance();
        } catch (NoSuchMethodException none) {
            return (T) allocate(type);
        } catch (InvocationTargetException error) {
            throw new IllegalArgumentException("The constructor of " + type.getName() + " failed.", error.getCause());
        } catch (ReflectiveOperationException error) {
            throw new IllegalArgumentException("Cannot make a " + type.getName() + ".", error);
        }
    }

    private static Object allocate(Class<?> type) {
        try {
            Class<?> factory = Class.forName("sun.reflect.ReflectionFactory");
            Object instance = factory.getMethod("getReflectionFactory").invoke(null);
            Method method = factory.getMethod("newConstructorForSerialization", Class.class, Constructor.class);
            return ((Constructor<?>) method.invoke(instance, type, Object.class.getDeclaredConstructor())).newInstance();
        } catch (ReflectiveOperationException error) {
            throw new IllegalArgumentException(type.getName() + " has no constructor without parameters.", error);
        }
    }
}
