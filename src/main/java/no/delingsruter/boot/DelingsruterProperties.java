package no.delingsruter.boot;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** What a starter needs to know beside the program's own keys, which stand under the same prefix. */
@ConfigurationProperties(DelingsruterProperties.PREFIX)
public final class DelingsruterProperties {
    /** What all keys begin with. */
    public static final String PREFIX = "delingsruter";

    private boolean enabled = true;
    private @Nullable String dataSource;
    private @Nullable String transactionManager;

    /** False: nothing is set up. */
    public boolean isEnabled() {
        return enabled;
    }

    public void setEnabled(boolean enabled) {
        this.enabled = enabled;
    }

    /** The bean that is the store, where the application has several; null for the only one, or the primary one. */
    public @Nullable String getDataSource() {
        return dataSource;
    }

    public void setDataSource(@Nullable String dataSource) {
        this.dataSource = dataSource;
    }

    /** The bean that makes its transactions, where the application has several. */
    public @Nullable String getTransactionManager() {
        return transactionManager;
    }

    public void setTransactionManager(@Nullable String transactionManager) {
        this.transactionManager = transactionManager;
    }
}
