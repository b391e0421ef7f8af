package squall.lambda;

import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** The properties of a class: what can be read of it and what can be set. */
final class BeanShape {
    private static final Map<Class<?>, BeanShape> SHAPES = new ConcurrentHashMap<>();

    /** By the name in JSON. */
    final Map<String, Reader> readers = new TreeMap<>();

    /** By exact name and, behind it, by name in lower case. */
    private final Map<String, Writer> writers = new HashMap<>();

    interface Reader {
        Object read(Object bean);
    }

    abstract static class Writer {
        final Type type;

        Writer(Type type) {
            this.type = type;
        }

        abstract void write(Object bean, Object value) throws ReflectiveOperationException;
    }

    static BeanShape of(Class<?> type) {
        return SHAPES.computeIfAbsent(type, BeanShape::new);
    }

    /** The property of a JSON member; null for one that the class does not know. Names that differ in case only are the same. */
    Writer writer(String member) {
        Writer writer = writers.get(member);
        return writer == null ? writers.get(member.toLowerCase(Locale.ROOT)) : writer;
    }

    private BeanShape(Class<?> type) {
        for (Class<?> c = type; c != null && c != Object.class; c = c.getSuperclass()) {
            for (final Field field : c.getDeclaredFields()) addField(field);
        }
        for (final Method method : type.getMethods()) addMethod(method);
    }

    private void addField(final Field field) {
        if (Modifier.isStatic(field.getModifiers()) || field.isSynthetic()) return;
        if (Modifier.isPublic(field.getModifiers())) {
            field.setAccessible(true);
            readers.put(field.getName(), bean -> get(field, bean));
        }
        if (writers.containsKey(field.getName())) return;
        // A setter, found later, goes before the field.
        put(field.getName(), new Writer(field.getGenericType()) {
            @Override
            void write(Object bean, Object value) throws ReflectiveOperationException {
                field.setAccessible(true);
                field.set(bean, value);
            }
        });
    }

    private void addMethod(final Method method) {
        if (Modifier.isStatic(method.getModifiers()) || method.isBridge()) return;
        String name = method.getName();
        int count = method.getParameterCount();
        if (count == 0 && name.length() > 3 && name.startsWith("get") && !name.equals("getClass")) {
            addGetter(property(name.substring(3)), method);
        } else if (count == 0 && name.length() > 2 && name.startsWith("is") && method.getReturnType() == boolean.class) {
            addGetter(property(name.substring(2)), method);
        } else if (count == 1 && name.length() > 3 && name.startsWith("set")) {
            put(property(name.substring(3)), new Writer(method.getGenericParameterTypes()[0]) {
                @Override
                void write(Object bean, Object value) throws ReflectiveOperationException {
                    method.setAccessible(true);
                    method.invoke(bean, value);
                }
            });
        }
    }

    private void addGetter(String property, final Method method) {
        readers.put(property, bean -> call(method, bean));
    }

    private void put(String property, Writer writer) {
        writers.put(property, writer);
        writers.put(property.toLowerCase(Locale.ROOT), writer);
    }

    /** `URL` → `url`, `ItemId` → `itemId`, as bean mappers have it. */
    private static String property(String name) {
        int upper = 0;
        while (upper < name.length() && Character.isUpperCase(name.charAt(upper))) upper++;
        if (upper <= 1 || upper == name.length()) return name.substring(0, upper).toLowerCase(Locale.ROOT) + name.substring(upper);
        return name.substring(0, upper).toLowerCase(Locale.ROOT) + name.substring(upper);
    }

    private static Object get(Field field, Object bean) {
        try {
            return field.get(bean);
        } catch (IllegalAccessException error) {
            throw new IllegalStateException(error);
        }
    }

    private static Object call(Method method, Object bean) {
        try {
            method.setAccessible(true);
            return method.invoke(bean);
        } catch (InvocationTargetException error) {
            throw new IllegalStateException(error.getCause());
        } catch (IllegalAccessException error) {
            throw new IllegalStateException(error);
        }
    }
}
