package no.delingsruter.page;

import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;

/** What a browser sends beside what somebody asks with it. */
final class Browser {
    private static final String SESSION = "delingsruter";
    private static final String LANGUAGE = "delingsruter-language";

    private Browser() {}

    /** Whether it comes from our own page, or from no page at all. */
    static boolean isOwn(HttpServerRequest request) {
        String site = request.getHeader("Sec-Fetch-Site");
        String origin = request.getHeader("Origin");
        if (site != null && !site.equals("same-origin") && !site.equals("none")) {
            return false;
        }
        try {
            return origin == null || URI.create(origin).getAuthority().equals(host(request));
        } catch (RuntimeException e) {
            return false;
        }
    }

    /** As the browser has it: a proxy may call this machine by another name. */
    private static String host(HttpServerRequest request) {
        String forwarded = request.getHeader("X-Forwarded-Host");
        return forwarded == null ? String.valueOf(request.authority()) : forwarded;
    }

    /** Its name, made when it has none. */
    static String session(HttpServerRequest request, Sessions sessions) {
        Cookie cookie = request.getCookie(SESSION);
        if (cookie != null && cookie.getValue().matches("[\\w-]{32}")) {
            return cookie.getValue();
        }
        String fresh = sessions.fresh();
        session(request, fresh);
        return fresh;
    }

    static void session(HttpServerRequest request, String id) {
        request.response().addCookie(cookie(request, SESSION, id));
    }

    /** As chosen before, or by what the browser asks for. */
    static String language(HttpServerRequest request) {
        String chosen = request.getParam("lang");
        if (chosen != null && chosen.matches("nb|en")) {
            request.response().addCookie(cookie(request, LANGUAGE, chosen).setMaxAge(31_536_000));
            return chosen;
        }
        Cookie cookie = request.getCookie(LANGUAGE);
        if (cookie != null && cookie.getValue().matches("nb|en")) {
            return cookie.getValue();
        }
        String accepted = String.valueOf(request.getHeader("Accept-Language"));
        return accepted.matches("(?i)(nb|nn|no)\\b.*") ? "nb" : "en";
    }

    private static Cookie cookie(HttpServerRequest request, String name, String value) {
        return Cookie.cookie(name, value)
                .setHttpOnly(true)
                .setPath("/")
                .setSecure("https".equals(request.getHeader("X-Forwarded-Proto")))
                .setSameSite(CookieSameSite.LAX);
    }
}
