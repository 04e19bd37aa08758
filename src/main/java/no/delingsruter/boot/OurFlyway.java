package no.delingsruter.boot;

import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.env.EnvironmentPostProcessor;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * The library that keeps our tables up to date comes with this jar, and Spring Boot would run it over an application that has no
 * migrations of its own: it refuses a database that is not empty. Whatever the application says goes before.
 */
final class OurFlyway implements EnvironmentPostProcessor {
    private static final String FOLDER = "db/migration";

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        if (!environment.containsProperty("spring.flyway.locations")
                && application.getClassLoader().getResource(FOLDER) == null) {
            environment
                    .getPropertySources()
                    .addLast(new MapPropertySource("delingsruter", Map.of("spring.flyway.enabled", "false")));
        }
    }
}
