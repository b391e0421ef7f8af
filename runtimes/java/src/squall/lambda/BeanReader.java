package squall.lambda;

import java.lang.reflect.Array;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Collections;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What {@link JsonReader} has read, as an object of a type: beans, collections, numbers, dates, the classes of
 * aws-lambda-java-events among them.
 */
final class BeanReader {
    private static final String EVENTS = "com.amazonaws.services.lambda.runtime.events.";

    private BeanReader() {}

    static Object read(Object json, Type type) {
        return read(json, type, Collections.<TypeVariable<?>, Type>emptyMap());
    }

    private static Object read(Object json, Type type, Map<TypeVariable<?>, Type> variables) {
        if (type instanceof Class) return readClass(json, (Class<?>) type, type, variables, null);
        if (type instanceof ParameterizedType) {
            ParameterizedType parameterized = (ParameterizedType) type;
            Class<?> raw = (Class<?>) parameterized.getRawType();
            Type[] arguments = parameterized.getActualTypeArguments();
            Map<TypeVariable<?>, Type> inner = new HashMap<>(variables);
            for (int i = 0; i < arguments.length; i++) {
                Type argument = arguments[i];
                inner.put(raw.getTypeParameters()[i], argument instanceof TypeVariable ? resolve(argument, variables) : argument);
            }
            return readClass(json, raw, type, inner, arguments);
        }
        if (type instanceof TypeVariable) return read(json, resolve(type, variables), variables);
        if (type instanceof WildcardType) return read(json, ((WildcardType) type).getUpperBounds()[0], variables);
        if (type instanceof GenericArrayType) {
            Type component = ((GenericArrayType) type).getGenericComponentType();
            return array(json, component, erase(component, variables), variables);
        }
        throw mismatch(json, type);
    }

    private static Type resolve(Type variable, Map<TypeVariable<?>, Type> variables) {
        Type known = variables.get(variable);
        return known == null ? Object.class : known;
    }

    private static Class<?> erase(Type type, Map<TypeVariable<?>, Type> variables) {
        if (type instanceof Class) return (Class<?>) type;
        if (type instanceof ParameterizedType) return (Class<?>) ((ParameterizedType) type).getRawType();
        if (type instanceof TypeVariable) return erase(resolve(type, variables), variables);
        return Object.class;
    }

    private static Object readClass(Object json, Class<?> type, Type whole, Map<TypeVariable<?>, Type> variables, Type[] arguments) {
        if (type == Optional.class) return Optional.ofNullable(json == null ? null : read(json, arguments[0], variables));
        if (json == null) return type.isPrimitive() ? zero(type) : null;
        if (type == Object.class) return plain(json);
        if (type == String.class || type == CharSequence.class) return string(json, type);
        if (type.isPrimitive() || Number.class.isAssignableFrom(type) || type == Boolean.class || type == Character.class) {
            return Scalars.read(json, type);
        }
        if (type == byte[].class && json instanceof String) return Base64.getDecoder().decode((String) json);
        if (ByteBuffer.class.isAssignableFrom(type) && json instanceof String) {
            return ByteBuffer.wrap(Base64.getDecoder().decode((String) json));
        }
        if (type.isEnum()) return constant(json, type);
        if (type.isArray()) return array(json, type.getComponentType(), type.getComponentType(), variables);
        if (Map.class.isAssignableFrom(type)) return map(json, type, arguments, variables);
        if (Collection.class.isAssignableFrom(type) || type == Iterable.class) return collection(json, type, arguments, variables);
        if (!(json instanceof Map)) return Scalars.readValue(json, type);
        return bean((Map<?, ?>) json, type, variables);
    }

