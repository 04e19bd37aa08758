package no.delingsruter.simulator.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Starts a simulator of Skatteetaten and Maskinporten before the tests of a class, and stops it after them. A static field or a parameter
 * of type {@link SimulatedSkatteetaten} is given it. Each test begins with counts of zero; events stay.
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(SimulatorExtension.class)
public @interface SkatteetatenSimulator {}
