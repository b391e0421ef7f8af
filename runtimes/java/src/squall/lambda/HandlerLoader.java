package squall.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** From `package.Class::method` or `package.Class` to a handler: https://docs.aws.amazon.com/lambda/latest/dg/java-handler.html */
final class HandlerLoader {
    private HandlerLoader() {}

    static Handler load(String name) throws Throwable {
        int colons = name.indexOf("::");
        String className = colons < 0 ? name : name.substring(0, colons);
        String methodName = colons < 0 ? "handleRequest" : name.substring(colons + 2);
        Class<?> type;
        try {
            type = Class.forName(className);
        } catch (ClassNotFoundException error) {
            throw new ClassNotFoundException("Class not found: " + className);
        }
        boolean isInterfaceMethod = methodName.equals("handleRequest");
        if (isInterfaceMethod && RequestStreamHandler.class.isAssignableFrom(type)) {
            final RequestStreamHandler handler = (RequestStreamHandler) create(type);
            return (event, context) -> {
                ByteArrayOutputStream output = new ByteArrayOutputStream();
                handler.handleRequest(new ByteArrayInputStream(event), output, context);
                return output.toByteArray();
            };
        }
        if (isInterfaceMethod && RequestHandler.class.isAssignableFrom(type)) return requestHandler(type);
        return methodHandler(type, method(type, methodName));
    }

    @SuppressWarnings("unchecked")
    private static Handler requestHandler(Class<?> type) throws Throwable {
        final RequestHandler<Object, Object> handler = (RequestHandler<Object, Object>) create(type);
        final Type inputType = inputTypeOf(type);
        return (event, context) -> answer(handler.handleRequest(parse(event, inputType), context));
    }

    private static Handler methodHandler(Class<?> type, final Method method) throws Throwable {
        final Object instance = Modifier.isStatic(method.getModifiers()) ? null : create(type);
        final Type[] parameters = method.getGenericParameterTypes();
        method.setAccessible(true);
        return (event, context) -> {
            ByteArrayOutputStream output = new ByteArrayOutputStream();
            boolean writes = false;
            Object[] arguments = new Object[parameters.length];
            for (int i = 0; i < parameters.length; i++) {
                if (parameters[i] == Context.class) arguments[i] = context;
                else if (parameters[i] == InputStream.class) arguments[i] = new ByteArrayInputStream(event);
                else if (parameters[i] == OutputStream.class) {
                    arguments[i] = output;
                    writes = true;
                } else arguments[i] = parse(event, parameters[i]);
            }
            try {
                Object result = method.invoke(instance, arguments);
                return writes ? output.toByteArray() : answer(result);
            } catch (InvocationTargetException error) {
                throw error.getCause();
            }
        };
    }

    /** Of methods with the same name, the one that takes most, and has the context last, is meant. */
    private static Method method(Class<?> type, String name) throws NoSuchMethodException {
        Method best = null;
        for (Method method : type.getMethods()) {
            if (!method.getName().equals(name) || method.isBridge()) continue;
            if (best == null || rank(method) > rank(best)) best = method;
        }
        if (best == null) {
            throw new NoSuchMethodException("No public method named " + name + " with appropriate method signature found on class " + type.getName());
        }
        return best;
    }

    private static int rank(Method method) {
        Class<?>[] parameters = method.getParameterTypes();
        boolean endsWithContext = parameters.length > 0 && parameters[parameters.length - 1] == Context.class;
        return parameters.length * 2 + (endsWithContext ? 1 : 0);
    }

    private static Object create(Class<?> type) throws Throwable {
        try {
            return type.getConstructor().newInstance();
        } catch (InvocationTargetException error) {
            throw error.getCause();
        } catch (NoSuchMethodException error) {
            throw new NoSuchMethodException("Class " + type.getName() + " has no public zero-argument constructor");
        }
    }

    private static Object parse(byte[] event, Type type) {
        if (type == Void.class) return null;
        try {
            Object json = new JsonReader(new String(event, StandardCharsets.UTF_8)).read();
            return BeanReader.read(json, type);
        } catch (RuntimeException error) {
            throw new RuntimeException("An error occurred during JSON parsing", error);
        }
    }

    private static byte[] answer(Object result) {
        try {
            return Bootstrap.utf8(JsonWriter.write(result));
        } catch (RuntimeException error) {
            throw new RuntimeException("An error occurred during JSON serialization of response", error);
        }
    }

    /** What `I` of RequestHandler is for a class, through superclasses and interfaces. */
    private static Type inputTypeOf(Class<?> type) {
        Type found = find(type, new HashMap<TypeVariable<?>, Type>());
        return found == null ? Object.class : found;
    }

    private static Type find(Type type, Map<TypeVariable<?>, Type> variables) {
        if (type == null || type == Object.class) return null;
        Class<?> raw = type instanceof Class ? (Class<?>) type : (Class<?>) ((ParameterizedType) type).getRawType();
        Map<TypeVariable<?>, Type> own = new HashMap<>();
        if (type instanceof ParameterizedType) {
            Type[] arguments = ((ParameterizedType) type).getActualTypeArguments();
            for (int i = 0; i < arguments.length; i++) {
                Type argument = arguments[i];
                own.put(raw.getTypeParameters()[i], variables.containsKey(argument) ? variables.get(argument) : argument);
            }
        }
        if (raw == RequestHandler.class) {
            Type input = own.get(RequestHandler.class.getTypeParameters()[0]);
            return input instanceof TypeVariable ? Object.class : input;
        }
        for (Type parent : raw.getGenericInterfaces()) {
            Type found = find(parent, own);
            if (found != null) return found;
        }
        return find(raw.getGenericSuperclass(), own);
    }
}
