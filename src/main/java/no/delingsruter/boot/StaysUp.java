package no.delingsruter.boot;

import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.env.EnvironmentPostProcessor;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * An application that follows a list has work for as long as it runs, but Camel's threads do not keep a JVM: without a web server it would
 * end as soon as it has started. Whatever the application says goes before.
 */
final class StaysUp implements EnvironmentPostProcessor {
    private static final String KEEP = "spring.main.keep-alive";

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        if (environment.getProperty(DelingsruterProperties.PREFIX + ".enabled", Boolean.class, true)) {
            environment
                    .getPropertySources()
                    .addLast(new MapPropertySource("delingsruter-stays-up", Map.of(KEEP, "true")));
        }
    }
}
