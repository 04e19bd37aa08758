package no.delingsruter.page;

import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.Map;
import no.delingsruter.configuration.Settings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts the page and {@code /api} beside health and metrics, for those who may. */
public final class ManagementPage {
    private static final Logger LOG = LoggerFactory.getLogger(ManagementPage.class);
    private static final long LARGEST = 2_000_000;
    private static final Map<String, String> HEADERS = Map.of(
            "Content-Security-Policy",
            "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
            "X-Content-Type-Options",
            "nosniff",
            "Referrer-Policy",
            "same-origin",
            "Cache-Control",
            "no-store");

    private final Access access;

    /** @throws no.delingsruter.configuration.ConfigurationException when what the settings say of access cannot be used */
    public ManagementPage(Settings settings) {
        this.access = new Access(settings);
    }

    /** @param router of the management server */
    public void serve(Router router, Commands commands) {
        if (!access.served()) {
            LOG.info(
                    "management.host is not this machine alone, so the page and /api are not served without management.tokens-file or management.user-header; health and metrics are");
            return;
        }
        // Behind what Camel serves, which is left as it is
        router.route().handler(ManagementPage::headers);
        router.route().handler(BodyHandler.create(false).setBodyLimit(LARGEST));
        new Api(commands, access).mount(router);
        new Pages(commands, access, new Sessions(System::nanoTime)).mount(router);
        router.route().failureHandler(ManagementPage::failed);
    }

    private static void headers(RoutingContext context) {
        HEADERS.forEach(context.response()::putHeader);
        context.next();
    }

    /** Said without what was asked: it may name somebody. */
    private static void failed(RoutingContext context) {
        Throwable failure = context.failure();
        if (failure != null) {
            LOG.warn(
                    "An operator's request came to no end ({})",
                    failure.getClass().getSimpleName());
        }
        HttpServerResponse response = context.response();
        if (!response.ended()) {
            response.setStatusCode(context.statusCode() < 400 ? 500 : context.statusCode())
                    .putHeader("Content-Type", "text/plain; charset=utf-8")
                    .end("Not done.");
        }
    }
}
