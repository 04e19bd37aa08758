package no.delingsruter.boot;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Map;
import no.delingsruter.catalogue.Catalogue;
import no.delingsruter.configuration.Settings;
import no.delingsruter.installation.ApplicationDatabase;
import no.delingsruter.installation.Installation;
import no.delingsruter.installation.InstallationMetrics;
import no.delingsruter.skatteetaten.Gateway;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.CamelContextCustomizer;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * An installation in the application's Camel context, made of the application's data source, transaction manager and registry of
 * metrics. Its health is in the context's own, which Spring Boot shows as {@code camelHealth}.
 */
@AutoConfiguration(
        afterName = {
            "org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration",
            "org.springframework.boot.autoconfigure.jdbc.DataSourceTransactionManagerAutoConfiguration",
            "org.springframework.boot.autoconfigure.orm.jpa.HibernateJpaAutoConfiguration"
        },
        beforeName = "org.apache.camel.spring.boot.CamelAutoConfiguration")
@ConditionalOnClass(name = "org.apache.camel.spring.boot.CamelAutoConfiguration")
@ConditionalOnProperty(prefix = DelingsruterProperties.PREFIX, name = "enabled", matchIfMissing = true)
@EnableConfigurationProperties(DelingsruterProperties.class)
public class DelingsruterAutoConfiguration {
    /**
     * @param tokens the application's own, in place of Maskinporten's by our keys
     */
    @Bean(destroyMethod = "close")
    @ConditionalOnMissingBean
    Installation delingsruterInstallation(
            Environment environment,
            ListableBeanFactory beans,
            DelingsruterProperties properties,
            ObjectProvider<Gateway.Tokens> tokens) {
        Catalogue catalogue = ApplicationRoutes.catalogue(environment);
        BootSettings given = new BootSettings(environment);
        ApplicationParts.Found found = new ApplicationParts(beans, properties, given).database();
        Settings settings = given.settings(catalogue, found == null ? Map.of() : found.address());
        ApplicationDatabase database = found == null ? null : found.database();
        Installation installation = Installation.open(settings, catalogue, database, tokens.getIfAvailable());
        if (database != null) {
            ApplicationParts.warnOfSmallPool(database, installation.connections());
        }
        return installation;
    }

    @Bean
    CamelContextCustomizer delingsruterInCamel(Installation installation, Environment environment) {
        return camel -> {
            camel.getPropertiesComponent().addPropertiesSource(new ApplicationSource(environment));
            installation.addTo(camel);
            startWith(installation, camel);
        };
    }

    private static void startWith(Installation installation, CamelContext camel) {
        try {
            installation.startWith(camel);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Where the application has metrics. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(MeterRegistry.class)
    static class OwnMetrics {
        @Bean
        MeterBinder delingsruterMetrics(Installation installation) {
            return registry -> InstallationMetrics.bind(installation, registry);
        }
    }
}
