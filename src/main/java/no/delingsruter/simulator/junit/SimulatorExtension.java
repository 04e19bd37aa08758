package no.delingsruter.simulator.junit;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** See {@link SkatteetatenSimulator}. */
final class SimulatorExtension implements AfterAllCallback, BeforeAllCallback, BeforeEachCallback, ParameterResolver {
    private static final ExtensionContext.Namespace OURS = ExtensionContext.Namespace.create(SimulatorExtension.class);

    @Override
    public void beforeAll(ExtensionContext context) throws IllegalAccessException {
        SimulatedSkatteetaten skatteetaten = of(context);
        for (Class<?> type = context.getRequiredTestClass(); type != null; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (Modifier.isStatic(field.getModifiers()) && field.getType() == SimulatedSkatteetaten.class) {
                    field.setAccessible(true);
                    field.set(null, skatteetaten);
                }
            }
        }
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        of(context).simulator().resetStats();
    }

    /** That of a class around a nested one goes on. */
    @Override
    public void afterAll(ExtensionContext context) {
        SimulatedSkatteetaten own =
                context.getStore(OURS).remove(SimulatedSkatteetaten.class, SimulatedSkatteetaten.class);
        if (own != null) {
            own.close();
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == SimulatedSkatteetaten.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return of(context);
    }

    private static SimulatedSkatteetaten of(ExtensionContext context) {
        return context.getStore(OURS)
                .getOrComputeIfAbsent(
                        SimulatedSkatteetaten.class, any -> new SimulatedSkatteetaten(), SimulatedSkatteetaten.class);
    }
}