    private static Object string(Object json, Class<?> type) {
        if (json instanceof Map || json instanceof List) throw mismatch(json, type);
        return json.toString();
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static Object constant(Object json, Class<?> type) {
        return Enum.valueOf((Class) type, json.toString());
    }

    private static Object array(Object json, Type component, Class<?> erased, Map<TypeVariable<?>, Type> variables) {
        List<?> list = list(json, component);
        Object array = Array.newInstance(erased, list.size());
        for (int i = 0; i < list.size(); i++) Array.set(array, i, read(list.get(i), component, variables));
        return array;
    }

    private static List<?> list(Object json, Type type) {
        if (json instanceof List) return (List<?>) json;
        throw mismatch(json, type);
    }

    private static Object map(Object json, Class<?> type, Type[] arguments, Map<TypeVariable<?>, Type> variables) {
        if (!(json instanceof Map)) throw mismatch(json, type);
        Map<Object, Object> map = type.isInterface() || Modifier.isAbstract(type.getModifiers())
                ? (type.isAssignableFrom(LinkedHashMap.class) ? new LinkedHashMap<Object, Object>() : new TreeMap<Object, Object>())
                : Scalars.<Map<Object, Object>>create(type);
        Type keyType = arguments != null && arguments.length == 2 ? arguments[0] : Object.class;
        Type valueType = arguments != null && arguments.length == 2 ? arguments[1] : Object.class;
        for (Map.Entry<?, ?> entry : ((Map<?, ?>) json).entrySet()) {
            map.put(read(entry.getKey(), keyType, variables), read(entry.getValue(), valueType, variables));
        }
        return map;
    }

    private static Object collection(Object json, Class<?> type, Type[] arguments, Map<TypeVariable<?>, Type> variables) {
        Collection<Object> collection;
        if (type.isInterface() || Modifier.isAbstract(type.getModifiers())) {
            if (type.isAssignableFrom(ArrayList.class)) collection = new ArrayList<>();
            else collection = type.isAssignableFrom(LinkedHashSet.class) ? new LinkedHashSet<>() : new TreeSet<>();
        } else {
            collection = Scalars.<Collection<Object>>create(type);
        }
        Type itemType = arguments != null && arguments.length == 1 ? arguments[0] : Object.class;
        for (Object item : list(json, type)) collection.add(read(item, itemType, variables));
        return collection;
    }

    private static Object bean(Map<?, ?> json, Class<?> type, Map<TypeVariable<?>, Type> variables) {
        Object bean = Scalars.create(type);
        BeanShape shape = BeanShape.of(type);
        for (Map.Entry<?, ?> member : json.entrySet()) {
            BeanShape.Writer writer = shape.writer((String) member.getKey());
            // What a class does not know is left out.
            if (writer == null) continue;
            if (member.getValue() == null && writer.type instanceof Class && ((Class<?>) writer.type).isPrimitive()) continue;
            try {
                writer.write(bean, member(member.getValue(), writer.type, type, variables));
            } catch (InvocationTargetException error) {
                throw new IllegalArgumentException("Setting " + member.getKey() + " of " + type.getName() + " failed.", error.getCause());
            } catch (ReflectiveOperationException error) {
                throw new IllegalArgumentException("Cannot set " + member.getKey() + " of " + type.getName() + ".", error);
            }
        }
        return bean;
    }

    private static Object member(Object json, Type type, Class<?> owner, Map<TypeVariable<?>, Type> variables) {
        // The events of DynamoDB streams and Kinesis count seconds.
        if (type == Date.class && json instanceof Number && owner.getName().startsWith(EVENTS)) {
            return new Date(new BigDecimal(json.toString()).movePointRight(3).longValue());
        }
        return read(json, type, variables);
    }

    /** JSON as plain objects: whole numbers are Integer where they fit. */
    private static Object plain(Object json) {
        if (json instanceof Long && ((Long) json).intValue() == (Long) json) return ((Long) json).intValue();
        if (json instanceof BigDecimal) return ((BigDecimal) json).doubleValue();
        if (json instanceof BigInteger && ((BigInteger) json).bitLength() < 64) return ((BigInteger) json).longValue();
        if (json instanceof List) {
            List<Object> list = new ArrayList<>();
            for (Object item : (List<?>) json) list.add(plain(item));
            return list;
        }
        if (json instanceof Map) {
            Map<Object, Object> map = new LinkedHashMap<>();
            for (Map.Entry<?, ?> entry : ((Map<?, ?>) json).entrySet()) map.put(entry.getKey(), plain(entry.getValue()));
            return map;
        }
        return json;
    }

    private static Object zero(Class<?> type) {
        return Array.get(Array.newInstance(type, 1), 0);
    }

    static IllegalArgumentException mismatch(Object json, Type type) {
        String what = json instanceof Map ? "an object" : json instanceof List ? "an array" : String.valueOf(json);
        return new IllegalArgumentException("Cannot make a " + type.getTypeName() + " of " + what + ".");
    }
}
